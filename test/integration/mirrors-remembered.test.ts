import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { clientOf } from '../support/github.ts';
import { type MlflowServer, startMlflow } from '../support/mlflow.ts';
import { PromotionWorld } from '../support/promotion-world.ts';
import { type EndedStep, ledgerEvents, ledgerFile } from '../support/registry.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

const APPROVED = '  - { weight: 50 }\n  - approve: { environment: production-approval }\n  - { weight: 100 }';
const AT_ONCE = '  - { weight: 100 }';

let world: PromotionWorld;
let mlflow: MlflowServer;
/** What people were told. */
let told: Record<string, unknown>[];
let receiver: ReturnType<typeof createServer>;
let address: Readonly<Record<string, string>>;
let tracking: Readonly<Record<string, string>>;

beforeEach(async () => {
  world = await PromotionWorld.start();
  mlflow = await startMlflow();
  tracking = { 'mlflow-tracking-uri': mlflow.url, 'mlflow-allow-private-network': 'true' };
  told = [];
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    told.push(JSON.parse(body));
    response.end();
  });
  await new Promise<void>((done) => {
    receiver.listen(0, '127.0.0.1', done);
  });
  const bound = receiver.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  address = {
    'notify-url': `http://127.0.0.1:${port}/services/T0/secret-part-of-the-url`,
    'notify-allow-private-network': 'true',
  };
});

afterEach(async () => {
  receiver.close();
  receiver.closeAllConnections();
  mlflow.close();
  await world.close();
});

const warnings = ({ runtime }: EndedStep): string =>
  runtime.recorded.log.flatMap(({ level, message }) => (level === 'warning' ? [message] : [])).join('\n');

const outbox = async (): Promise<readonly { readonly entry: Readonly<Record<string, unknown>> }[]> =>
  Object.values(JSON.parse((await ledgerFile(world.service, 'models/churn/state.json')) ?? '{}').outbox);

const waiting = async () => (await outbox()).map(({ entry }) => entry['kind']);

/** The kinds of mirrors that were to be told. */
const queued = async () =>
  (await ledgerEvents(world.service))
    .flatMap((event) => ('data' in event ? (Object(event.data)['entries'] ?? []) : []))
    .map(({ kind }: { readonly kind: string }) => kind);

const begin = (inputs: Readonly<Record<string, string>>) =>
  world.promote('one', world.rollout(APPROVED), { run: 1, inputs });

describe('a step that goes on with a rollout', () => {
  test('tells whom the rollout was begun with, although it names nobody', async () => {
    const begun = await begin({
      'environment-url': 'https://churn.acme.dev',
      'artifact-records': 'true',
      'gto-tags': 'true',
      release: 'draft',
    });
    expect(begun.output('status')).toBe('waiting');
    const step = await world.operate('approve', { run: 2, hour: 1 });
    expect(step.output('status')).toBe('completed');
    expect(await queued()).toEqual(['deployment', 'artifact-record', 'gto-tag', 'release']);
    expect(await clientOf(world.service).releases.find('churn-v0.0.1')).toMatchObject({ draft: true });
    const status = world.service.calls.findLast(({ path }) => path.endsWith('/statuses'))?.body;
    expect(status).toMatchObject({ state: 'success', environment_url: 'https://churn.acme.dev' });
  });

  test('makes no deployment for a rollout that was begun without', async () => {
    await begin({ deployments: 'off' });
    await world.operate('approve', { run: 2, hour: 1 });
    expect(await clientOf(world.service).deployments.list('production')).toEqual([]);
  });

  test('tells otherwise where it says so', async () => {
    await begin({ 'gto-tags': 'true', release: 'publish', deployments: 'off' });
    const inputs = { 'gto-tags': 'false', release: 'off', deployments: 'create' };
    await world.operate('approve', { run: 2, hour: 1, inputs });
    expect(await queued()).toEqual(['deployment']);
    expect(await clientOf(world.service).deployments.list('production')).toMatchObject([
      { state: 'success' },
    ]);
  });

  test('leaves MLflow to a step that names its address, under the alias of then, and warns of it', async () => {
    await begin({ ...tracking, 'mlflow-alias': 'challenger' });
    const ledger = JSON.stringify(await ledgerEvents(world.service));
    expect(ledger).toContain('challenger');
    expect(ledger).not.toContain(mlflow.url);
    const step = await world.operate('approve', { run: 2, hour: 1 });
    expect(step.output('status')).toBe('completed');
    expect(warnings(step)).toContain('this step has no mlflow-tracking-uri');
    expect(await waiting()).toEqual(['mlflow']);
    expect(mlflow.calls).toEqual([]);
    const tick = await world.operate('resume', { run: 3, hour: 2, inputs: tracking });
    expect(tick.output('status')).toBe('noop');
    expect(await waiting()).toEqual([]);
    expect([...mlflow.aliases.keys()]).toEqual(['churn@challenger']);
  });

  test('leaves people to a step that knows where they are, and tells them once, in the form of then', async () => {
    await begin({ ...address, 'notify-format': 'json', 'notify-on': 'completed' });
    const step = await world.operate('approve', { run: 2, hour: 1 });
    expect(warnings(step)).toContain('Give it notify-url');
    expect(told).toEqual([]);
    expect(await waiting()).toEqual(['notify']);
    const silent = await world.operate('resume', { run: 3, hour: 2 });
    expect(warnings(silent)).toContain('this step has no notify-url');
    await world.operate('resume', { run: 4, hour: 3, inputs: address });
    await world.operate('resume', { run: 5, hour: 4, inputs: address });
    expect(told).toMatchObject([{ status: 'completed', model: 'churn', environment: 'production' }]);
    expect(await waiting()).toEqual([]);
    expect(JSON.stringify(await ledgerEvents(world.service))).not.toContain('secret-part-of-the-url');
  });

  test('asks nobody of a rollout that was begun without people to tell', async () => {
    await begin({});
    const step = await world.operate('approve', { run: 2, hour: 1 });
    expect(warnings(step)).not.toContain('notify-url');
    expect(await waiting()).toEqual([]);
  });
});

test('endings are told that the rollout was begun with, where only the address is given again', async () => {
  const steps = '  - { weight: 50, bake: 2h, analysis: [health] }\n  - { weight: 100 }';
  await world.promote('zero', world.rollout(AT_ONCE), { run: 1 });
  const inputs = { ...address, 'notify-format': 'json', 'notify-on': 'rolled-back' };
  await world.promote('one', world.rollout(steps), { run: 2, hour: 1, inputs });
  world.errors = () => 0.2;
  const step = await world.operate('resume', { run: 3, hour: 4, inputs: address });
  expect(step.output('status')).toBe('rolled-back');
  expect(told).toMatchObject([{ status: 'rolled-back' }]);
});
