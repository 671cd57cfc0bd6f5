import { expect, test } from 'vitest';
import type { ScoredRow } from '../../../actions/lib/documents/metrics.ts';
import { metricByName } from '../../../actions/lib/metrics/catalog.ts';
import { computedValue } from '../../../actions/lib/metrics/computed-value.ts';
import type { RowPair } from '../../../actions/lib/metrics/paired-metric.ts';
import type { ClassRows } from '../../../actions/lib/metrics/rows.ts';
import { seededRandom } from '../../../actions/lib/stats/random.ts';
import { askGate, endingOf } from '../../../actions/tools/bench/decisions-gate.ts';
import {
  bothAbove,
  distanceAfterLoss,
  jointCells,
  type SimulatedMetric,
  TRUE_VALUES,
} from '../../../actions/tools/bench/decisions-law.ts';
import { simulationError } from '../../../actions/tools/bench/decisions-rates.ts';
import { classPairs, scoredPairs } from '../../../actions/tools/bench/decisions-rows.ts';
import { PEER_RULES } from '../../../actions/tools/bench/decisions-rules.ts';
import { BASELINE, gateOn, LAW, MARGINS, METRICS } from '../../../actions/tools/bench/decisions-setup.ts';
import { simulateSlices } from '../../../actions/tools/bench/decisions-slices.ts';
import { simulateTestSet } from '../../../actions/tools/bench/decisions-test-set.ts';
import { decideBy, view } from '../../support/decisions.ts';

// scipy 1.17.1: norm.ppf, norm.sf, quad of the densities with epsabs 1e-13.
test.each<[SimulatedMetric, number]>([
  ['accuracy', 0.8415296206363024],
  ['f1', 0.7171205092905314],
  ['roc_auc', 0.9],
  ['log_loss', 0.3568139180481892],
])('the true %s of the baseline is what scipy integrates', (metric, expected) => {
  expect(TRUE_VALUES[metric](LAW, BASELINE)).toBeCloseTo(expected, 10);
});

test('two correlated normals exceed their thresholds as scipy.stats.multivariate_normal says', () => {
  // multivariate_normal.cdf([-0.3, 0.2], cov=[[1, .95], [.95, 1]], abseps=1e-12)
  expect(bothAbove(0.3, -0.2, 0.95)).toBeCloseTo(0.3789989064091778, 10);
});

test.each(METRICS)('a candidate loses in %s exactly what it should', (metric) => {
  const loss = 2 * MARGINS[metric];
  const candidate = distanceAfterLoss(metric, LAW, BASELINE, loss);
  const change = TRUE_VALUES[metric](LAW, candidate) - TRUE_VALUES[metric](LAW, BASELINE);
  expect(metric === 'log_loss' ? change : -change).toBeCloseTo(loss, 12);
});

const computed = (metric: SimulatedMetric, rows: ClassRows): number => {
  const found = metricByName(metric, 'binary');
  return found ? Number(computedValue(found, rows)) : Number.NaN;
};

const MANY = 300_000;
const CANDIDATE = distanceAfterLoss('accuracy', LAW, BASELINE, 0.03);

test.each(METRICS)('the %s of very many drawn rows is the true one, for both models', (metric) => {
  const { candidate, baseline } = scoredPairs(LAW, CANDIDATE, BASELINE)(seededRandom(3), MANY);
  // Above four standard errors of each of the metrics.
  expect(Math.abs(computed(metric, candidate) - TRUE_VALUES[metric](LAW, CANDIDATE))).toBeLessThan(0.005);
  expect(Math.abs(computed(metric, baseline) - TRUE_VALUES[metric](LAW, BASELINE))).toBeLessThan(0.005);
});

const cellsOf = ({ candidate, baseline }: RowPair<ClassRows>): number[] => {
  const cells = new Array<number>(8).fill(0);
  for (let row = 0; row < candidate.count; row++) {
    const [label = 0, a = 0, b = 0] = [
      candidate.actual[row],
      candidate.predicted[row],
      baseline.predicted[row],
    ];
    const cell = label * 4 + a * 2 + b;
    cells[cell] = (cells[cell] ?? 0) + 1 / candidate.count;
  }
  return cells;
};

test.each([
  ['scores', scoredPairs],
  ['classes', classPairs],
] as const)('rows with %s fall into the joint cells as often as they should', (_, pairsOf) => {
  const drawn = cellsOf(pairsOf(LAW, CANDIDATE, BASELINE)(seededRandom(4), MANY));
  const chances = jointCells(LAW, CANDIDATE, BASELINE);
  expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12);
  for (const [cell, chance] of chances.entries())
    expect(Math.abs((drawn[cell] ?? 0) - chance)).toBeLessThan(4 * Math.sqrt(chance / MANY));
});

/** Rows as evaluate-model writes them. */
const scoredRows = ({ count, actual, predicted, scores }: ClassRows): ScoredRow[] =>
  Array.from({ length: count }, (_, row) => ({
    id: String(row),
    y: actual[row] === 1 ? 'yes' : 'no',
    p: predicted[row] === 1 ? 'yes' : 'no',
    s: scores?.[row] ?? 0,
  }));

test.each([1, 2, 3, 4, 5, 6])('test set %i is judged as the action judges it', (seed) => {
  const pair = scoredPairs(LAW, seed > 3 ? CANDIDATE : BASELINE, BASELINE)(seededRandom(seed), 400);
  const resampling = { resamples: 300, seed: 12345 };
  const asked = METRICS.map((metric) => askGate(gateOn(metric), pair, resampling));
  const gates = METRICS.map(
    (metric) => `  - { metric: ${metric}, non-inferior: { margin: ${MARGINS[metric]} } }`,
  );
  const decided = decideBy(gates.join('\n'), {
    candidate: view(scoredRows(pair.candidate)),
    baseline: view(scoredRows(pair.baseline)),
    resampling,
  });
  const tests = decided.gates.map(({ p, lossP }) => [p, lossP]);
  expect(asked.map(({ draft }) => [draft.test?.p, draft.test?.lossP])).toEqual(tests);
  const ended = { fail: 'blocked', inconclusive: 'inconclusive' }[String(decided.verdict)];
  expect(endingOf(asked)).toBe(
    ended ?? (decided.gates.every(({ status }) => status === 'pass') ? 'shown' : 'passed on the estimate'),
  );
});

const ROWS = 40;
const DISCORDANT = jointCells(LAW, BASELINE, BASELINE);
/** The chance that a row is right for the candidate alone; the same for the baseline alone. */
const ALONE = (DISCORDANT[6] ?? 0) + (DISCORDANT[1] ?? 0);

const logFactorial = (n: number): number => (n < 2 ? 0 : Math.log(n) + logFactorial(n - 1));

/** The chance of so many gained and lost rows of `ROWS`, for equal models. */
const chanceOf = (gained: number, lost: number): number =>
  Math.exp(
    logFactorial(ROWS) -
      logFactorial(gained) -
      logFactorial(lost) -
      logFactorial(ROWS - gained - lost) +
      (gained + lost) * Math.log(ALONE) +
      (ROWS - gained - lost) * Math.log(1 - 2 * ALONE),
  );

/** The chance of an event on forty rows, over all outcomes but those that never come. */
function exactly(holds: (gained: number, lost: number) => boolean): number {
  let sum = 0;
  for (let gained = 0; gained <= ROWS; gained++)
    for (let lost = 0; gained + lost <= ROWS; lost++) if (holds(gained, lost)) sum += chanceOf(gained, lost);
  return sum;
}

const drawEqual = classPairs(LAW, BASELINE, BASELINE);

/** Positive rows, which are right where they are predicted positive: so many by one model alone. */
function pairWith(gained: number, lost: number): RowPair<ClassRows> {
  const joint = [0, 0, 0, 0, 0, lost, gained, ROWS - gained - lost];
  const random = {
    ...seededRandom(1),
    multinomial: (_: number, __: ArrayLike<number>, into: Float64Array) => into.set(joint),
  };
  return drawEqual(random, ROWS);
}

const simulated = simulateSlices('accuracy', ROWS, [0], { runs: 1, equalRuns: 800, resamples: 1 });
const ratesWith = (gates: number) => {
  const found = simulated.find((line) => line.gates === gates);
  if (!found) throw new Error(`no line of ${gates} gates`);
  return found.rates;
};

test('one gate on forty rows blocks equal models as often as the sum over all outcomes says', () => {
  const blocked = exactly(
    (gained, lost) =>
      endingOf([askGate(gateOn('accuracy'), pairWith(gained, lost), { resamples: 1, seed: 1 })]) ===
      'blocked',
  );
  const { endings, runs } = ratesWith(1);
  expect(blocked).toBeGreaterThan(0.01);
  expect(Math.abs(endings.blocked / runs - blocked)).toBeLessThan(4 * Math.sqrt(blocked / runs));
});

test.each([1, 5, 20])('%i gates that may not be worse at all block as often as chance says', (gates) => {
  const one = exactly((gained, lost) => lost > gained);
  const all = 1 - (1 - one) ** gates;
  const { peers, runs } = ratesWith(gates);
  const at = PEER_RULES.findIndex(({ name }) => name === 'not worse than main');
  expect(Math.abs((peers[at] ?? 0) / runs - all)).toBeLessThan(
    4 * Math.sqrt((all * (1 - all)) / runs) + 1e-9,
  );
});

test('the same seed gives the same rates, and gates of one test set are as many as they are said to be', () => {
  const draw = () => simulateTestSet(60, [0, 3], { runs: 5, resamples: 50 });
  expect(draw()).toEqual(draw());
  expect(draw().map(({ gates, loss }) => [gates, loss])).toEqual([
    [1, 0],
    [5, 0],
    [20, 0],
    [1, 3],
    [5, 3],
    [20, 3],
  ]);
});

test('the error of a simulated share is half of its 95 % interval, also where nothing was counted', () => {
  // statsmodels 0.15.0: proportion_confint(125, 2500, method='wilson') and of 0.
  expect(simulationError(125, 2500)).toBeCloseTo((0.05925 - 0.04213) / 2, 4);
  expect(simulationError(0, 2500)).toBeCloseTo(0.001534 / 2, 5);
});
