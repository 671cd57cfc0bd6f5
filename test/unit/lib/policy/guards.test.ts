import { expect, test } from 'vitest';
import type { Fairness } from '../../../../actions/lib/documents/metrics.ts';
import type { MetricsView } from '../../../../actions/lib/policy/metrics-view.ts';
import {
  decideBy,
  entry,
  GOOD,
  goodRows,
  numbers,
  onOtherData,
  TWIN,
  twinRows,
  view,
  withDocument,
} from '../../../support/decisions.ts';

const LIMIT = '  - { metric: accuracy, min: 0.5 }';
const without = (from: MetricsView, drop: (one: { name: string; slice?: unknown }) => boolean): MetricsView =>
  withDocument(from, { metrics: (from.document?.metrics ?? []).filter((one) => !drop(one)) });
const fairness: Fairness = { by: 'gender', groups: [], excluded: [], gaps: [] };

/** The guards that do not hold, by id. */
const broken = (candidate: MetricsView, baseline: MetricsView, gates = LIMIT, head = '') => {
  const { guards, verdict } = decideBy(gates, { candidate, baseline }, head);
  const failing = guards.filter((guard) => guard.verdict !== 'pass');
  return {
    ids: failing.map(({ id }) => id),
    reasons: failing.map(({ reason }) => reason).join('\n'),
    verdict,
  };
};

test('what rests on as much as the baseline passes every guard, and each says so', () => {
  const { guards, verdict } = decideBy(LIMIT);
  expect(verdict).toBe('pass');
  expect(guards.map(({ id, verdict: each }) => [id, each])).toEqual(
    ['rows', 'repeats', 'slices', 'metrics'].map((kind) => [`no-downgrade-${kind}`, 'pass']),
  );
});

test('without a baseline there is nothing to guard', () => {
  expect(decideBy(LIMIT, { baseline: undefined }).guards).toEqual([]);
});

const repeated = (repeats: number | undefined) =>
  numbers([entry('score', 0.9, { params: repeats === undefined ? {} : { repeats } })]);

test.each<[string, MetricsView, MetricsView, string, string]>([
  [
    'one row less',
    view(goodRows.slice(0, 1499)),
    TWIN,
    'rows',
    'the candidate rests on 1499 rows, the baseline on 1500',
  ],
  [
    'a hundred per cent on 25 rows',
    numbers([entry('accuracy', 1, { n: 25 })]),
    numbers([entry('accuracy', 0.834, { n: 249 })]),
    'rows',
    '25 rows, the baseline on 249',
  ],
  [
    'a file that does not say on how many',
    numbers({ accuracy: 1 }),
    numbers([entry('accuracy', 0.8, { n: 249 })]),
    'rows',
    'does not say on how many',
  ],
  [
    'one metric on fewer rows',
    numbers([entry('accuracy', 1, { n: 100 }), entry('f1', 1, { n: 50 })]),
    numbers([entry('accuracy', 1, { n: 100 }), entry('f1', 1, { n: 100 })]),
    'rows',
    'f1 50 in place of 100',
  ],
  ['fewer repeats', repeated(1), repeated(3), 'repeats', 'score 1 in place of 3'],
  [
    'repeats that are not said any more',
    repeated(undefined),
    repeated(3),
    'repeats',
    'score 1 in place of 3',
  ],
  [
    'a slice that vanished',
    without(GOOD, ({ slice }) => JSON.stringify(slice)?.includes('West') ?? false),
    TWIN,
    'slices',
    'a slice of the baseline is not measured any more: region=West',
  ],
  [
    'all slices',
    without(GOOD, ({ slice }) => slice !== undefined),
    TWIN,
    'slices',
    '3 slices of the baseline are not measured any more',
  ],
  [
    'groups that are not compared any more',
    GOOD,
    withDocument(TWIN, { fairness: [fairness] }),
    'slices',
    'the groups of gender',
  ],
  [
    'a metric that vanished',
    without(GOOD, ({ name }) => name === 'log_loss'),
    TWIN,
    'metrics',
    'a metric of the baseline is not measured any more: log_loss',
  ],
  [
    'a metric that vanished from a slice',
    without(GOOD, ({ name, slice }) => name === 'f1' && JSON.stringify(slice) === '{"region":"West"}'),
    TWIN,
    'metrics',
    'f1 on region=West',
  ],
])('%s fails by name', (_, candidate, baseline, kind, reason) => {
  const metric = candidate.entries.some(({ name }) => name === 'score') ? 'score' : 'accuracy';
  const { ids, reasons, verdict } = broken(candidate, baseline, `  - { metric: ${metric}, min: 0.5 }`);
  expect({ ids, verdict }).toEqual({ ids: [`no-downgrade-${kind}`], verdict: 'fail' });
  expect(reasons).toContain(reason);
});

test('a slice that the evaluation left out is gone with its reason', () => {
  const excludedGroups = [{ slice: { region: 'West' }, n: 7, reason: 'fewer than 50 rows' }];
  const candidate = withDocument(
    without(GOOD, ({ slice }) => JSON.stringify(slice)?.includes('West') ?? false),
    { excludedGroups },
  );
  expect(broken(candidate, TWIN).reasons).toContain('region=West (fewer than 50 rows, n = 7)');
});

test('more rows, slices and metrics are no downgrade', () => {
  const fewer = without(
    view(twinRows.slice(0, 1450)),
    ({ name, slice }) => name === 'f1' || slice !== undefined,
  );
  expect(broken(GOOD, fewer).ids).toEqual([]);
});

test('a metric under another of its names is the same metric', () => {
  expect(
    broken(numbers({ auc: 0.9 }), numbers({ roc_auc: 0.9 }), '  - { metric: roc_auc, min: 0 }').ids,
  ).toEqual([]);
});

test('a policy says which downgrades it minds', () => {
  const head = 'evidence: { same-dataset: off, no-downgrade: [metrics] }\n';
  expect(broken(view(goodRows.slice(0, 1000)), TWIN, LIMIT, head)).toMatchObject({
    ids: [],
    verdict: 'pass',
  });
});

const noWest = without(GOOD, ({ slice }) => JSON.stringify(slice)?.includes('West') ?? false);

test('what a gate that blocks says already is not said again', () => {
  const gate = '  - { metric: f1, slice: region=West, min: 0.1 }';
  expect(broken(noWest, TWIN, gate).ids).toEqual([]);
});

test('a gate that only warns does not take the place of the guard', () => {
  const gate = '  - { id: any, metric: f1, slices: "*", min: 0.1 }';
  expect(broken(noWest, TWIN, gate)).toMatchObject({ ids: ['no-downgrade-slices'], verdict: 'fail' });
});

test('other test data or too old a baseline warn where no gate compares with it', () => {
  const other = onOtherData({ ...TWIN, rows: undefined });
  expect(broken(GOOD, other)).toMatchObject({ ids: ['same-dataset'], verdict: 'warn' });
  expect(broken(GOOD, TWIN, LIMIT, 'evidence: { max-age: 2d }\n')).toMatchObject({
    ids: ['max-age'],
    verdict: 'warn',
  });
});

test('a gate that compares says itself that the data are other ones', () => {
  const other = onOtherData({ ...TWIN, rows: undefined });
  const gate = '  - { metric: accuracy, max-regression: { absolute: 1 } }';
  expect(broken(GOOD, other, gate)).toMatchObject({ ids: [], verdict: 'fail' });
});

test('so does one that compares with it under another name', () => {
  const other = onOtherData({ ...TWIN, rows: undefined });
  const gate = '  - { metric: accuracy, versus: main, max-regression: { absolute: 1 } }';
  const decided = decideBy(
    gate,
    { baseline: other, baselines: new Map([['main', other]]) },
    'baselines: { main: { from: auto } }\n',
  );
  expect(decided.guards.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
});
