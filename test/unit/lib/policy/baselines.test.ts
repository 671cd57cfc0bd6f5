import { expect, test } from 'vitest';
import type { HistoryPoint } from '../../../../actions/lib/policy/history.ts';
import type { MetricsView } from '../../../../actions/lib/policy/metrics-view.ts';
import {
  BAD,
  decideBy,
  entry,
  GOOD,
  goodRows,
  historyPoint,
  numbers,
  onOtherData,
  TWIN,
  view,
  withDocument,
} from '../../../support/decisions.ts';

const TWO = 'baselines: { main: { from: auto }, prod: { from: "release:latest" } }\n';
const named = (main: MetricsView | undefined, prod: MetricsView | undefined) => ({
  baselines: new Map([
    ['main', main],
    ['prod', prod],
  ]),
});

test('each gate is compared with the baseline that it names', () => {
  const gates = [
    '  - { id: a, metric: accuracy, max-regression: { absolute: 0.02 } }',
    '  - { id: b, metric: accuracy, versus: prod, max-regression: { absolute: 0.02 } }',
    '  - { id: c, metric: accuracy, min: 0.5 }',
  ].join('\n');
  const decided = decideBy(gates, { candidate: BAD, baseline: GOOD, ...named(GOOD, BAD) }, TWO);
  expect(decided.gates.map(({ against, status }) => [against, status])).toEqual([
    ['baseline', 'fail'],
    ['prod', 'pass'],
    [undefined, 'pass'],
  ]);
  expect(decided.bases.get('main')).toBe('on the same 1,500 test rows');
});

test('a limit shows the number of the baseline beside it', () => {
  const [gate] = decideBy('  - { metric: accuracy, min: 0.5 }').gates;
  expect(gate?.baseline).toBe(TWIN.entries.find(({ name }) => name === 'accuracy')?.value);
  expect(gate?.change).toBeUndefined();
});

test.each([
  [
    'one that was not found says where it was looked for',
    'prod',
    'the baseline prod (release:latest) was not found',
  ],
  ['one that lacks the metric says so', 'main', 'the baseline main does not hold accuracy'],
])('a named baseline: %s', (_, name, reason) => {
  const gate = `  - { metric: accuracy, versus: ${name}, non-inferior: { margin: 0.02 } }`;
  const { gates, verdict } = decideBy(gate, named(numbers({ f1: 0.5 }), undefined), TWO);
  expect(gates[0]).toMatchObject({ status: 'no-baseline', verdict: 'warn', against: name });
  expect(gates[0]?.reason).toContain(reason);
  expect(verdict).toBe('warn');
});

test('sizes and times are compared although the test data differ; other metrics are not', () => {
  const sized = (from: MetricsView, value: number): MetricsView => {
    const size = {
      name: 'model_size_bytes',
      value,
      direction: 'lower',
      kind: 'resource',
      unit: 'byte',
      n: 1,
    } as const;
    return withDocument(from, { metrics: [...(from.document?.metrics ?? []), size] });
  };
  const gates = [
    '  - { metric: model_size_bytes, max-regression: { relative: 10% } }',
    '  - { metric: accuracy, max-regression: { absolute: 0.5 } }',
  ].join('\n');
  const other = onOtherData({ ...sized(TWIN, 100), rows: undefined });
  const decided = decideBy(gates, { candidate: sized(GOOD, 120), baseline: other });
  expect(decided.gates.map(({ status }) => status)).toEqual(['fail', 'refused']);
  expect(decided.gates[0]?.reason).toContain('plain numbers: it is not measured on rows');
});

test('latency is compared by its intervals where both have one', () => {
  const latency = (value: number) =>
    numbers([
      entry('latency_p95_ms', value, {
        direction: 'lower',
        kind: 'resource',
        ci: { low: value - 2, high: value + 2, level: 0.95, method: 'bootstrap' },
      }),
    ]);
  const gate = '  - { metric: latency_p95_ms, non-inferior: { margin: 1 } }';
  const [near] = decideBy(gate, { candidate: latency(41), baseline: latency(40) }).gates;
  const [far] = decideBy(gate, { candidate: latency(50), baseline: latency(40) }).gates;
  expect([near?.method, near?.status, far?.status]).toEqual(['unpaired-intervals', 'inconclusive', 'fail']);
  // Two normal errors of 2 / 1.959964 each: scipy 1.17.1, norm.ppf(0.975) = 1.959963985.
  expect(far?.change?.high).toBeCloseTo(10 + Math.hypot(2, 2), 9);
});

test('values that another tool kept for each case pair two runs of it', () => {
  const cases = (passed: (index: number) => boolean): MetricsView => ({
    ...numbers([
      entry('pass_rate', Array.from({ length: 200 }, (_, i) => passed(i)).filter(Boolean).length / 200, {
        direction: 'higher',
        n: 200,
      }),
    ]),
    rows: Array.from({ length: 200 }, (_, index) => ({
      id: `t${index}`,
      y: 'passed',
      p: passed(index) ? 'passed' : 'failed',
      m: { pass_rate: passed(index) ? 1 : 0 },
    })),
  });
  const baseline = cases((index) => index % 10 !== 0);
  const candidate = cases((index) => index % 10 !== 0 && index % 4 !== 0);
  const decided = decideBy('  - { metric: pass_rate, non-inferior: { margin: 0.02 } }', {
    candidate,
    baseline,
  });
  expect(decided.gates[0]).toMatchObject({ status: 'fail', method: 'score-paired', n: 200 });
  expect(decided.flips).toEqual({ fixed: 0, broken: 40, rows: 200 });
});

const RATCHET =
  '  - { metric: accuracy, versus: { best-of: 5, branch: main }, max-regression: { absolute: 0.01 } }';
const accuracy = (value: number) => [{ name: 'accuracy', value }];
const falling = [0.99, 0.95, 0.94, 0.93, 0.92, 0.91].map((value, index) =>
  historyPoint(index + 1, accuracy(value)),
);
const now = GOOD.entries.find(({ name }) => name === 'accuracy')?.value ?? 0;

test('many small losses that were each accepted add up against the best of the newest commits', () => {
  const [gate] = decideBy(RATCHET, { history: falling, historyBranch: 'main' }).gates;
  expect(gate).toMatchObject({ status: 'fail', against: 'best of 5 on main', baseline: 0.95 });
  expect(gate?.change?.value).toBeCloseTo(now - 0.95, 12);
  expect(gate?.reason).toContain('the best of 5, 0.95 at 0000000');
});

test('where lower is better the best is the lowest', () => {
  const history = [0.4, 0.2, 0.3].map((value, index) => historyPoint(index, [{ name: 'log_loss', value }]));
  const gate = RATCHET.replace('accuracy', 'log_loss');
  expect(decideBy(gate, { history }).gates[0]?.baseline).toBe(0.2);
});

const digest = GOOD.document?.dataset.digest;
const other = onOtherData(GOOD).document?.dataset.digest;
const onData = (value: number, number: number, data: typeof digest): HistoryPoint =>
  historyPoint(number, accuracy(value), data ? { datasetDigest: data } : {});

test.each<[string, readonly HistoryPoint[] | undefined, string, string, number | null, string]>([
  ['no history at all', undefined, '', 'no-baseline', null, 'set the input history to branch:<name>'],
  [
    'a history that is still empty',
    [],
    '',
    'no-baseline',
    null,
    'the next run on the default branch writes the first',
  ],
  [
    'commits without the metric',
    [historyPoint(1, [{ name: 'f1', value: 1 }])],
    '',
    'no-baseline',
    null,
    'none of the 1 newest commits',
  ],
  [
    'the metric on a slice only',
    [historyPoint(1, [{ name: 'accuracy', slice: 'a=b', value: 1 }])],
    '',
    'no-baseline',
    null,
    'none of',
  ],
  [
    'commits that failed',
    [historyPoint(1, accuracy(0.99), { verdict: 'fail' }), historyPoint(2, accuracy(0.8))],
    '',
    'pass',
    0.8,
    'the best of 1',
  ],
  [
    'only commits that failed',
    [historyPoint(1, accuracy(0.99), { verdict: 'fail' })],
    '',
    'no-baseline',
    null,
    '1 failed or are too old',
  ],
  [
    'commits on other test data',
    [onData(0.99, 1, other), onData(0.8, 2, digest)],
    '',
    'pass',
    0.8,
    'the best of 1',
  ],
  [
    'only commits on other test data',
    [onData(0.99, 1, other)],
    '',
    'no-baseline',
    null,
    '1 are about other test data',
  ],
  [
    'other test data where nobody asks',
    [onData(0.99, 1, other)],
    'evidence: { same-dataset: off }\n',
    'fail',
    0.99,
    'the best of 1',
  ],
  [
    'commits that are too old',
    [historyPoint(1, accuracy(0.99)), historyPoint(99, accuracy(0.8))],
    'evidence: { max-age: 3h }\n',
    'pass',
    0.8,
    'the best of 1',
  ],
])('of a history with %s', (_, history, head, status, baseline, reason) => {
  const [gate] = decideBy(RATCHET, { history }, head).gates;
  expect(gate).toMatchObject({ status, baseline });
  expect(gate?.reason).toContain(reason);
});

test('other test data where that may warn never block', () => {
  const history = [onData(0.99, 1, other)];
  const [gate] = decideBy(RATCHET, { history }, 'evidence: { same-dataset: preferred }\n').gates;
  expect(gate).toMatchObject({ status: 'fail', verdict: 'warn' });
});

test('the history of another branch is not compared with', () => {
  const [gate] = decideBy(RATCHET, { history: falling, historyBranch: 'trunk' }).gates;
  expect(gate).toMatchObject({ status: 'no-baseline' });
  expect(gate?.reason).toContain('the history is that of trunk, the gate asks for main');
});

test('intervals of history and candidate decide non-inferiority to the best', () => {
  const point = (low: number, high: number) => [
    historyPoint(1, [{ name: 'accuracy', value: (low + high) / 2, low, high }]),
  ];
  const gate = RATCHET.replace('max-regression: { absolute: 0.01 }', 'non-inferior: { margin: 0.02 }');
  const decided = [point(0.97, 0.99), point(now - 0.1, now - 0.08), undefined].map(
    (history) => decideBy(gate, { history }).gates[0],
  );
  expect(decided.map((one) => [one?.status, one?.method])).toEqual([
    ['fail', 'unpaired-intervals'],
    ['pass', 'unpaired-intervals'],
    ['no-baseline', undefined],
  ]);
});

test('rows that changed are listed broken first, those the candidate is surest of at the head', () => {
  const wrong = goodRows.map((row, index) =>
    index < 3
      ? { ...row, p: row.y === 'yes' ? 'no' : 'yes', s: row.y === 'yes' ? 0.1 * index : 1 - 0.1 * index }
      : row,
  );
  const decided = decideBy(
    '  - { metric: accuracy, min: 0.1 }',
    {
      candidate: view(wrong),
      baseline: view(goodRows.map((row, index) => (index < 3 ? { ...row, p: row.y } : row))),
    },
    'report: { changed-rows: 2 }\n',
  );
  expect(decided.changedRows?.map(({ id, change }) => [id, change])).toEqual([
    ['r0', 'broken'],
    ['r1', 'broken'],
  ]);
  expect(decided.flips).toMatchObject({ broken: 3, fixed: 0 });
});
