import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computedValue } from '../../../../../actions/lib/metrics/computed-value.ts';
import type { LabelSetMetric, SumsMetric } from '../../../../../actions/lib/metrics/metric.ts';
import { labelSetMetrics } from '../../../../../actions/lib/metrics/multilabel/catalog.ts';
import type { LabelSetRows } from '../../../../../actions/lib/metrics/rows.ts';
import { withWeights } from '../../../../../actions/lib/metrics/rows.ts';
import { selectRows } from '../../../../../actions/lib/metrics/select-rows.ts';
import { sumTerms } from '../../../../../actions/lib/stats/resample-sums.ts';
import { labelSetRows } from './label-set-rows.ts';

const sized = fc.record({ labels: fc.integer({ min: 1, max: 5 }), count: fc.integer({ min: 1, max: 25 }) });

const anyRows: fc.Arbitrary<LabelSetRows> = sized.chain(({ labels, count }) => {
  const flags = fc.array(fc.constantFrom(0, 1), { minLength: labels * count, maxLength: labels * count });
  const scores = fc.array(fc.integer({ min: 0, max: 8 }), {
    minLength: labels * count,
    maxLength: labels * count,
  });
  const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: count, maxLength: count });
  return fc
    .record({ y: flags, p: flags, s: scores, w: weights })
    .map(({ y, p, s, w }) =>
      labelSetRows({ labels, y, p, s: s.map((score) => score / 8), w: w.map((weight) => weight / 4) }),
    );
});

const sameValue = (metric: LabelSetMetric, one: LabelSetRows, other: LabelSetRows): void => {
  const [a, b] = [computedValue(metric, one), computedValue(metric, other)];
  if (typeof a === 'string') expect(typeof b, metric.id).toBe('string');
  else expect(Number(b), metric.id).toBeCloseTo(a, 10);
};

const reversed = (count: number): Uint32Array =>
  Uint32Array.from({ length: count }, (_, row) => count - 1 - row);

/** The same rows with their labels in reverse order. */
function relabelled(rows: LabelSetRows): LabelSetRows {
  const width = rows.labels.length;
  const moved = (at: number): number => at - (at % width) + width - 1 - (at % width);
  return {
    ...rows,
    labels: rows.labels.toReversed(),
    actual: rows.actual.map((_, at) => rows.actual[moved(at)] ?? 0),
    predicted: rows.predicted.map((_, at) => rows.predicted[moved(at)] ?? 0),
    ...(rows.scores && { scores: rows.scores.map((_, at) => rows.scores?.[moved(at)] ?? 0) }),
  };
}

const isSums = (metric: LabelSetMetric): metric is SumsMetric<LabelSetRows> => metric.kind === 'sums';
const ofProbabilities = new Set(['log_loss_macro', 'brier_score_macro']);

describe('metrics of label sets', () => {
  test('do not depend on the order of rows, or of labels', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const turned = selectRows(rows, reversed(rows.count)) as LabelSetRows;
        for (const metric of labelSetMetrics) {
          sameValue(metric, rows, turned);
          sameValue(metric, rows, relabelled(rows));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('do not depend on scores but for their order, save those of probabilities', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const bent = { ...rows, scores: (rows.scores ?? new Float64Array()).map((score) => score ** 3 + 7) };
        for (const metric of labelSetMetrics)
          if (!ofProbabilities.has(metric.id)) sameValue(metric, rows, bent);
      }),
      { numRuns: 40 },
    );
  });

  test('count a row of weight 2 as two rows', () => {
    fc.assert(
      fc.property(anyRows, ({ weights, ...rows }) => {
        expect(weights).toBeDefined();
        const twice = selectRows(
          rows,
          Uint32Array.from({ length: rows.count + 1 }, (_, row) => row % rows.count),
        );
        const heavy = withWeights(rows, new Float64Array(rows.count).fill(1).fill(2, 0, 1));
        for (const metric of labelSetMetrics) sameValue(metric, twice as LabelSetRows, heavy);
      }),
      { numRuns: 40 },
    );
  });

  test('of counts: sums of shards are those of the whole', () => {
    const counted = labelSetMetrics.filter(isSums).filter(({ needs }) => needs === 'labels');
    expect(counted.length).toBe(12);
    fc.assert(
      fc.property(anyRows, fc.nat(), (rows, at) => {
        const cut = at % (rows.count + 1);
        const all = Uint32Array.from({ length: rows.count }, (_, row) => row);
        const shards = [all.subarray(0, cut), all.subarray(cut)].map(
          (indexes) => selectRows(rows, indexes) as LabelSetRows,
        );
        for (const { terms, fromSums, id } of counted) {
          const whole = sumTerms(terms(rows), rows.weights);
          const parts = shards.map((shard) => sumTerms(terms(shard), shard.weights));
          const added = whole.map((_, sum) => parts.reduce((total, part) => total + (part[sum] ?? 0), 0));
          expect(fromSums(added, rows), id).toEqual(fromSums(whole, rows));
        }
      }),
      { numRuns: 40 },
    );
  });
});
