import { describe, expect, test } from 'vitest';
import { computedValue } from '../../../../../actions/lib/metrics/computed-value.ts';
import type { LabelSetMetric, SumsMetric } from '../../../../../actions/lib/metrics/metric.ts';
import { labelSetMetrics } from '../../../../../actions/lib/metrics/multilabel/catalog.ts';
import { type LabelSetRows, withWeights } from '../../../../../actions/lib/metrics/rows.ts';
import { delongComponents } from '../../../../../actions/lib/stats/delong.ts';
import { seededRandom } from '../../../../../actions/lib/stats/random.ts';
import { sumTerms } from '../../../../../actions/lib/stats/resample-sums.ts';
import { labelSetRows } from './label-set-rows.ts';

/** Rows whose scores know something of their labels; scores are rounded, so that some are tied. */
function drawn(count: number, labels: number, weighted: boolean): LabelSetRows {
  const random = seededRandom(7 * count + labels);
  const y = Array.from({ length: count * labels }, () => (random.next() < 0.3 ? 1 : 0));
  const s = y.map((actual) => Math.round(20 / (1 + Math.exp(-random.normal() - 2 * (actual - 0.4)))) / 20);
  const w = weighted ? Array.from({ length: count }, () => 0.5 + random.next()) : null;
  return labelSetRows({ labels, y, p: s.map((score) => (score >= 0.5 ? 1 : 0)), s, w });
}

const isSums = (metric: LabelSetMetric): metric is SumsMetric<LabelSetRows> => metric.kind === 'sums';
const sums = labelSetMetrics.filter(isSums);

/** More labels than are counted one by one. */
const large = drawn(60, 101, true);
const linearised: readonly (readonly [string, SumsMetric<LabelSetRows>, LabelSetRows])[] = [
  ...sums
    .filter(({ needs }) => needs === 'scores')
    .map((one) => [`${one.id} of 4 labels`, one, drawn(50, 4, true)] as const),
  ...sums
    .filter(({ id }) => !id.endsWith('_micro'))
    .map((one) => [`${one.id} of 101 labels`, one, large] as const),
];

describe('rows contribute to first order what they change', () => {
  test.each(linearised)('%s', (_, metric, rows) => {
    const { values, width, cells } = metric.terms(rows);
    expect([cells, width]).toEqual([1, 1]);
    const weights = rows.weights ?? new Float64Array();
    expect(Math.abs(sumTerms(metric.terms(rows), weights)[0] ?? 1)).toBeLessThan(1e-9);
    const step = 1e-5;
    for (const row of [0, 17, 33]) {
      const moved = (by: number): number =>
        Number(
          computedValue(
            metric,
            withWeights(
              rows,
              weights.map((weight, at) => (at === row ? weight + by : weight)),
            ),
          ),
        );
      const slope = (moved(step) - moved(-step)) / (2 * step);
      expect(slope).toBeCloseTo(values[row] ?? Number.NaN, 6);
    }
  });

  test('the value for many labels is that of the counts', () => {
    const few = drawn(30, 100, false);
    const many = drawn(30, 101, false);
    for (const metric of sums.filter(({ id }) => id.endsWith('_macro') || id.endsWith('_weighted'))) {
      if (metric.needs === 'scores') continue;
      expect(metric.terms(few).width).toBe(300);
      expect(metric.terms(many).width).toBe(1);
    }
    const first100 = new Uint8Array(many.count * 101).map((_, at) => (at % 101 < 100 ? 1 : 0));
    const keep = <T extends Uint8Array | Float64Array>(values: T): T =>
      values.filter((_, at) => first100[at] === 1) as T;
    const cut: LabelSetRows = {
      ...many,
      labels: many.labels.slice(0, 100),
      actual: keep(many.actual),
      predicted: keep(many.predicted),
      scores: keep(many.scores ?? new Float64Array()),
    };
    const padded: LabelSetRows = {
      ...many,
      actual: many.actual.map((flag, at) => flag & (first100[at] ?? 0)),
      predicted: many.predicted.map((flag, at) => flag & (first100[at] ?? 0)),
    };
    for (const ratio of ['precision', 'recall', 'f1', 'jaccard']) {
      const macro = sums.find(({ id }) => id === `${ratio}_macro`);
      const weighted = sums.find(({ id }) => id === `${ratio}_weighted`);
      if (!macro || !weighted) throw new Error(ratio);
      expect(Number(computedValue(macro, padded)) * 1.01).toBeCloseTo(Number(computedValue(macro, cut)), 10);
      expect(computedValue(weighted, padded)).toBeCloseTo(Number(computedValue(weighted, cut)), 10);
    }
  });
});

test('for one label, the variance of the area under the ROC curve is DeLong’s up to (m − 1) / m', () => {
  const rows = drawn(80, 1, false);
  const metric = sums.find(({ id }) => id === 'roc_auc_macro');
  const known = delongComponents(rows.scores ?? new Float64Array(), rows.actual);
  if (!metric || typeof known === 'string') throw new Error('no area');
  const positives = rows.actual.reduce((sum, flag) => sum + flag, 0);
  const shrunk = known.effects.map((effect, row) => {
    const own = rows.actual[row] === 1 ? positives : rows.count - positives;
    return effect * Math.sqrt((own - 1) / own);
  });
  const { values } = metric.terms(rows);
  for (const [row, value] of values.entries()) expect(value).toBeCloseTo(shrunk[row] ?? Number.NaN, 12);
});
