import type { Interval } from '../../lib/documents/metrics.ts';
import { fairnessOf } from '../../lib/fairness/fairness-of.ts';
import { metricByName } from '../../lib/metrics/catalog.ts';
import { computedValue } from '../../lib/metrics/computed-value.ts';
import { measure } from '../../lib/metrics/measure.ts';
import type { EvaluationRows } from '../../lib/metrics/rows.ts';
import { normalCdf } from '../../lib/stats/distributions.ts';
import { type Random, seededRandom } from '../../lib/stats/random.ts';
import {
  type BinaryLaw,
  binaryRows,
  groupRows,
  heavyError,
  normalError,
  numberRows,
  rankingRows,
  rightRows,
  textRows,
  threeClassRows,
} from './coverage-rows.ts';

/** How intervals of the simulation are made. */
export interface CoverageSettings {
  readonly confidence: number;
  readonly resamples: number;
  readonly seed: number;
}

/** Test sets of one kind and size, drawn again and again. */
export interface CoverageCase {
  readonly metric: string;
  readonly law: string;
  /** Rows, or what a test set is counted in. */
  readonly size: string;
  /** Whether an interval takes no resampling, so that more test sets can be drawn in the same time. */
  readonly quick: boolean;
  readonly truth: () => number;
  /** The interval of one test set; `undefined` when it has none. */
  readonly draw: (random: Random, settings: CoverageSettings) => Interval | undefined;
  /** Why coverage is not the nominal one, where it is known not to be. */
  readonly why?: string;
}

const TRUTH_SEED = 77;
/** Rows whose value stands for the true one. Its error is small against that of any test set here. */
const TRUTH_ROWS = 1_000_000;

type DrawRows = (random: Random, count: number) => EvaluationRows;

interface Family {
  readonly metrics: readonly string[];
  readonly law: string;
  readonly sizes: readonly number[];
  readonly rows: DrawRows;
  readonly unit?: string;
  readonly quick?: boolean;
  /** The true value where it is known; else that of very many rows. */
  readonly truth?: number;
  readonly truthRows?: number;
  /** By size. */
  readonly why?: Readonly<Record<number, string>>;
}

function casesOf(family: Family): CoverageCase[] {
  const { metrics, law, sizes, rows, unit = 'rows', quick = false, truth, why } = family;
  return metrics.flatMap((id) => {
    const known = onceOnly(() => truth ?? valueOfMany(id, family));
    return sizes.map((size) => ({
      metric: id,
      law,
      size: `${size.toLocaleString('en')} ${unit}`,
      quick,
      truth: known,
      draw: (random: Random, settings: CoverageSettings) => {
        const drawn = rows(random, size);
        return measure([metricOf(id, drawn)], drawn, settings)[0]?.ci;
      },
      ...(why?.[size] !== undefined && { why: why[size] }),
    }));
  });
}

function metricOf(id: string, { task }: EvaluationRows) {
  const metric = metricByName(id, task);
  if (!metric) throw new Error(`no metric ${id} of a ${task} task`);
  return metric;
}

function valueOfMany(id: string, { rows, truthRows = TRUTH_ROWS }: Family): number {
  const many = rows(seededRandom(TRUTH_SEED), truthRows);
  const value = computedValue(metricOf(id, many), many);
  if (typeof value === 'string') throw new Error(`${id} of many rows: ${value}`);
  return value;
}

function onceOnly(compute: () => number): () => number {
  let known: number | undefined;
  return () => {
    known ??= compute();
    return known;
  };
}

const binary =
  (law: BinaryLaw): DrawRows =>
  (random, count) =>
    binaryRows(law, random, count);

/** Chance that a positive row scores above a negative one, both normal. */
const areaOf = (distance: number): number => normalCdf(distance / Math.SQRT2);

const DISCRETE =
  'few counts of errors are possible, and an interval holds the truth for nearly all of them or misses a likely one';
const FEW_CLUSTERS =
  'ten clusters tell little of how clusters differ; the spread they leave out is made up for, the skew is not';
const HEAVY_ROWS = 'a few heavy rows decide';

const shares = [0.5, 0.9, 0.99].flatMap((right) =>
  casesOf({
    metrics: ['accuracy', 'precision', 'recall'],
    law: `true value ${right}`,
    sizes: [50, 200, 1000],
    rows: (random, count) => rightRows(right, random, count),
    quick: true,
    truth: right,
    ...(right > 0.5 && { why: { 50: DISCRETE, 200: DISCRETE, 1000: DISCRETE } }),
  }),
);

const cells = [
  ...casesOf({
    metrics: ['f1_macro', 'matthews_corrcoef', 'balanced_accuracy'],
    law: 'three classes of 60, 30 and 10 %',
    sizes: [100, 200, 1000],
    rows: threeClassRows,
    why: { 100: 'the smallest class has about ten rows, of which some test sets lack nearly all errors' },
  }),
  ...casesOf({
    metrics: ['f1', 'matthews_corrcoef'],
    law: '10 % positive, AUC 0.80',
    sizes: [200, 1000],
    rows: binary({ prevalence: 0.1, distance: 1.2 }),
    why: {
      200: 'about twenty positives, of which few are predicted: the distribution is skewed and takes few values',
    },
  }),
];

const areas = [
  ...[0.5, 0.1].flatMap((prevalence) =>
    casesOf({
      metrics: ['roc_auc'],
      law: `${100 * prevalence} % positive, AUC 0.80`,
      sizes: [100, 1000],
      rows: binary({ prevalence, distance: 1.2 }),
      quick: true,
      truth: areaOf(1.2),
      ...(prevalence < 0.5 && { why: { 100: 'ten positives: the variance they give is itself uncertain' } }),
    }),
  ),
  ...casesOf({
    metrics: ['roc_auc'],
    law: '50 % positive, AUC 0.98',
    sizes: [100, 1000],
    rows: binary({ prevalence: 0.5, distance: 3 }),
    quick: true,
    truth: areaOf(3),
    why: { 100: 'near 1 the distribution is skewed, and a test set without errors gives no width at all' },
  }),
  ...[0.5, 0.1].flatMap((prevalence) =>
    casesOf({
      metrics: ['average_precision'],
      law: `${100 * prevalence} % positive, AUC 0.80`,
      sizes: [200, 1000],
      rows: binary({ prevalence, distance: 1.2 }),
      why: {
        200: 'few positives: the value of a test set is biased upward, and resampling moves it up once more',
      },
    }),
  ),
];

const probabilities = [
  ...casesOf({
    metrics: ['log_loss', 'brier_score'],
    law: '30 % positive, calibrated',
    sizes: [200, 1000],
    rows: binary({ prevalence: 0.3, distance: 1.2 }),
    quick: true,
  }),
  ...casesOf({
    metrics: ['log_loss'],
    law: '30 % positive, log odds twice too large',
    sizes: [200, 1000],
    rows: binary({ prevalence: 0.3, distance: 1.2, sharpness: 2 }),
    quick: true,
    why: {
      200: 'rare rows that were claimed with certainty weigh much, and most test sets hold too few of them',
    },
  }),
  ...casesOf({
    metrics: ['ece', 'brier_reliability'],
    law: '30 % positive, log odds twice too large',
    sizes: [200, 1000, 10_000],
    rows: binary({ prevalence: 0.3, distance: 1.2, sharpness: 2 }),
    why: {
      200: 'noise within bins counts as error: biased upward, more than resampling can tell',
      1000: 'noise within bins counts as error: biased upward',
    },
  }),
  ...casesOf({
    metrics: ['ece'],
    law: '30 % positive, calibrated: true value 0',
    sizes: [1000, 10_000],
    rows: binary({ prevalence: 0.3, distance: 1.2 }),
    truth: 0,
    why: {
      1000: 'the truth is the least value there is and every test set lies above it: read an ECE of a well calibrated model as an upper bound',
      10000:
        'the truth is the least value there is and every test set lies above it: read an ECE of a well calibrated model as an upper bound',
    },
  }),
];

const numbers = [
  ...casesOf({
    metrics: ['mean_absolute_error'],
    law: 'normal errors',
    sizes: [50, 200, 1000],
    rows: (random, count) => numberRows(normalError, random, count),
    quick: true,
    truth: Math.sqrt(2 / Math.PI),
  }),
  ...casesOf({
    metrics: ['root_mean_squared_error', 'r2', 'median_absolute_error'],
    law: 'normal errors',
    sizes: [50, 200, 1000],
    rows: (random, count) => numberRows(normalError, random, count),
    why: { 50: 'resamples of few rows spread too little' },
  }),
  ...casesOf({
    metrics: ['mean_absolute_error', 'root_mean_squared_error'],
    law: 'errors with heavy tails (t, 3 degrees)',
    sizes: [200, 1000],
    rows: (random, count) => numberRows(heavyError, random, count),
    why: {
      200: 'most test sets hold too few of the rare large errors that the value rests on',
      1000: 'most test sets hold too few of the rare large errors that the value rests on',
    },
  }),
];

const others = [
  ...casesOf({
    metrics: ['ndcg_at_10'],
    law: '20 items a query',
    sizes: [50, 200],
    unit: 'queries',
    rows: rankingRows,
    quick: true,
    truthRows: 50_000,
  }),
  ...casesOf({
    metrics: ['bleu', 'wer'],
    law: 'words replaced, dropped, added',
    sizes: [50, 200],
    unit: 'texts',
    rows: textRows,
    truthRows: 30_000,
    why: { 50: 'resamples of few texts spread too little' },
  }),
];

const CLUSTER = { size: 20, correlation: 0.3 };

const clustered = [10, 20, 50].flatMap((groups) => {
  const sizes = [groups * CLUSTER.size];
  const unit = `rows in ${groups} clusters`;
  const why = { [10 * CLUSTER.size]: FEW_CLUSTERS };
  return [
    ...casesOf({
      metrics: ['accuracy'],
      law: 'true value 0.8, correlation 0.3',
      sizes,
      unit,
      rows: (random, count) => rightRows(0.8, random, count, CLUSTER),
      quick: true,
      truth: 0.8,
      why,
    }),
    ...casesOf({
      metrics: ['roc_auc'],
      law: '50 % positive, AUC 0.80, correlation 0.3',
      sizes,
      unit,
      rows: binary({ prevalence: 0.5, distance: 1.2, clusters: CLUSTER }),
      quick: true,
      truth: areaOf(1.2),
      why,
    }),
    ...casesOf({
      metrics: ['f1'],
      law: '50 % positive, AUC 0.80, correlation 0.3',
      sizes,
      unit,
      rows: binary({ prevalence: 0.5, distance: 1.2, clusters: CLUSTER }),
      why,
    }),
  ];
});

const weighted = casesOf({
  metrics: ['accuracy', 'roc_auc', 'average_precision'],
  law: '30 % positive, weights from 0.2 to 10',
  sizes: [200, 1000],
  unit: 'weighted rows',
  rows: binary({ prevalence: 0.3, distance: 1.2, weights: 0.7 }),
  why: { 200: HEAVY_ROWS, 1000: HEAVY_ROWS },
});

const SIMULTANEOUS =
  'the interval holds for all pairs of groups at once, so it is wide on purpose: it does not call groups apart by chance';
const EQUAL_RATES = 'resampled rates of two hundred rows a group spread a little too little';

const parity = (rates: readonly number[], count: number): CoverageCase => ({
  metric: 'demographic_parity_difference',
  law: `groups predicted positive at ${rates.join(', ')}`,
  size: `${count.toLocaleString('en')} rows`,
  quick: false,
  truth: () => Math.max(...rates) - Math.min(...rates),
  draw: (random, settings) => {
    const { rows, of } = groupRows(rates, random, count);
    const groups = { column: 'group', names: rates.map((_, group) => `group ${group}`), of };
    const { gaps } = fairnessOf(rows, groups, { ...settings, minGroupRows: 30 });
    return gaps.find(({ name }) => name === 'demographic_parity_difference')?.ci;
  },
  why: rates.length > 2 ? SIMULTANEOUS : EQUAL_RATES,
});

const fairness = [
  parity([0.4, 0.5], 400),
  parity([0.5, 0.5], 400),
  parity([0.3, 0.4, 0.45, 0.5], 800),
  parity([0.4, 0.4, 0.4, 0.4], 800),
];

/** All that is simulated, in the order of the table. */
export const COVERAGE_CASES: readonly CoverageCase[] = [
  ...shares,
  ...cells,
  ...areas,
  ...probabilities,
  ...numbers,
  ...others,
  ...clustered,
  ...weighted,
  ...fairness,
];
