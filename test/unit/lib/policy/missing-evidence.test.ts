import { expect, test } from 'vitest';
import { decide } from '../../../../actions/lib/policy/decide.ts';
import { DEFAULT_POLICY } from '../../../../actions/lib/policy/policy.ts';
import {
  decideBy,
  entry,
  GOOD,
  goodRows,
  NOW,
  numbers,
  view,
  withDocument,
} from '../../../support/decisions.ts';

const sliced = numbers([
  entry('recall', 0.9, { slice: 'age=old' }),
  entry('recall', 0.5, { slice: 'age=young' }),
  entry('ndcg@10', 0.4),
]);

test.each([
  [
    'a metric that is measured on slices only',
    'metric: recall',
    'holds recall on slices only, age=old, age=young',
  ],
  [
    'a slice with one letter wrong',
    'metric: recall, slice: age=yung',
    'does not hold recall on the slice age=yung; did you mean "age=young"?',
  ],
  ['a slice of nothing known', 'metric: recall, slice: region=North', 'it holds it on age=old, age=young'],
  ['a slice of a metric on all rows', 'metric: ndcg@10, slice: age=old', 'it holds it on all rows only'],
  ['a metric with another cut-off', 'metric: ndcg@5', 'did you mean "ndcg@10"?'],
])('%s is missing, and what is there is named', (_, gate, reason) => {
  const decided = decideBy(`  - { ${gate}, min: 0.1 }`, { candidate: sliced, baseline: undefined });
  expect(decided).toMatchObject({ verdict: 'fail', gates: [{ status: 'missing', verdict: 'fail' }] });
  expect(decided.gates[0]?.reason).toContain(reason);
});

test('a file without any metric says so', () => {
  const decided = decideBy('  - { metric: f1, min: 0 }', { candidate: numbers({}), baseline: undefined });
  expect(decided.gates[0]?.reason).toContain('it holds no metric at all');
});

test('a slice that the evaluation left out says why', () => {
  const candidate = withDocument(GOOD, {
    excludedGroups: [{ slice: { region: 'East' }, n: 4, reason: 'fewer than 50 rows' }],
  });
  const decided = decideBy('  - { metric: f1, slice: region=East, min: 0.1 }', { candidate });
  expect(decided.gates[0]?.reason).toContain(
    'region=East was left out of the evaluation: fewer than 50 rows (n = 4)',
  );
  expect(decided.notes.join()).toContain('Not evaluated: region = East (4 rows)');
});

test('a metric that stands there twice with different values is refused with both', () => {
  const candidate = numbers([
    entry('f1', 0.9, { params: { average: 'micro' } }),
    entry('f1', 0.4, { params: { average: 'macro' } }),
  ]);
  const decided = decideBy('  - { metric: f1, min: 0.5 }', { candidate, baseline: undefined });
  expect(decided.gates[0]).toMatchObject({ status: 'refused', verdict: 'fail' });
  expect(decided.gates[0]?.reason).toContain(
    'holds f1 more than once, 0.9 (average = micro) and 0.4 (average = macro)',
  );
});

test('the same value twice is one value', () => {
  const candidate = numbers([entry('f1', 0.9), entry('f1', 0.9)]);
  expect(decideBy('  - { metric: f1, min: 0.5 }', { candidate, baseline: undefined }).verdict).toBe('pass');
});

test('a limit does not mind how a metric was measured, a comparison does', () => {
  const averaged = (average: string) =>
    numbers([entry('f1', 0.9, { direction: 'higher', params: { average } })]);
  const gates =
    '  - { id: a, metric: f1, min: 0.5 }\n  - { id: b, metric: f1, max-regression: { absolute: 1 } }';
  const decided = decideBy(gates, { candidate: averaged('micro'), baseline: averaged('macro') });
  expect(decided.gates.map(({ status }) => status)).toEqual(['pass', 'refused']);
  expect(decided.gates[1]?.reason).toContain('average is micro here and macro there');
});

test('a policy without gates fails, with or without a baseline', () => {
  for (const baseline of [undefined, GOOD]) {
    const decided = decide({
      policy: DEFAULT_POLICY,
      candidate: GOOD,
      baseline,
      baselines: new Map(),
      history: undefined,
      waivers: [],
      onNoBaseline: 'pass',
      now: NOW,
      resampling: { resamples: 10, seed: 1 },
    });
    expect(decided.verdict).toBe('fail');
    expect(decided.guards[0]).toMatchObject({ id: 'policy', verdict: 'fail' });
    expect(decided.outcomes).toEqual(['block']);
  }
});

const positives = goodRows.filter(({ y, k }) => y === 'yes' && k?.includes('region=North')).length;
const NORTH = 'metric: recall, slice: region=North, min: 0.1';

test.each([
  ['enough', `${NORTH}, min-positives: ${positives}`, GOOD, 'pass', 'within the limit'],
  [
    'too few',
    `${NORTH}, min-positives: ${positives + 1}`,
    GOOD,
    'too-few-rows',
    `rests on ${positives} rows of the positive class; min-positives asks for ${positives + 1}`,
  ],
  [
    'too few of a comparison',
    `metric: recall, min-positives: 5000, max-regression: { absolute: 0.5 }`,
    GOOD,
    'too-few-rows',
    'min-positives asks for 5000',
  ],
  [
    'an unknown number, without rows',
    `${NORTH}, min-positives: 1`,
    { ...GOOD, rows: undefined },
    'too-few-rows',
    'is not known: the candidate did not keep its rows',
  ],
  [
    'an unknown number, without a positive class',
    'metric: recall, min: 0, min-positives: 1',
    numbers({ recall: 1 }),
    'too-few-rows',
    'the evaluation names no positive class',
  ],
  [
    'rows that name no such slice',
    `${NORTH}, min-positives: 1`,
    { ...GOOD, rows: goodRows.map(({ k: _, ...row }) => row) },
    'too-few-rows',
    'no row names the slice region=North',
  ],
])('rows of the positive class: %s', (_, gate, candidate, status, reason) => {
  const [judged] = decideBy(`  - { ${gate} }`, { candidate }).gates;
  expect(judged?.status).toBe(status);
  expect(judged?.reason).toContain(reason);
});

test('what was compared by plain numbers alone is said at the end', () => {
  const decided = decideBy('  - { id: a, metric: f1, max-regression: { absolute: 0.1 } }', {
    candidate: numbers({ f1: 0.9 }),
    baseline: numbers({ f1: 0.95 }),
  });
  expect(decided.gates[0]).toMatchObject({ status: 'pass', method: 'plain-numbers' });
  expect(decided.notes.join()).toContain('Compared by plain numbers, so that a change may be chance: a.');
});

test('an exploratory gate on one slice is corrected with the others, and blocks only where it is required', () => {
  const few = view(goodRows.slice(0, 400));
  const gate = (id: string, severity: string) =>
    `  - { id: ${id}, metric: accuracy, slice: region=${id}, exploratory: true, severity: ${severity}, non-inferior: { margin: 0.001 } }`;
  const decided = decideBy([gate('North', 'warning'), gate('South', 'error')].join('\n'), {
    candidate: few,
    baseline: view(goodRows.slice(0, 400)),
  });
  expect([decided.requiredTests, decided.exploratoryTests]).toEqual([0, 2]);
  expect(decided.gates.every(({ exploratory }) => exploratory)).toBe(true);
});
