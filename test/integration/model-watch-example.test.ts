import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Files } from '../../actions/local/demo/example-project.ts';
import { LATEST } from '../../actions/local/demo/live-traffic.ts';
import { lastOutputOf } from '../../actions/local/demo/run-facts.ts';
import type { RunRecord } from '../../actions/local/workflow/run-record.ts';
import { conclusions, type Example, messages, openExample } from '../support/example.ts';

let example: Example;
const alerts: string[] = [];
let receiver: Server;

const SECRET_PATH = 'a-secret-path';

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      alerts.push(Buffer.concat(chunks).toString('utf8'));
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  example = await openExample('model-watch-example', {
    vars: { NOTIFY_PRIVATE: 'true' },
    secrets: { NOTIFY_URL: `http://127.0.0.1:${port}/${SECRET_PATH}` },
  });
  await example.stage.commit('main', await quickly(), 'Serve at once');
  example.stage.traffic.start();
});

afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await example.close();
});

/** Puts a model into production at once: what is watched here is what comes after. */
const SERVE = `name: Serve
on: { workflow_dispatch: { inputs: { model: { required: true }, version: { required: true } } } }
permissions: { contents: write, deployments: write, actions: read, issues: write }
jobs:
  serve:
    runs-on: ubuntu-latest
    env:
      SERVING_URL: \${{ vars.PRODUCTION_URL }}
      SERVING_SECRET: \${{ secrets.SERVING_SECRET }}
    steps:
      - uses: actions/checkout@v5
      - run: mkdir taken && cp "models/$MODEL.onnx" taken/penguins.onnx && node serve/upload-model.ts taken/penguins.onnx
        env:
          MODEL: \${{ inputs.model }}
      - uses: OWNER/mlops-actions/actions/promote-model@v1
        with:
          model-name: penguins
          model: taken/penguins.onnx
          version: \${{ inputs.version }}
          environment: production
          require-evidence: none
          rollout: .mlops/rollout.quick.yml
`;

/** The workflow, and the production rollout in one step. */
async function quickly(): Promise<Files> {
  const sha = (await example.remote.resolve('refs/heads/main:.mlops/rollout.production.yml')) ?? '';
  const rollout: Record<string, unknown> = parse((await example.remote.read(sha, 'blob')).toString('utf8'));
  const steps = [{ weight: 100, bake: '0s' }];
  return {
    '.github/workflows/serve.yml': Buffer.from(SERVE),
    '.mlops/rollout.quick.yml': Buffer.from(stringify({ ...rollout, steps })),
  };
}

const serve = async (model: string, version: string): Promise<void> => {
  const workflow = '.github/workflows/serve.yml';
  const inputs = { model, version };
  const run = await example.stage.local.runWorkflow({
    file: workflow,
    event: { event: 'workflow_dispatch', workflow: 'serve.yml', inputs },
  });
  expect(conclusions(run), messages(run)).toEqual({ serve: 'success' });
  expect(await example.stage.servingVersion()).toBe(version);
  await example.stage.traffic.answered(LATEST);
};

const watch = (): Promise<RunRecord> => example.tick('model-watch.yml');

const state = async () => {
  const found = await example.stage.ledger.state();
  if (!found) throw new Error('there is no ledger');
  return found;
};

test('drift alone asks for retraining, once, and changes no traffic', { timeout: 240_000 }, async () => {
  await serve('penguins', '0.1.0');
  example.stage.traffic.changeWorld(example.stage.birds('live-drifted.csv'));
  await example.stage.traffic.answered(LATEST + 1);
  const run = await watch();
  expect(conclusions(run), messages(run)).toMatchObject({ rollback: 'skipped', retrain: 'success' });
  expect(example.stage.dispatches()).toMatchObject([
    {
      workflow: 'train.yml',
      inputs: { model: 'penguins', environment: 'production', reason: expect.stringContaining('drift') },
    },
  ]);
  await watch();
  expect(example.stage.dispatches()).toHaveLength(1); // the cooldown
  expect(await example.stage.servingVersion()).toBe('0.1.0');
  const { quarantine, environments } = await state();
  expect(quarantine).toEqual({});
  expect(environments['production']).toMatchObject({ current: '0.1.0', rollback: null });
});

test('lost quality brings the good version back, and people are told', { timeout: 240_000 }, async () => {
  await serve('candidate', '0.2.0');
  const told = alerts.length;
  const run = await watch();
  expect(conclusions(run), messages(run)).toMatchObject({ rollback: 'success', retrain: 'skipped' });
  expect(await example.stage.servingVersion()).toBe('0.1.0');
  const { quarantine, environments, versions } = await state();
  expect(environments['production']).toMatchObject({ current: '0.1.0', lease: null });
  expect(Object.keys(quarantine)).toEqual([versions['0.2.0']?.digest]);
  const [incident] = await example.stage.state.issues('mlops-incident');
  expect(incident?.title).toContain('0.2.0');
  expect(alerts.slice(told).join()).toContain('0.1.0');
  expect(run.jobs.map(({ steps }) => JSON.stringify(steps)).join()).not.toContain(SECRET_PATH);
});

test('the red button says what it would do, and does it', { timeout: 180_000 }, async () => {
  const wish = { reason: 'The calipers were changed back', to: '0.2.0', force: 'true', quarantine: 'false' };
  const plan = await example.dispatch('rollback.yml', { ...wish, 'dry-run': 'true' });
  expect(lastOutputOf(plan, 'rollback', 'to-version'), messages(plan)).toBe('0.2.0');
  expect(await example.stage.servingVersion()).toBe('0.1.0');
  const refused = await example.dispatch('rollback.yml', { ...wish, force: 'false' });
  expect(refused.conclusion).toBe('failure');
  expect(messages(refused)).toContain('quarantine');
  const done = await example.dispatch('rollback.yml', wish);
  expect(conclusions(done), messages(done)).toEqual({ rollback: 'success' });
  expect(await example.stage.servingVersion()).toBe('0.2.0');
});
