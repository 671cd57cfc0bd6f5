import { expect, test } from 'vitest';
import { applyWaivers, type GrantedWaiver } from '../../../../actions/lib/policy/apply-waivers.ts';
import {
  BAD,
  decideBy,
  GOOD,
  goodRows,
  judgedGate,
  NOW,
  numbers,
  TWIN,
  view,
} from '../../../support/decisions.ts';

const waiver = (change: Partial<GrantedWaiver> = {}): GrantedWaiver => ({
  gate: 'g',
  source: 'file',
  owner: '@kim',
  reason: 'label definition changed, see #412',
  expires: NOW + 86_400_000,
  maxValueLoss: undefined,
  refused: undefined,
  line: 3,
  ...change,
});

const one = (granted: GrantedWaiver, gate = judgedGate('fail', { loss: 0.04 })) => {
  const { uses, gates } = applyWaivers([granted], [gate], [], NOW);
  return {
    state: uses[0]?.state,
    message: uses[0]?.message,
    result: gates[0]?.result,
    stands: gates[0]?.stands,
  };
};

test('a waiver that counts turns a failing gate into a waived one that says who, why and until when', () => {
  const { state, result, stands } = one(waiver());
  expect({ state, verdict: result?.verdict, stands }).toEqual({
    state: 'used',
    verdict: 'waived',
    stands: 'waived',
  });
  expect(result?.reason).toBe('because; waived by @kim until 2026-01-16: label definition changed, see #412');
  expect(result?.waiver).toMatchObject({
    gate: 'g',
    owner: '@kim',
    state: 'used',
    expires: '2026-01-16T12:00:00.000Z',
    line: 3,
  });
});

test.each<[string, Partial<GrantedWaiver>, string, string]>([
  ['one that has expired', { expires: NOW - 1 }, 'expired', 'it expired on 2026-01-15; mend the gate'],
  [
    'one by somebody who may not',
    { refused: '@eve has the role write, not maintain or admin' },
    'refused',
    '@eve has the role write',
  ],
  [
    'one that allows less',
    { maxValueLoss: 0.03 },
    'exceeded',
    'it excuses a loss of 0.03 at most, but g lost 0.04',
  ],
])('%s leaves the gate failing and says so there', (_, change, state, message) => {
  const judged = one(waiver(change));
  expect(judged).toMatchObject({ state, result: { verdict: 'fail' } });
  expect(judged.message).toContain(message);
  expect(judged.result?.reason).toContain(`because; the waiver of @kim does not count: `);
  expect(judged.result?.reason).toContain(message);
  expect(judged.result?.waiver).toBeUndefined();
});

test.each<[string, Partial<GrantedWaiver>, number | undefined, string, string]>([
  ['a loss at the bound', { maxValueLoss: 0.04 }, 0.04, 'used', 'waived'],
  ['no loss at all', { maxValueLoss: 0 }, -0.01, 'used', 'waived'],
  ['an unknown loss under a bound', { maxValueLoss: 10 }, undefined, 'exceeded', 'fail'],
  ['an unknown loss without a bound', {}, undefined, 'used', 'waived'],
  ['the last millisecond', { expires: NOW }, 0.04, 'used', 'waived'],
])('%s', (_, change, loss, state, verdict) => {
  const gate = judgedGate('fail', loss === undefined ? {} : { loss });
  expect(one(waiver(change), gate)).toMatchObject({ state, result: { verdict } });
});

test('a gate that holds stays as it is, and its waiver is told to go', () => {
  const { state, message, result } = one(waiver(), judgedGate('pass'));
  expect(state).toBe('unused');
  expect(message).toContain('holds without it; take the waiver away');
  expect(result).toEqual(judgedGate('pass').result);
});

test('a waiver of a gate that is not there says which are', () => {
  expect(one(waiver({ gate: 'h' })).message).toBe('there is no gate "h"; did you mean "g"?');
});

test('a waiver also excuses what warns and what is inconclusive', () => {
  const warns = judgedGate('fail', { gate: { severity: 'warning' } });
  expect(
    [one(waiver(), warns), one(waiver(), judgedGate('inconclusive'))].map(({ result }) => result?.verdict),
  ).toEqual(['waived', 'waived']);
});

test('the waiver of a gate covers its slices, each by its own loss', () => {
  const slices = ['North', 'South'].map((name, index) =>
    judgedGate('fail', {
      gate: { id: 'any-slice' },
      id: `any-slice[region=${name}]`,
      loss: 0.04 + index / 10,
    }),
  );
  const { uses, gates } = applyWaivers([waiver({ gate: 'any-slice', maxValueLoss: 0.05 })], slices, [], NOW);
  expect(gates.map(({ result }) => result.verdict)).toEqual(['waived', 'fail']);
  expect(uses).toMatchObject([{ state: 'exceeded' }]);
  expect(uses[0]?.message).toContain('any-slice[region=South] lost 0.14');
});

test('a waiver of one slice covers no other', () => {
  const slices = ['North', 'South'].map((name) =>
    judgedGate('fail', { gate: { id: 'any-slice' }, id: `any-slice[region=${name}]`, loss: 0.04 }),
  );
  const { gates } = applyWaivers([waiver({ gate: 'any-slice[region=South]' })], slices, [], NOW);
  expect(gates.map(({ result }) => result.verdict)).toEqual(['fail', 'waived']);
});

test('one waiver that counts is enough beside others that do not', () => {
  const granted = [waiver({ expires: NOW - 1 }), waiver({ source: 'label', owner: '@lee' })];
  const { uses, gates } = applyWaivers(granted, [judgedGate('fail', { loss: 1 })], [], NOW);
  expect(uses.map(({ state }) => state)).toEqual(['expired', 'used']);
  expect(gates[0]?.result).toMatchObject({ verdict: 'waived', waiver: { owner: '@lee' } });
});

test('a guard is waived by its name, unless the waiver bounds the loss', () => {
  const guard = { id: 'no-downgrade-rows', verdict: 'fail', reason: 'fewer' } as const;
  const judged = [waiver({ gate: guard.id }), waiver({ gate: guard.id, maxValueLoss: 1 })].map(
    (granted) => applyWaivers([granted], [], [guard], NOW).guards[0]?.verdict,
  );
  expect(judged).toEqual(['waived', 'fail']);
});

test('a date beyond what a calendar holds is its last day', () => {
  expect(one(waiver({ expires: 1e20 })).result?.waiver?.expires).toBe('+275760-09-13T00:00:00.000Z');
});

const loses = '  - { id: g, metric: accuracy, max-regression: { absolute: 0.01 } }';

test.each([
  ['a loss within it', loses, 0.5, 'waived'],
  ['a loss beyond it', loses, 0.02, 'fail'],
  ['a miss of a limit within it', '  - { id: g, metric: accuracy, min: 0.85 }', 0.1, 'waived'],
  ['a miss of a limit beyond it', '  - { id: g, metric: accuracy, min: 0.95 }', 0.1, 'fail'],
  [
    'a proven inferiority within it',
    '  - { id: g, metric: accuracy, non-inferior: { margin: 0.01 } }',
    0.5,
    'waived',
  ],
  [
    'a metric that is missing, of which nobody knows the loss',
    '  - { id: g, metric: acuracy, min: 0.1 }',
    0.5,
    'fail',
  ],
])('a bound on the loss, and %s', (_, gate, maxValueLoss, verdict) => {
  const decided = decideBy(gate, { candidate: BAD, baseline: GOOD, waivers: [waiver({ maxValueLoss })] });
  expect(decided.verdict).toBe(verdict);
});

test('a waiver without a bound accepts evidence that is refused or missing', () => {
  const relabelled = view(
    goodRows.map((row, index) => (index === 7 ? { ...row, y: row.y === 'yes' ? 'no' : 'yes' } : row)),
  );
  const refused = decideBy(loses, { baseline: relabelled, waivers: [waiver()] });
  const missing = decideBy('  - { id: g, metric: acuracy, min: 0.1 }', { waivers: [waiver()] });
  expect([refused.verdict, missing.verdict]).toEqual(['waived', 'waived']);
});

test('a waiver does not hide a guard that fails beside its gate', () => {
  const decided = decideBy('  - { id: g, metric: accuracy, min: 2 }', {
    candidate: numbers({ accuracy: 1 }),
    baseline: TWIN,
    waivers: [waiver()],
  });
  expect(decided.gates[0]?.verdict).toBe('waived');
  expect(decided.verdict).toBe('fail');
});
