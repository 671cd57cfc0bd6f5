import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Change, PromotionWorld } from '../../support/promotion-world.ts';
import { ledgerFile } from '../../support/registry.ts';

vi.mock(
  '../../../actions/local/services/github/bare-repository.ts',
  () => import('../../support/memory-repository.ts'),
);

let world: PromotionWorld;

beforeEach(async () => {
  world = await PromotionWorld.start();
});
afterEach(() => world.close());

interface Field {
  readonly name: string;
  readonly type: string;
  readonly required?: boolean;
}

const signature = (
  inputs: readonly Field[],
  outputs: readonly Field[] = [{ name: 'score', type: 'double' }],
) => JSON.stringify({ inputs, outputs });

const AGE = { name: 'age', type: 'long' };
const SERVING = signature([AGE, { name: 'city', type: 'string', required: false }]);

const promote = (model: string, run: number, text: string | undefined, change: Change = {}) =>
  world.promote(model, world.rollout('  - { weight: 100 }'), {
    run,
    ...change,
    files: text === undefined ? {} : { 'signature.json': text },
    inputs: { ...(text === undefined ? {} : { signature: 'signature.json' }), ...change.inputs },
  });

const serving = async () => (await world.environment()).current;

describe('a version that callers would not get on with is refused, with the field and both types', () => {
  test.each([
    [
      'an input of another type',
      signature([{ ...AGE, type: 'double' }]),
      'takes the input age as double, callers send long',
    ],
    [
      'an input that becomes required',
      signature([AGE, { name: 'city', type: 'string' }]),
      'requires the input city, which callers need not send',
    ],
    [
      'an output of another type',
      signature([AGE], [{ name: 'score', type: 'string' }]),
      'gives the output score as string, callers expect double',
    ],
    [
      'an output that is gone',
      signature([AGE], []),
      'does not always give the output score, on which callers rely',
    ],
  ])('%s', async (_, text, problem) => {
    await promote('one', 7, SERVING);
    const step = await promote('two', 8, text);
    expect(step.outcome).toMatchObject({ verdict: 'fail' });
    expect((await step.document())['reasons']).toEqual([
      `0.0.2 is not compatible with what callers of 0.0.1 use: it ${problem}; allow-incompatible: true with a reason lets it through`,
    ]);
    expect(step.output('status')).toBe('refused');
    expect(await serving()).toBe('0.0.1');
    expect(world.router.weights).toEqual({ '0.0.1': 100 });
    const dry = await promote('two', 9, text, { inputs: { 'dry-run': 'true' } });
    expect(dry.outcome?.message).toContain(problem);
  });
});

const BREAKING = signature([{ ...AGE, type: 'double' }]);
const ALLOWED = { 'allow-incompatible': 'true', reason: 'callers have moved' };

test('one that is allowed goes through, and the history shows what was said against it', async () => {
  await promote('one', 7, SERVING);
  const dry = await promote('two', 8, BREAKING, { inputs: { ...ALLOWED, 'dry-run': 'true' } });
  expect(dry.output('status')).toBe('planned');
  const said =
    '0.0.2 is not compatible with what callers of 0.0.1 use: it takes the input age as double, callers send long; let through: callers have moved';
  expect((await dry.document())['compatibility']).toBe(said);
  const step = await promote('two', 9, BREAKING, { inputs: ALLOWED });
  expect(step.output('status')).toBe('completed');
  expect((await step.document())['compatibility']).toBe(said);
  expect(await serving()).toBe('0.0.2');
  const told =
    'was let through although it takes the input age as double, callers send long, ALLOWED: callers have moved';
  expect(await ledgerFile(world.service, 'models/churn/README.md')).toContain(told);
  const again = await promote('two', 9, BREAKING, { attempt: 2, inputs: ALLOWED });
  expect(again.outcome).toMatchObject({ verdict: 'pass' });
  const verified = await world.operate('verify-ledger');
  expect(verified.outcome).toMatchObject({ verdict: 'pass' });
});

test('allowing it without a reason is refused', async () => {
  const step = await promote('two', 8, BREAKING, { inputs: { 'allow-incompatible': 'true' } });
  expect(String(step.error)).toMatch(/reason: required for allow-incompatible/);
});

test.each([
  [
    'both of which are known and fit',
    SERVING,
    signature([AGE]),
    'callers of 0.0.1 get on with 0.0.2, by their signatures',
  ],
  [
    'of which that of what serves is missing',
    undefined,
    BREAKING,
    'whether callers of 0.0.1 get on with 0.0.2 is not known: 0.0.1 has no signature',
  ],
  [
    'of which the new one is missing',
    SERVING,
    undefined,
    'whether callers of 0.0.1 get on with 0.0.2 is not known: 0.0.2 has no signature',
  ],
  [
    'of which there is none',
    undefined,
    undefined,
    'whether callers of 0.0.1 get on with 0.0.2 is not known: 0.0.1 and 0.0.2 have no signature',
  ],
])('signatures %s are reported', async (_, before, after, said) => {
  const first = await promote('one', 7, before);
  expect((await first.document())['compatibility']).toBe('');
  const step = await promote('two', 8, after);
  expect(step.output('status')).toBe('completed');
  expect((await step.document())['compatibility']).toBe(said);
  expect(step.runtime.recorded.summary()).toContain(`Callers: ${said}`);
});

test('a rollout that is under way goes on without being asked again', async () => {
  await promote('one', 7, SERVING);
  const rollout = world.rollout('  - { weight: 10, bake: 1h }\n  - { weight: 100 }');
  const files = { 'signature.json': BREAKING };
  const begun = await world.promote('two', rollout, {
    run: 8,
    files,
    inputs: { signature: 'signature.json', ...ALLOWED },
  });
  expect(begun.output('status')).toBe('waiting');
  const resumed = await world.promote('two', rollout, {
    run: 9,
    hour: 2,
    files,
    inputs: { signature: 'signature.json' },
  });
  expect(resumed.output('status')).toBe('completed');
});
