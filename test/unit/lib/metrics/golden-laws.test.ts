import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classMetrics } from '../../../../actions/lib/metrics/class-metrics.ts';
import { estimateMetrics } from '../../../../actions/lib/metrics/estimate-metrics.ts';
import type { Computed, Metric, SumsMetric } from '../../../../actions/lib/metrics/metric.ts';
import { numberMetrics } from '../../../../actions/lib/metrics/number-metrics.ts';
import type { ClassRows, NumberRows } from '../../../../actions/lib/metrics/rows.ts';
import { selectRows } from '../../../../actions/lib/metrics/select-rows.ts';
import { sumTerms } from '../../../../actions/lib/stats/resample-sums.ts';

type Rows = ClassRows | NumberRows;

const METRICS: readonly Metric[] = [...classMetrics, ...numberMetrics];

const metricsOf = (rows: Rows): readonly Metric[] =>
  METRICS.filter(({ tasks }) => tasks.some((task) => task === rows.task));

const pointOf = (metric: Metric, rows: Rows): Computed | undefined =>
  estimateMetrics([metric], rows, { confidence: 0.95, resamples: 2, seed: 1 })[0]?.estimated.value;

/** Numbers may differ by rounding; reasons may name other places, but there must be one on both sides. */
function same(one: Computed | undefined, other: Computed | undefined): boolean {
  if (typeof one !== 'number' || typeof other !== 'number') return typeof one === typeof other;
  return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one));
}

/** The metrics that differ between two sets of rows, with both values. */
const differences = (one: Rows, other: Rows, except: readonly string[] = []): readonly string[] =>
  metricsOf(one).flatMap((metric) => {
    const values = [pointOf(metric, one), pointOf(metric, other)] as const;
    return except.includes(metric.id) || same(...values) ? [] : [`${metric.id}: ${values.join(' and ')}`];
  });

// Scores from a coarse grid, so that many are equal.
const GRID = 20;
const weight = fc.integer({ min: 1, max: 3 });

const binaryRow = fc.record({ y: fc.nat(1), s: fc.nat(GRID), w: weight });
const binaryRows = fc.array(binaryRow, { minLength: 2, maxLength: 30 }).map(
  (list): ClassRows => ({
    task: 'binary',
    count: list.length,
    labels: ['no', 'yes'],
    actual: Int32Array.from(list, ({ y }) => y),
    predicted: Int32Array.from(list, ({ s }) => (s * 2 >= GRID ? 1 : 0)),
    scores: Float64Array.from(list, ({ s }) => s / GRID),
    weights: Float64Array.from(list, ({ w }) => w),
  }),
);

const CLASSES = 4;
const classRow = fc.record({
  y: fc.nat(CLASSES - 1),
  p: fc.nat(CLASSES - 1),
  s: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: CLASSES, maxLength: CLASSES }),
  w: weight,
});
const shares = (parts: readonly number[]): readonly number[] => {
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
};
const classRows = fc.array(classRow, { minLength: 2, maxLength: 30 }).map(
  (list): ClassRows => ({
    task: 'multiclass',
    count: list.length,
    labels: ['a', 'b', 'c', 'd'],
    actual: Int32Array.from(list, ({ y }) => y),
    predicted: Int32Array.from(list, ({ p }) => p),
    scores: Float64Array.from(list.flatMap(({ s }) => shares(s))),
    weights: Float64Array.from(list, ({ w }) => w),
  }),
);

const numberRow = fc.record({
  y: fc.integer({ min: 0, max: 12 }),
  p: fc.integer({ min: 1, max: 120 }),
  w: weight,
});
const numberRows = fc.array(numberRow, { minLength: 2, maxLength: 30 }).map(
  (list): NumberRows => ({
    task: 'regression',
    count: list.length,
    actual: Float64Array.from(list, ({ y }) => y),
    predicted: Float64Array.from(list, ({ p }) => p / 10),
    weights: Float64Array.from(list, ({ w }) => w),
  }),
);

const anyRows: fc.Arbitrary<Rows> = fc.oneof<fc.Arbitrary<Rows>[]>(binaryRows, classRows, numberRows);

const picked = (rows: Rows, indexes: readonly number[]): Rows =>
  selectRows(rows, Uint32Array.from(indexes)) as Rows;

const check = (property: fc.IRawProperty<unknown>): void =>
  fc.assert(property as fc.IProperty<unknown>, { numRuns: 60, seed: 20264 });

describe('what must not change a metric', () => {
  test('the order of rows', () => {
    check(
      fc.property(anyRows, fc.array(fc.nat(), { minLength: 30, maxLength: 30 }), (rows, keys) => {
        const order = Array.from({ length: rows.count }, (_, row) => row).sort(
          (a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || b - a,
        );
        expect(differences(rows, picked(rows, order))).toEqual([]);
      }),
    );
  });

  test('a row of weight 2 instead of two rows', () => {
    check(
      fc.property(anyRows, (rows) => {
        const repeated = Array.from({ length: rows.count }, (_, row) =>
          new Array<number>(rows.weights?.[row] ?? 1).fill(row),
        ).flat();
        const { weights: _, ...twice } = picked(rows, repeated);
        expect(differences(rows, twice)).toEqual([]);
      }),
    );
  });

  test('a common factor of all weights', () => {
    check(
      fc.property(anyRows, (rows) => {
        const scaled = { ...rows, weights: (rows.weights ?? new Float64Array()).map((own) => own * 4) };
        expect(differences(rows, scaled)).toEqual([]);
      }),
    );
  });

  test('the names and the order of the classes, but for metrics of ordered classes', () => {
    const turned = [2, 0, 3, 1];
    check(
      fc.property(classRows, (rows) => {
        const renamed: ClassRows = {
          ...rows,
          labels: ['w', 'x', 'y', 'z'],
          actual: rows.actual.map((label) => turned[label] ?? 0),
          predicted: rows.predicted.map((label) => turned[label] ?? 0),
          scores: (rows.scores ?? new Float64Array()).map((_, at, all) => {
            const from = turned.indexOf(at % CLASSES);
            return all[at - (at % CLASSES) + from] ?? 0;
          }),
        };
        const ordered = ['cohen_kappa_linear', 'cohen_kappa_quadratic'];
        // Which of equally probable classes comes first is decided by their order, as in scikit-learn.
        fc.pre(!hasTies(rows));
        expect(differences(rows, renamed, ordered)).toEqual([]);
      }),
    );
  });

  test('a monotone change of scores, for metrics of their order', () => {
    const ofOrder = ['roc_auc', 'gini', 'average_precision', 'ks_statistic', 'lift_at_10_percent'];
    check(
      fc.property(binaryRows, (rows) => {
        const bent = { ...rows, scores: (rows.scores ?? new Float64Array()).map((score) => score ** 3 / 7) };
        const others = metricsOf(rows)
          .map(({ id }) => id)
          .filter((id) => !ofOrder.includes(id));
        expect(differences(rows, bent, others)).toEqual([]);
      }),
    );
  });
});

function hasTies({ count, scores = new Float64Array() }: ClassRows): boolean {
  for (let row = 0; row < count; row++)
    if (new Set(scores.subarray(row * CLASSES, (row + 1) * CLASSES)).size < CLASSES) return true;
  return false;
}

/** Their terms are measured from a mean, or their bins depend on all rows. */
const OF_THE_WHOLE = ['r2', 'explained_variance', 'pearson', 'ace'];

const isSums = (metric: Metric): metric is Metric & { readonly kind: 'sums' } => metric.kind === 'sums';

/** Metrics whose sums of parts are those of the whole. */
const summed = (rows: Rows): readonly SumsMetric<Rows>[] =>
  metricsOf(rows)
    .filter(isSums)
    .filter(({ id }) => !OF_THE_WHOLE.includes(id))
    .map((metric) => metric as unknown as SumsMetric<Rows>)
    // Sums that only come near a value depend on how all rows lie.
    .filter(({ compute }) => compute === undefined);

function addedSums(metric: SumsMetric<Rows>, parts: readonly Rows[]): Float64Array {
  const [first = new Float64Array(), ...others] = parts.map((part) =>
    sumTerms(metric.terms(part), part.weights),
  );
  return first.map((sum, at) => others.reduce((total, other) => total + (other[at] ?? 0), sum));
}

describe('sums of shards', () => {
  test('add up to those of all rows', () => {
    check(
      fc.property(anyRows, fc.nat({ max: 30 }), (rows, cut) => {
        const indexes = Array.from({ length: rows.count }, (_, row) => row);
        const parts = [indexes.slice(0, cut), indexes.slice(cut)].map((part) => picked(rows, part));
        for (const metric of summed(rows)) {
          const whole = metric.fromSums(sumTerms(metric.terms(rows), rows.weights), rows);
          expect(same(metric.fromSums(addedSums(metric, parts), rows), whole), metric.id).toBe(true);
        }
      }),
    );
  });
});

describe('every value', () => {
  test('lies in the range that its metric says', () => {
    check(
      fc.property(anyRows, (rows) => {
        const outside = metricsOf(rows).flatMap(({ id, range, ...metric }) => {
          const value = pointOf({ id, range, ...metric } as Metric, rows);
          const inside =
            typeof value !== 'number' || (value >= range[0] - 1e-12 && value <= range[1] + 1e-12);
          return inside ? [] : [`${id}: ${value}`];
        });
        expect(outside).toEqual([]);
      }),
    );
  });
});
