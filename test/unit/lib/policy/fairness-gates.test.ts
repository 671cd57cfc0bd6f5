import { expect, test } from 'vitest';
import type { Fairness, MetricValue } from '../../../../actions/lib/documents/metrics.ts';
import { fairnessOf } from '../../../../actions/lib/fairness/fairness-of.ts';
import { isClassRows } from '../../../../actions/lib/metrics/rows.ts';
import { evaluationRows } from '../../../../actions/lib/policy/evaluation-rows.ts';
import type { MetricsView } from '../../../../actions/lib/policy/metrics-view.ts';
import { decideBy, goodRows, view, withDocument } from '../../../support/decisions.ts';

/** So many that each region has another number of them. */
const rows = goodRows.slice(0, 1450);
const GOOD = view(rows);
const REGIONS = ['North', 'South', 'West'];

/** What evaluate-model writes of the regions that have at least so many rows. */
function regions(minGroupRows: number): Fairness {
  const classes = GOOD.document && evaluationRows(rows, GOOD.document);
  if (classes === undefined || 'problem' in classes || !isClassRows(classes))
    throw new Error('these are class rows');
  const of = Int32Array.from(rows, ({ k }) => REGIONS.findIndex((name) => k?.includes(`region=${name}`)));
  const settings = { minGroupRows, confidence: 0.95, resamples: 200, seed: 1 };
  return fairnessOf(classes, { column: 'region', names: REGIONS, of }, settings);
}

const byRegion = (fairness: Fairness): MetricsView => withDocument(GOOD, { fairness: [fairness] });
const ALL = regions(1);
const gap = ALL.gaps.find(({ name }) => name === 'equalized_odds_difference');
const gate = (rule: string, by = 'region', metric = 'equalized_odds_difference'): string =>
  `  - { id: fair, metric: ${metric}, group-by: ${by}, ${rule} }`;

test('a gap between groups is the one that evaluate-model wrote, and the reason names the groups', () => {
  const [held] = decideBy(gate('max: 0.9'), { candidate: byRegion(ALL) }).gates;
  expect(held).toMatchObject({ status: 'pass', by: 'region', candidate: gap?.value, direction: 'lower' });
  const { min_group, max_group } = gap?.params ?? {};
  expect(held?.reason).toContain(`lowest for ${min_group}, highest for ${max_group}`);
});

test('use looks at an end of the interval of the gap', () => {
  const limit = ((gap?.value ?? 0) + (gap?.ci?.high ?? 0)) / 2;
  const judged = ['value', 'ci-upper'].map(
    (use) => decideBy(gate(`max: ${limit}, use: ${use}`), { candidate: byRegion(ALL) }).gates[0]?.status,
  );
  expect(judged).toEqual(['pass', 'fail']);
});

const sizes = ALL.groups.map(({ n }) => n).toSorted((a, b) => a - b);

test('a group that is too small to be told about is named', () => {
  const without = regions((sizes[0] ?? 0) + 1);
  const [held] = decideBy(gate('max: 0.9'), { candidate: byRegion(without) }).gates;
  const [small] = without.excluded;
  expect(held?.status).toBe('pass');
  expect(held?.reason).toContain(`not part of it: ${small?.group} (${small?.n} rows, fewer than`);
});

test.each([
  ['one group is left', regions((sizes[1] ?? 0) + 1)],
  ['no group is left', regions(2000)],
  ['a document claims a gap of 0 of a single group', claimed()],
])('where %s the gap has no value and its gate fails: it is never 0', (_, fairness) => {
  const [judged] = decideBy(gate('max: 0.9'), { candidate: byRegion(fairness) }).gates;
  expect(judged).toMatchObject({ status: 'undefined', verdict: 'fail', candidate: null });
  expect(judged?.reason).toContain('large enough');
});

function claimed(): Fairness {
  const zero = (value: MetricValue): MetricValue => ({ ...value, value: 0 });
  return { ...ALL, groups: ALL.groups.slice(0, 1), gaps: ALL.gaps.map(zero) };
}

test.each([
  [
    'a column nobody compared',
    gate('max: 0.1', 'gender'),
    'does not compare the groups of gender; it compares those of region',
  ],
  ['a column mistyped', gate('max: 0.1', 'regoin'), 'did you mean "region"?'],
  [
    'a gap mistyped',
    gate('max: 0.1', 'region', 'equalised_odds_difference'),
    'did you mean "equalized_odds_difference"?',
  ],
  [
    'a gap asked of all rows',
    '  - { metric: equalized_odds_difference, max: 0.1 }',
    'it is a gap between groups; say which with group-by: region',
  ],
])('%s fails as missing, with what there is', (_, gates, reason) => {
  const [judged] = decideBy(gates, { candidate: byRegion(ALL) }).gates;
  expect(judged).toMatchObject({ status: 'missing', verdict: 'fail' });
  expect(judged?.reason).toContain(reason);
});

test('a document that compares no groups says how to', () => {
  const [judged] = decideBy(gate('max: 0.1'), { candidate: GOOD }).gates;
  expect(judged).toMatchObject({ status: 'missing', verdict: 'fail' });
  expect(judged?.reason).toContain('compares no groups; evaluate with fairness: region');
});

test('a gap may not grow against the baseline', () => {
  const wider = { ...ALL, gaps: ALL.gaps.map((one) => ({ ...one, value: (one.value ?? 0) + 0.2 })) };
  const decided = decideBy(gate('max-regression: { absolute: 0.1 }'), {
    candidate: byRegion(wider),
    baseline: byRegion(ALL),
  });
  expect(decided.gates[0]).toMatchObject({ status: 'fail', baseline: gap?.value });
  expect(decided.gates[0]?.change?.value).toBeCloseTo(0.2, 12);
});

test('the smallest group must have enough rows of the positive class', () => {
  const positives = REGIONS.map(
    (name) => rows.filter(({ y, k }) => y === 'yes' && k?.includes(`region=${name}`)).length,
  );
  const least = Math.min(...positives);
  const judged = [least, least + 1].map(
    (min) => decideBy(gate(`max: 0.9, min-positives: ${min}`), { candidate: byRegion(ALL) }).gates[0],
  );
  expect(judged.map((one) => one?.status)).toEqual(['pass', 'too-few-rows']);
  expect(judged[1]?.reason).toContain(`rests on ${least} rows of the positive class`);
});
