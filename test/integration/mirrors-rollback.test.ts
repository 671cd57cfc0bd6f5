import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { clientOf } from '../support/github.ts';
import { type MlflowServer, startMlflow } from '../support/mlflow.ts';
import { PromotionWorld } from '../support/promotion-world.ts';
import { ledgerFile } from '../support/registry.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

const AT_ONCE = '  - { weight: 100 }';

let world: PromotionWorld;
let mlflow: MlflowServer;
let tracking: Readonly<Record<string, string>>;

beforeEach(async () => {
  world = await PromotionWorld.start();
  mlflow = await startMlflow();
  tracking = { 'mlflow-tracking-uri': mlflow.url, 'mlflow-allow-private-network': 'true' };
});
afterEach(async () => {
  mlflow.close();
  await world.close();
});

async function promoteTwo(inputs: Readonly<Record<string, string>>): Promise<void> {
  for (const [index, model] of ['one', 'two'].entries())
    await world.promote(model, world.rollout(AT_ONCE), { run: index + 1, hour: index, inputs });
}

async function rollBack(inputs: Readonly<Record<string, string>> = {}) {
  const step = await world.operate('', {
    action: 'rollback',
    run: 9,
    hour: 9,
    files: { 'rollout.yml': world.rollout(AT_ONCE) },
    inputs: { rollout: 'rollout.yml', 'incident-issue': 'off', ...inputs },
  });
  expect(step.error).toBeUndefined();
  return step;
}

/** The version of ours that an alias of MLflow's is on. */
const aliased = (alias: string): string | undefined =>
  mlflow.versions
    .find(({ version }) => version === mlflow.aliases.get(`churn@${alias}`))
    ?.tags.find(({ key }) => key === 'mlops.version')?.value;

const waiting = async (): Promise<readonly string[]> =>
  Object.keys(JSON.parse((await ledgerFile(world.service, 'models/churn/state.json')) ?? '{}').outbox);

describe('a rollback and MLflow', () => {
  test('the alias that promotions gave is on what serves again, at once', async () => {
    await promoteTwo({ ...tracking, 'mlflow-alias': 'challenger' });
    expect(aliased('challenger')).toBe('0.0.2');
    const step = await rollBack(tracking);
    expect(step.outcome).toMatchObject({ verdict: 'pass' });
    expect(aliased('challenger')).toBe('0.0.1');
    expect(await waiting()).toEqual([]);
  });

  test('without its address it waits, the summary says so, and the next step that has it tells it', async () => {
    await promoteTwo(tracking);
    const step = await rollBack();
    expect(step.outcome).toMatchObject({ verdict: 'pass' });
    expect(aliased('champion')).toBe('0.0.2');
    expect(step.runtime.recorded.summary()).toContain('this step has no mlflow-tracking-uri');
    expect(await waiting()).toEqual([expect.stringMatching(/^mlflow:alias:champion:0\.0\.1:/)]);
    await world.operate('resume', { run: 10, hour: 10, inputs: tracking });
    expect(aliased('champion')).toBe('0.0.1');
    expect(await waiting()).toEqual([]);
  });

  test.each([
    [{}, 'champion'],
    [{ 'mlflow-alias': 'serving' }, 'serving'],
  ])('promotions told MLflow nothing: the alias of the step, %j', async (inputs, alias) => {
    await promoteTwo({});
    await rollBack({ ...tracking, ...inputs });
    expect([...mlflow.aliases.keys()]).toEqual([`churn@${alias}`]);
    expect(aliased(alias)).toBe('0.0.1');
  });

  test('a server that is down stops nothing, and is told later', async () => {
    await promoteTwo(tracking);
    mlflow.faults.push({ path: 'model-versions/search', effect: false, answer: 500, times: 1 });
    const step = await rollBack(tracking);
    expect(step.output('rolled-back')).toBe('true');
    expect(step.runtime.recorded.summary()).toMatch(
      /mlflow does not show 0.0.1 yet: MLflow, model-versions.search: answered 500/,
    );
    await world.operate('resume', { run: 10, hour: 10, inputs: tracking });
    expect(aliased('champion')).toBe('0.0.1');
  });
});

test.each([
  ['live', 'true', true],
  ['production', 'false', false],
])(
  '%s, promoted with production: %s, stays that when it is rolled back',
  async (environment, production, expected) => {
    await promoteTwo({ environment, production });
    const step = await rollBack({ environment });
    const { deployments } = clientOf(world.service);
    const [newest] = await deployments.payloads(environment);
    expect(newest).toMatchObject({ id: Number(step.output('deployment-id')), production: expected });
  },
);
