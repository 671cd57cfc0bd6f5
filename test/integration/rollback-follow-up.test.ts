import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sha256 } from '../../actions/lib/digest.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import type { GitHub } from '../../actions/runtime/github/github.ts';
import { startTestGitHub } from '../support/github.ts';
import { gateFor } from '../support/registry.ts';
import { ENV, Router, runRollback, SeededLedger } from '../support/rollback-world.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

let service: GitHubService;
let router: Router;
let ledger: SeededLedger;
let receiver: Server;
let alerts: string[];
/** Status of the receiver's answers. */
let status: number;

beforeEach(async () => {
  service = await startTestGitHub();
  router = await Router.start();
  ledger = new SeededLedger(service);
  alerts = [];
  status = 200;
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    alerts.push(body);
    response.writeHead(status).end();
  });
  await new Promise<void>((done) => {
    receiver.listen(0, '127.0.0.1', done);
  });
  await service.remote.commitFiles(
    'main',
    { '.github/workflows/train.yml': 'name: Train\non: { workflow_dispatch: {} }\njobs: {}\n' },
    'Add training',
  );
});

afterEach(async () => {
  router.close();
  receiver.close();
  receiver.closeAllConnections();
  await service.close();
});

const notify = (format: string) => {
  const address = receiver.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    'notify-url': `http://127.0.0.1:${port}/hooks/SECRETPARTOFADDRESS`,
    'notify-format': format,
    'notify-allow-private-network': 'true',
  };
};
const TRAIN = { retrain: 'workflow_dispatch', 'retrain-workflow': 'train.yml' };
const at = (hours: number) => Date.parse('2026-01-16T00:00:00Z') + hours * 3_600_000;

const rollBack = (inputs: Record<string, string> = {}, more: object = {}) =>
  runRollback({ service, inputs, ...more });

interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly comments: number;
}

async function get<T>(path: string): Promise<readonly T[]> {
  const response = await fetch(`${service.url}/repos/octo/models${path}`, {
    headers: { authorization: `token ${service.issueToken('all')}` },
  });
  const found: unknown = await response.json();
  return Array.isArray(found) ? found : [];
}
const issues = () => get<Issue>('/issues?state=all');

const payloads = () => service.dispatches.map((one) => (one.kind === 'workflow' ? one.inputs : one.payload));

describe('the incident', () => {
  test('tells what happened, what differs and what caused it', async () => {
    await ledger.history(router.rollout, '1.0.0', { version: '1.1.0', cause: 'incident #9' });
    const files = { 'evidence/gate.json': gateFor('x') };
    const step = await rollBack({ evidence: 'evidence/gate.json' }, { files });
    expect(step.outcome).toMatchObject({ verdict: 'pass' });
    const [issue] = await issues();
    expect(issue?.title).toBe('churn 1.1.0 was rolled back in production');
    const body = issue?.body ?? '';
    expect(body).toContain(sha256('1.1.0'));
    expect(body).toContain('| `auc` | 0.8 [0.750, 0.850] | 0.8 [0.750, 0.850] |');
    expect(body).toMatch(/trained because of \| incident .*9/);
    expect(body).toMatch(/approved by \| alice \| alice/);
    expect(body).toMatch(/data digest \| `sha256:[0-9a-f]{64}` \| `sha256/);
    expect(body).toMatch(/### Timeline\n\n- 2026-01-16T00:00:00.000Z: rollback of production was asked for/);
    expect(body).toMatch(
      /### Evidence[\s\S]*<summary>.*gate\.json.*<\/summary>[\s\S]*mlops-actions\/gate\/v1/,
    );
    expect(step.output('incident-url')).toContain(`/${issue?.number}`);
  });

  test('is one for the same bytes: what comes later is a comment', async () => {
    await ledger.history(router.rollout, '1.0.0', { version: '1.1.0', content: 'bad' });
    await rollBack({ quarantine: 'false' });
    await ledger.register({ version: '1.2.0', content: 'bad' });
    await ledger.promote('1.2.0', { rollout: router.rollout, content: 'bad' });
    await rollBack({}, { run: 51, now: at(5000) });
    expect((await issues()).map(({ title, comments }) => [title, comments])).toEqual([
      ['churn 1.1.0 was rolled back in production', 1],
    ]);
    const [comment] = await get<{ body: string }>('/issues/1/comments');
    expect(comment?.body).toMatch(/was rolled back from `1\.2\.0` to `1\.0\.0`[\s\S]*### Timeline/);
    expect((await ledger.environment()).incidents).toMatchObject([{ issue: 1 }]);
  });

  test('says of a rollback that failed that it did, and why', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    router.refuse = 500;
    expect((await rollBack()).outcome).toMatchObject({ verdict: 'fail' });
    const [issue] = await issues();
    expect(issue?.title).toBe('churn 1.1.0 could not be rolled back in production');
    const body = issue?.body ?? '';
    expect(body).toMatch(/was to be rolled back from `1\.1\.0` to `1\.0\.0` .*\*\*which failed\*\*: .*500/);
    expect(body).toMatch(/### Timeline[\s\S]*was not put back in production: .*500/);
  });

  test('does not stop a rollback whose evidence cannot be read', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    const step = await rollBack({ evidence: 'nothing/*.json' });
    expect(step.outcome).toMatchObject({ verdict: 'warn' });
    expect(router.weights).toEqual({ '1.0.0': 100, '1.1.0': 0 });
    expect((await step.document())['warnings']).toEqual([
      expect.stringMatching(/evidence nothing\/\*\.json could not be read/),
    ]);
  });
});

describe('retraining', () => {
  test('is asked for with ten keys, once for the same bytes while their incident is open', async () => {
    await ledger.history(router.rollout, '1.0.0', { version: '1.1.0', content: 'bad' });
    const step = await rollBack(TRAIN);
    expect(step.output('retrain-skipped')).toBe('');
    expect(payloads()).toEqual([
      {
        model: 'churn',
        environment: ENV,
        reason: 'it is worse',
        incident: '1',
        bad_version: '1.1.0',
        restored_version: '1.0.0',
        data_from: '2026-01-01T04:00:00.000Z',
        data_to: expect.any(String),
        dedupe_key: `churn/production/${sha256('bad')}`,
        ledger_head: expect.stringMatching(/^sha256:/),
      },
    ]);
    await ledger.register({ version: '1.2.0', content: 'bad' });
    await ledger.promote('1.2.0', { rollout: router.rollout, content: 'bad' });
    const second = await rollBack(TRAIN, { run: 51, now: at(5000) });
    expect(second.output('rolled-back')).toBe('true');
    expect(second.output('retrain-skipped')).toMatch(/^duplicate: .* their incident is open/);
    expect(service.dispatches.length).toBe(1);
  });

  test('goes by repository_dispatch, and stops at the budget', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0', '1.2.0', '1.3.0');
    const inputs = { retrain: 'repository_dispatch', 'retrain-cooldown': '1h', 'max-retrains': '1/7d' };
    await rollBack(inputs);
    expect(Object.keys(payloads()[0] ?? {}).length).toBe(10);
    const second = await rollBack(inputs, { run: 51, now: at(2) });
    expect(second.output('rolled-back')).toBe('true');
    expect(second.output('retrain-skipped')).toMatch(/^budget: 1 request in 7 d, at most 1 are allowed/);
    expect(service.dispatches.length).toBe(1);
  });

  test('stops where the bad version was itself the answer to an incident, and says so', async () => {
    await ledger.history(router.rollout, '1.0.0', { version: '1.1.0', cause: 'incident #4' });
    const step = await rollBack({ ...TRAIN, 'max-retrains': '1/7d' });
    expect(step.output('retrain-skipped')).toMatch(/^budget: 1\.1\.0 is the end of a row of 1 retrainings/);
    expect(service.dispatches).toEqual([]);
  });

  test('that cannot be started is a warning and says why', async () => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    const wrap = (github: GitHub): GitHub => ({
      ...github,
      dispatches: {
        ...github.dispatches,
        workflow: async () => ({ kind: 'refused', status: 422, message: 'has no workflow_dispatch trigger' }),
      },
    });
    const step = await rollBack(TRAIN, { wrap });
    expect(step.outcome).toMatchObject({ verdict: 'warn' });
    expect(step.output('retrain-skipped')).toMatch(/^failed: .*has no workflow_dispatch trigger/);
  });
});

describe('retrain-only', () => {
  test('asks for training and changes no traffic, no quarantine and no lease', async () => {
    const before = await ledger.history(router.rollout, '1.0.0', '1.1.0');
    const step = await rollBack({ ...TRAIN, 'retrain-only': 'true', ...notify('json') });
    expect(step.outcome).toMatchObject({
      verdict: 'pass',
      message: expect.stringMatching(/retraining of churn was asked for, because of 1\.1\.0 in production/),
    });
    expect(router.changes).toEqual([]);
    expect(step.output('rolled-back')).toBe('false');
    expect((await step.document())['status']).toBe('retrain-only');
    expect(payloads()).toMatchObject([{ bad_version: '1.1.0', restored_version: '' }]);
    const { state } = await ledger.read();
    expect(state.quarantine).toEqual({});
    expect(state.environments[ENV]).toMatchObject({
      ...before.state.environments[ENV],
      incidents: [{ version: '1.1.0' }],
    });
    expect((await issues()).map(({ title }) => title)).toEqual([
      'churn 1.1.0 needs retraining for production',
    ]);
    expect(alerts.length).toBe(1);
    const again = await rollBack({ ...TRAIN, 'retrain-only': 'true' }, { run: 51, now: at(50) });
    expect(again.output('retrain-skipped')).toMatch(/^duplicate/);
    expect(again.output('noop')).toBe('true');
    expect(service.dispatches.length).toBe(1);
  });

  test.each<[string, Record<string, string>]>([
    ['a stale alert', { 'if-serving': '1.0.0' }],
    ['a dry run', { 'dry-run': 'true' }],
  ])('does nothing for %s', async (_, inputs) => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    const step = await rollBack({ ...TRAIN, 'retrain-only': 'true', ...inputs });
    expect(step.outcome).toMatchObject({ verdict: 'pass' });
    expect(service.dispatches).toEqual([]);
    expect(await issues()).toEqual([]);
  });
});

describe('alerts', () => {
  test.each(['slack', 'teams', 'json'])('in %s tell of the rollback', async (format) => {
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    const step = await rollBack(notify(format));
    expect((await step.document())['alert']).toBe('sent');
    expect(alerts.length).toBe(1);
    expect(alerts[0]).toContain('production was rolled back from 1.1.0 to 1.0.0');
    const { log, outputs, summary } = step.runtime.recorded;
    expect(JSON.stringify([await step.document(), log, [...outputs], summary()])).not.toContain(
      'SECRETPARTOFADDRESS',
    );
  });

  test('that fail are said, and fail no rollback', async () => {
    status = 500;
    await ledger.history(router.rollout, '1.0.0', '1.1.0');
    const step = await rollBack({ ...notify('slack'), 'fail-on': 'warn' });
    expect(step.outcome).toMatchObject({ verdict: 'pass' });
    expect((await step.document())['alert']).toBe('failed');
    expect(await step.runtime.files.readText('mlops/rollback/report.md')).toContain('could not be sent');
  });

  test('tell of a rollback that was not possible, and not of one that was not needed', async () => {
    await ledger.history(router.rollout, '1.0.0');
    await rollBack(notify('json'));
    expect(alerts.map((body) => JSON.parse(body))).toMatchObject([
      { status: 'failed', urgent: true, text: expect.stringMatching(/no known good version/) },
    ]);
    await rollBack({ ...notify('json'), 'if-serving': '9.9.9' });
    expect(alerts.length).toBe(1);
  });
});

test('no secret of the inputs is told to anybody', async () => {
  await ledger.history(router.rollout, '1.0.0', '1.1.0');
  const secret = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
  const step = await rollBack({ ...notify('json'), ...TRAIN, reason: `p99 is up, see ${secret}` });
  expect(step.outcome).toMatchObject({ verdict: 'pass' });
  const told = JSON.stringify([
    alerts,
    await issues(),
    payloads(),
    (await ledger.read()).events,
    await step.document(),
    await step.runtime.files.readText('mlops/rollback/report.md'),
    step.runtime.recorded.summary(),
    [...step.runtime.recorded.outputs],
    step.runtime.recorded.log,
    service.calls.map(({ body }) => body ?? ''),
  ]);
  expect(told).not.toContain(secret);
  expect(told).toContain('p99 is up');
});

test('a lost issue service is a warning', async () => {
  await ledger.history(router.rollout, '1.0.0', '1.1.0');
  const wrap = (github: GitHub): GitHub => ({
    ...github,
    issues: {
      ...github.issues,
      upsert: async () => ({ kind: 'refused', status: 403, message: 'Resource not accessible' }),
    },
  });
  const step = await rollBack({}, { wrap });
  expect(step.outcome).toMatchObject({ verdict: 'warn' });
  expect(router.weights).toEqual({ '1.0.0': 100, '1.1.0': 0 });
});
