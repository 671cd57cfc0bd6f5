import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ActionError } from '../../actions/lib/errors.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import type { GitHub } from '../../actions/runtime/github/github.ts';
import { clientOf, startTestGitHub } from '../support/github.ts';
import { ledgerEvents, ledgerFile, modelDigest, runRegistryStep } from '../support/registry.ts';

let service: GitHubService;
let server: Server;
let rollout: string;
let weights: Record<string, number>;
const TRAIN = '.github/workflows/train.yml';

/** A router: it has the share of each version, and refuses fences that are older than the newest it has seen. */
function router(): Server {
  let newest = 0;
  return createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.method === 'GET') return response.end(JSON.stringify({ weights }));
    const { version, weight, previous, fence } = JSON.parse(body);
    if (fence < newest) return response.writeHead(409).end();
    newest = fence;
    weights = { [version]: weight, ...(previous ? { [previous.version]: 100 - weight } : {}) };
    return response.end();
  });
}

beforeEach(async () => {
  service = await startTestGitHub();
  weights = {};
  server = router();
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/t`;
  process.env['TEST_WEBHOOK_SECRET'] = 'hook secret';
  rollout = `version: 1
traffic: { driver: webhook, webhook: { url: "${url}", read-url: "${url}", secret-env: TEST_WEBHOOK_SECRET, allow-private-network: true } }
steps: [{ weight: 10 }, { weight: 100 }]
`;
  await service.remote.commitFiles(
    'main',
    { [TRAIN]: 'name: Train\non: { workflow_dispatch: {} }\njobs: {}\n' },
    'Add training',
  );
});

afterEach(async () => {
  server.close();
  await service.close();
});

const promote = (model: string, run: number, more: object = {}) =>
  runRegistryStep({
    service,
    model,
    run,
    files: { 'rollout.yml': rollout },
    inputs: { rollout: 'rollout.yml', environment: 'production' },
    ...more,
  });

const rollBack = (inputs: Record<string, string> = {}, more: object = {}) =>
  runRegistryStep({
    service,
    action: 'rollback',
    run: 50,
    inputs,
    now: Date.parse('2026-01-16T00:00:00Z'),
    ...more,
  });

const state = async () => JSON.parse((await ledgerFile(service, 'models/churn/state.json')) ?? '{}');

const dispatchedInputs = () =>
  service.dispatches.map(
    (one): Readonly<Record<string, string>> => (one.kind === 'workflow' ? one.inputs : {}),
  );

async function issues(): Promise<
  readonly {
    readonly number: number;
    readonly title: string;
    readonly body: string;
    readonly comments: number;
  }[]
> {
  const response = await fetch(`${service.url}/repos/octo/models/issues?state=all`, {
    headers: { authorization: `token ${service.issueToken('all')}` },
  });
  const found: unknown = await response.json();
  return Array.isArray(found) ? found : [];
}

test('puts the last known good version back, keeps the bad bytes out, and tells people', async () => {
  await promote('good', 1);
  await promote('bad', 2);
  expect(weights).toEqual({ '0.0.2': 100, '0.0.1': 0 });
  const step = await rollBack({ retrain: 'workflow_dispatch', 'retrain-workflow': 'train.yml' });
  expect(step.error).toBeUndefined();
  expect(step.outcome).toMatchObject({ verdict: 'pass' });
  expect(weights).toEqual({ '0.0.1': 100, '0.0.2': 0 });
  expect(step.output('rolled-back')).toBe('true');
  expect(step.output('from-version')).toBe('0.0.2');
  expect(step.output('to-version')).toBe('0.0.1');
  expect(step.output('to-digest')).toBe(modelDigest('good'));
  expect(JSON.parse(step.output('candidates') ?? '')).toMatchObject([
    { version: '0.0.2', chosen: false, reason: 'holds the bytes that are rolled back' },
    { version: '0.0.1', chosen: true },
  ]);
  const [issue] = await issues();
  expect(issue).toMatchObject({ title: 'churn 0.0.2 was rolled back in production', comments: 0 });
  expect(issue?.body).toContain(modelDigest('bad'));
  expect(step.output('incident-url')).toContain(`/${issue?.number}`);
  expect(service.dispatches.length).toBe(1);
  expect(Object.keys(dispatchedInputs()[0] ?? {}).toSorted()).toEqual([
    'bad_version',
    'data_from',
    'data_to',
    'dedupe_key',
    'environment',
    'incident',
    'ledger_head',
    'model',
    'reason',
    'restored_version',
  ]);
  expect((await state()).environments.production).toMatchObject({
    current: '0.0.1',
    lease: null,
    rollback: { phase: 'completed' },
  });
  const again = await promote('bad', 3);
  expect(again.output('status')).toBe('refused');
  const deployments = await clientOf(service).deployments.list('production');
  expect(deployments.map(({ task, state }) => [task.split(':')[1], state])).toEqual([
    ['rollback', 'success'],
    ['promote', 'inactive'],
    ['promote', 'inactive'],
  ]);
});

test('run again, changes nothing more: one incident, one request for retraining', async () => {
  await promote('good', 1);
  await promote('bad', 2);
  const inputs = { retrain: 'workflow_dispatch', 'retrain-workflow': 'train.yml' };
  await rollBack(inputs);
  const again = await rollBack(inputs, { attempt: 2 });
  expect(again.output('to-version')).toBe('0.0.1');
  expect(again.output('rolled-back')).toBe('true');
  expect((await issues()).map(({ comments }) => comments)).toEqual([0]);
  expect(service.dispatches.length).toBe(1);
});

test('asks for no retraining within the cooldown of the request before', async () => {
  await promote('good', 1);
  await promote('bad', 2);
  const inputs = { retrain: 'workflow_dispatch', 'retrain-workflow': 'train.yml' };
  await rollBack(inputs);
  await promote('worse', 3, {
    now: Date.parse('2026-01-16T01:00:00Z'),
    inputs: { rollout: 'rollout.yml', environment: 'production', 'max-evidence-age': '30d' },
  });
  const second = await rollBack(inputs, { run: 51, now: Date.parse('2026-01-16T02:00:00Z') });
  expect(second.output('rolled-back')).toBe('true');
  expect(second.output('retrain-skipped')).toMatch(/^cooldown/);
  expect(service.dispatches.length).toBe(1);
});

test.each([
  ['a stale alert', { 'if-serving': '9.9.9' }],
  ['a target that serves already', { to: '0.0.1' }],
])('does nothing on %s', async (_, inputs) => {
  await promote('good', 1);
  const step = await rollBack(inputs);
  expect(step.outcome).toMatchObject({ verdict: 'pass' });
  expect(step.output('noop')).toBe('true');
  expect(weights).toEqual({ '0.0.1': 100 });
  expect(await issues()).toEqual([]);
});

test('fails when there is no known good version, and says why of each', async () => {
  await promote('only', 1);
  const step = await rollBack();
  expect(step.outcome).toMatchObject({ verdict: 'fail' });
  expect(step.outcome?.message).toMatch(
    /no known good version .* 0\.0\.1 holds the bytes that are rolled back/,
  );
});

test('pre-empts a promotion under way, whose next step then changes nothing', async () => {
  await promote('good', 1);
  let interrupted = false;
  const interrupting = (github: GitHub): GitHub => ({
    ...github,
    deployments: {
      ...github.deployments,
      async setStatus(id, status) {
        if (status.description.startsWith('step 2') && !interrupted) {
          interrupted = true;
          expect((await rollBack()).output('rolled-back')).toBe('true');
        }
        return github.deployments.setStatus(id, status);
      },
    },
  });
  const step = await promote('candidate', 2, { wrap: interrupting });
  expect(interrupted).toBe(true);
  expect(step.output('status')).toBe('superseded');
  expect(step.outcome).toMatchObject({ verdict: 'fail' });
  expect(weights).toEqual({ '0.0.1': 100, '0.0.2': 0 });
});

test('switches with a warning when the ledger cannot be written, and keeps the events', async () => {
  await promote('good', 1);
  await promote('bad', 2);
  const denied = (github: GitHub): GitHub => ({
    ...github,
    git: {
      ...github.git,
      publish: async () => ({ kind: 'refused', status: 403, message: 'Resource not accessible' }),
    },
  });
  const step = await rollBack({}, { wrap: denied });
  expect(step.outcome).toMatchObject({ verdict: 'warn' });
  expect(weights).toEqual({ '0.0.1': 100, '0.0.2': 0 });
  expect(step.output('ledger-commit')).toBe('');
  const document = await step.document();
  expect(document['ledger']).toMatchObject({ state: 'unwritable' });
  expect((document['pendingEvents'] as { type: string }[]).map(({ type }) => type)).toEqual(
    expect.arrayContaining(['version.quarantined', 'rollback.started', 'rollback.completed']),
  );
});

test('in strict mode does not switch when the ledger cannot be written', async () => {
  await promote('good', 1);
  await promote('bad', 2);
  const denied = (github: GitHub): GitHub => ({
    ...github,
    git: {
      ...github.git,
      publish: async () => ({ kind: 'refused', status: 403, message: 'Resource not accessible' }),
    },
  });
  const step = await rollBack({ 'audit-mode': 'strict' }, { wrap: denied });
  expect(step.error).toBeInstanceOf(ActionError);
  expect(weights).toEqual({ '0.0.2': 100, '0.0.1': 0 });
});

test('works with a warning on a ledger that was edited, from the part that is proven', async () => {
  await promote('good', 1);
  await promote('bad', 2);
  const path = 'models/churn/events/2026-01.jsonl';
  const lines = ((await ledgerFile(service, path)) ?? '').split('\n');
  const edited = lines
    .with(-2, lines.at(-2)?.replace('"actor":"octo"', '"actor":"mallory"') ?? '')
    .join('\n');
  await service.remote.commitFiles('mlops-registry', { [path]: edited }, 'Edit by hand');
  const step = await rollBack({ rollout: 'rollout.yml' }, { files: { 'rollout.yml': rollout } });
  expect(step.outcome).toMatchObject({ verdict: 'warn' });
  expect(weights).toEqual({ '0.0.1': 100, '0.0.2': 0 });
  expect((await step.document())['ledger']).toMatchObject({ state: 'tampered' });
});

test('works with a warning when the ledger is gone, from what deployments prove', async () => {
  await promote('good', 1);
  await promote('bad', 2);
  await service.remote.deleteRef('refs/heads/mlops-registry');
  const step = await rollBack({ rollout: 'rollout.yml' }, { files: { 'rollout.yml': rollout } });
  expect(step.outcome).toMatchObject({ verdict: 'warn' });
  expect(step.output('to-digest')).toBe(modelDigest('good'));
  expect(weights).toEqual({ '0.0.1': 100, '0.0.2': 0 });
});

const dyingAt =
  (nth: number, when: 'before' | 'after') =>
  (github: GitHub): GitHub => {
    let calls = 0;
    return {
      ...github,
      git: {
        ...github.git,
        async publish(branch, commit) {
          calls += 1;
          if (calls === nth && when === 'before') throw new Error('the runner was lost');
          const result = await github.git.publish(branch, commit);
          if (calls === nth) throw new Error('the runner was lost');
          return result;
        },
      },
    };
  };

test.each(
  [1, 2, 3, 4, 5, 6].flatMap((nth) => [
    { nth, when: 'before' as const },
    { nth, when: 'after' as const },
  ]),
)('killed $when publishing commit $nth and run again, it ends in the same state', async ({ nth, when }) => {
  await promote('good', 1);
  await promote('bad', 2);
  const inputs = { retrain: 'workflow_dispatch', 'retrain-workflow': 'train.yml' };
  await rollBack(inputs, { wrap: dyingAt(nth, when) });
  const again = await rollBack(inputs, { attempt: 2 });
  expect(again.error).toBeUndefined();
  expect(again.output('to-version')).toBe('0.0.1');
  expect(weights).toEqual({ '0.0.1': 100, '0.0.2': 0 });
  expect((await issues()).length).toBe(1);
  expect(service.dispatches.length).toBeGreaterThanOrEqual(1);
  // A request whose record was lost is sent again under its key, by which the receiver tells it from another one.
  expect(new Set(dispatchedInputs().map((inputs) => inputs['dedupe_key'])).size).toBe(1);
  const events = await ledgerEvents(service);
  const once = [
    'rollback.completed',
    'version.quarantined',
    'incident.opened',
    'retrain.requested',
    'retrain.dispatched',
  ];
  expect(once.map((type) => events.filter((event) => event.type === type).length)).toEqual([1, 1, 1, 1, 1]);
  expect((await state()).environments.production).toMatchObject({ current: '0.0.1', lease: null });
});
