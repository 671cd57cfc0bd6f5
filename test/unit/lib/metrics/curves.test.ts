import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Task } from '../../../../actions/lib/documents/metrics.ts';
import { curvesOf } from '../../../../actions/lib/metrics/curves.ts';
import type { ClassCurves } from '../../../../actions/lib/metrics/curves-classes.ts';
import type {
  ClassRows,
  EvaluationRows,
  ForecastRows,
  LabelSetRows,
  NumberRows,
  RankingRows,
} from '../../../../actions/lib/metrics/rows.ts';
import { textMetrics } from '../../../../actions/lib/metrics/text/catalog.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';
import golden from '../../../fixtures/metrics/curves/golden.json' with { type: 'json' };

/** The curves of one task, known to be of it. */
function curvesFor<T extends Task>(
  task: T,
  rows: EvaluationRows,
  options: Parameters<typeof curvesOf>[1] = {},
) {
  const curves = curvesOf(rows, options);
  if (curves.task !== task) throw new Error(`curves of ${curves.task} and not of ${task}`);
  return curves as typeof curves & { readonly task: T };
}

interface Ranked {
  readonly actual: readonly number[];
  readonly scores: readonly number[];
  readonly weights?: readonly number[];
}

const binaryRows = ({ actual, scores, weights }: Ranked): ClassRows => ({
  task: 'binary',
  count: actual.length,
  labels: ['no', 'yes'],
  actual: Int32Array.from(actual),
  predicted: Int32Array.from(scores, (score) => (score >= 0.5 ? 1 : 0)),
  scores: Float64Array.from(scores),
  ...(weights && { weights: Float64Array.from(weights) }),
});

const classCurvesOf = (rows: ClassRows, options: Parameters<typeof curvesOf>[1] = {}): ClassCurves => {
  const curves = curvesOf(rows, options);
  if (curves.task !== 'binary' && curves.task !== 'multiclass') throw new Error('not of classes');
  return curves;
};

function expectClose(found: readonly number[], expected: readonly number[]) {
  expect(found).toHaveLength(expected.length);
  for (const [at, value] of expected.entries()) expect(found[at]).toBeCloseTo(value, 9);
}

const column = (points: readonly (readonly [number, number])[], at: 0 | 1): number[] =>
  points.map((point) => point[at]);

describe('curves of ranks', () => {
  test.each(golden.ranks.map((one, index) => ({ ...one, index })))(
    'are those of scikit-learn (case $index)',
    (one) => {
      const { roc, precisionRecall } = classCurvesOf(binaryRows(one));
      const [roc0, roc1] = one.roc;
      const [recall, precision] = one.precision_recall;
      expectClose(column(roc[0]?.points ?? [], 0), roc0 ?? []);
      expectClose(column(roc[0]?.points ?? [], 1), roc1 ?? []);
      // Ours begins at recall 0 with the precision of the first threshold.
      expectClose(column(precisionRecall[0]?.points ?? [], 0), [0, ...(recall ?? [])]);
      expectClose(column(precisionRecall[0]?.points ?? [], 1), [precision?.[0] ?? -1, ...(precision ?? [])]);
    },
  );

  test('are thinned to 200 points that stay near the whole curve and keep its ends', () => {
    const random = seededRandom(5);
    const actual = Array.from({ length: 20_000 }, () => random.integer(2));
    const scores = actual.map((label) => 1 / (1 + Math.exp(-(label - 0.5 + random.normal()))));
    const { roc, precisionRecall } = classCurvesOf(binaryRows({ actual, scores }));
    const points = roc[0]?.points ?? [];
    expect(points.length).toBeGreaterThan(150);
    for (const { points: own } of [...roc, ...precisionRecall]) expect(own.length).toBeLessThanOrEqual(200);
    expect([points[0], points.at(-1)]).toEqual([
      [0, 0],
      [1, 1],
    ]);
    const prevalence = actual.filter((label) => label === 1).length / actual.length;
    expect(precisionRecall[0]?.points.at(-1)).toEqual([1, prevalence]);
    // The area of what is left, against the share of pairs in the right order.
    let area = 0;
    for (let at = 1; at < points.length; at++) {
      const [x0 = 0, y0 = 0] = points[at - 1] ?? [];
      const [x1 = 0, y1 = 0] = points[at] ?? [];
      area += ((x1 - x0) * (y0 + y1)) / 2;
    }
    const positives = scores.filter((_, row) => actual[row] === 1).sort((a, b) => a - b);
    const negatives = scores.filter((_, row) => actual[row] === 0).sort((a, b) => a - b);
    let right = 0;
    let below = 0;
    for (const score of positives) {
      while (below < negatives.length && (negatives[below] ?? 0) < score) below++;
      right += below;
    }
    expect(area).toBeCloseTo(right / positives.length / negatives.length, 3);
  });

  test('rise in both directions whatever the scores and weights are', () => {
    const row = fc.record({
      actual: fc.integer({ min: 0, max: 1 }),
      score: fc.float({ min: -5, max: 5, noNaN: true }),
      weight: fc.constantFrom(0, 0.1, 0.3, 1, 7),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 300 }), (rows) => {
        const { roc, precisionRecall } = classCurvesOf(
          binaryRows({
            actual: rows.map(({ actual }) => actual),
            scores: rows.map(({ score }) => score),
            weights: rows.map(({ weight }) => weight),
          }),
        );
        const rates = roc.flatMap(({ points }) => [column(points, 0), column(points, 1)]);
        for (const values of rates) expect(values).toEqual(values.toSorted((a, b) => a - b));
        const all = [...rates.flat(), ...precisionRecall.flatMap(({ points }) => points.flat())];
        expect(all.filter((value) => !(value >= 0 && value <= 1))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test('are absent where one class is', () => {
    const { roc, precisionRecall } = classCurvesOf(binaryRows({ actual: [0, 0], scores: [0.1, 0.9] }));
    expect([roc, precisionRecall]).toEqual([[], []]);
    const positive = classCurvesOf(binaryRows({ actual: [1, 1], scores: [0.1, 0.9] }));
    expect(positive.roc).toEqual([]);
    expect(positive.precisionRecall).toHaveLength(1);
  });

  test('say where the predicted labels lie, and hold those of a baseline', () => {
    const [one] = golden.ranks;
    if (!one) throw new Error('no case');
    const rows = binaryRows(one);
    const baseline = {
      name: 'last week',
      rows: { ...rows, scores: Float64Array.from(one.scores).reverse() },
    };
    const curves = classCurvesOf(rows, { threshold: 0.5, baseline });
    const { threshold, falsePositiveRate, recall, precision } = curves.operating ?? {};
    expect(threshold).toBe(0.5);
    // Without other rows between, the point is one of the curve's.
    expect(curves.roc[0]?.points).toContainEqual([falsePositiveRate, recall]);
    expect(curves.precisionRecall[0]?.points).toContainEqual([recall, precision]);
    expect(curves.baseline?.name).toBe('last week');
    expect(curves.baseline?.roc[0]?.points).not.toEqual(curves.roc[0]?.points);
  });

  test('are drawn for each of up to ten classes', () => {
    const random = seededRandom(2);
    const rows = (classes: number): ClassRows => ({
      task: 'multiclass',
      count: 60,
      labels: Array.from({ length: classes }, (_, label) => `class ${label}`),
      actual: Int32Array.from({ length: 60 }, (_, row) => row % classes),
      predicted: Int32Array.from({ length: 60 }, (_, row) => row % classes),
      scores: Float64Array.from({ length: 60 * classes }, () => random.next()),
    });
    expect(classCurvesOf(rows(10)).roc).toHaveLength(10);
    expect(classCurvesOf(rows(11)).roc).toHaveLength(0);
    expect(classCurvesOf(rows(11)).confusion.cells[3]?.[3]).toBe(6);
  });
});

describe('reliability', () => {
  const rows = binaryRows(golden.reliability);

  test('is that of scikit-learn, each share within its interval', () => {
    const { reliability } = classCurvesOf(rows);
    expectClose(
      reliability.map(({ observedShare }) => observedShare),
      golden.reliability.observed,
    );
    expectClose(
      reliability.map(({ meanProbability }) => meanProbability),
      golden.reliability.mean,
    );
    for (const { low, high, observedShare, from, to, meanProbability } of reliability) {
      expect(low).toBeLessThanOrEqual(observedShare);
      expect(high).toBeGreaterThanOrEqual(observedShare);
      expect(meanProbability).toBeGreaterThanOrEqual(from);
      expect(meanProbability).toBeLessThanOrEqual(to);
    }
  });

  test('has the intervals of fewer rows where weights differ', () => {
    const weights = Float64Array.from({ length: rows.count }, (_, row) => (row % 2 === 0 ? 0.1 : 1.9));
    const width = ({ reliability }: ClassCurves) =>
      reliability.reduce((sum, { low, high }) => sum + high - low, 0);
    const uniform = width(classCurvesOf({ ...rows, weights: new Float64Array(rows.count).fill(3) }));
    expect(uniform).toBeCloseTo(width(classCurvesOf(rows)), 9);
    expect(width(classCurvesOf({ ...rows, weights }))).toBeGreaterThan(uniform);
  });

  test('is of the predicted class where there are several, and of probabilities alone', () => {
    const curves = classCurvesOf({
      task: 'multiclass',
      count: 2,
      labels: ['a', 'b', 'c'],
      actual: Int32Array.of(0, 1),
      predicted: Int32Array.of(0, 0),
      scores: Float64Array.of(0.7, 0.2, 0.1, 0.7, 0.2, 0.1),
    });
    expect(curves.reliability).toHaveLength(1);
    expect(curves.reliability[0]).toMatchObject({ meanProbability: 0.7, observedShare: 0.5, weight: 2 });
    expect(classCurvesOf(binaryRows({ actual: [0, 1], scores: [-3, 4] })).reliability).toEqual([]);
  });
});

describe('histograms', () => {
  test('of scores hold every row of each class, over the range of what is no probability', () => {
    const { scores } = classCurvesOf(binaryRows({ actual: [0, 0, 1], scores: [0, 1, 1] }));
    expect(scores.map(({ counts, from, to }) => [from, to, counts[0], counts.at(-1)])).toEqual([
      [0, 1, 1, 1],
      [0, 1, 0, 1],
    ]);
    expect(classCurvesOf(binaryRows({ actual: [0, 1], scores: [-3, 4] })).scores[1]).toMatchObject({
      from: -3,
      to: 4,
    });
  });

  test('of latencies have the percentiles of numpy', () => {
    const { times, ...expected } = golden.latencies;
    const { latency } = curvesOf(binaryRows({ actual: [0, 1], scores: [0, 1] }), {
      latencies: Float64Array.from(times),
    });
    expect(latency?.count).toBe(times.length);
    for (const key of ['p50', 'p95', 'p99'] as const) expect(latency?.[key]).toBeCloseTo(expected[key], 9);
    expect(latency?.counts.reduce((sum, count) => sum + count, 0)).toBe(times.length);
  });

  test('of scores of rows leave out rows without one', () => {
    const { values } = curvesFor('scores', {
      task: 'scores',
      count: 4,
      names: ['judge', 'none'],
      values: [Float64Array.of(0, Number.NaN, 1, 1), new Float64Array(4).fill(Number.NaN)],
    });
    expect(values).toHaveLength(1);
    expect(values[0]).toMatchObject({ name: 'judge', mean: expect.closeTo(2 / 3, 12), from: 0, to: 1 });
    expect(values[0]?.counts.reduce((sum, count) => sum + count, 0)).toBe(3);
  });
});

describe('regression', () => {
  const random = seededRandom(1);
  const rows = (count: number): NumberRows => {
    const actual = Float64Array.from({ length: count }, () => random.normal() * 100);
    return {
      task: 'regression',
      count,
      actual,
      predicted: actual.map((value) => value + random.normal()),
    };
  };

  test('keeps the pairs of few rows, and counts those of many', () => {
    const few = rows(300);
    const { predicted, errors, residuals } = curvesFor('regression', few);
    if (predicted.kind !== 'dots' || errors.kind !== 'dots') throw new Error('counted');
    expect(predicted.points[7]).toEqual([few.actual[7], few.predicted[7]]);
    expect(errors.points[7]).toEqual([few.predicted[7], (few.actual[7] ?? 0) - (few.predicted[7] ?? 0)]);
    expect(residuals?.counts.reduce((sum, count) => sum + count, 0)).toBe(300);
    const many = curvesFor('regression', rows(50_000));
    if (many.predicted.kind !== 'density') throw new Error('not counted');
    expect(many.predicted.cells.reduce((sum, [, , count]) => sum + count, 0)).toBe(50_000);
    expect(many.residuals?.counts.reduce((sum, count) => sum + count, 0)).toBe(50_000);
    expect(JSON.stringify(many).length).toBeLessThan(64 * 1024);
  });

  test('is not squeezed by an outlier, and has room where nothing varies', () => {
    const one = rows(5_000);
    one.predicted[0] = 1e12;
    const { residuals } = curvesFor('regression', one);
    expect(residuals?.from).toBeGreaterThan(-10);
    expect(residuals?.to).toBeLessThan(10);
    const same = {
      task: 'regression',
      count: 2,
      actual: Float64Array.of(5, 5),
      predicted: Float64Array.of(5, 5),
    } as const;
    expect(curvesFor('regression', same).residuals).toMatchObject({ from: -1, to: 1 });
  });
});

describe('other tasks', () => {
  test.each(golden.ranking.map((one, index) => ({ ...one, index })))(
    'NDCG by depth is that of scikit-learn (case $index)',
    ({ relevance, scores, ndcg }) => {
      const width = relevance[0]?.length ?? 0;
      const rows: RankingRows = {
        task: 'ranking',
        count: relevance.length,
        starts: Uint32Array.from({ length: relevance.length + 1 }, (_, query) => query * width),
        relevance: Float64Array.from(relevance.flat()),
        scores: Float64Array.from(scores.flat()),
      };
      expectClose(curvesFor('ranking', rows).ndcg, ndcg);
    },
  );

  test('queries of different length go on with what they have', () => {
    const rows: RankingRows = {
      task: 'ranking',
      count: 2,
      starts: Uint32Array.of(0, 1, 4),
      relevance: Float64Array.of(1, 0, 0, 1),
      scores: Float64Array.of(1, 3, 2, 1),
    };
    expectClose(curvesFor('ranking', rows).ndcg, [0.5, 0.5, (1 + 1 / Math.log2(4)) / 2]);
  });

  test('figures of labels are those of scikit-learn', () => {
    const { actual, predicted, precision, recall, f1, support } = golden.labels;
    const rows: LabelSetRows = {
      task: 'multilabel',
      count: actual.length,
      labels: ['a', 'b', 'c', 'd', 'never'],
      actual: Uint8Array.from(actual.flatMap((row) => [...row, 0])),
      predicted: Uint8Array.from(predicted.flatMap((row) => [...row, 0])),
    };
    const { labels, mixedUp } = curvesFor('multilabel', rows);
    expect(labels[4]).toEqual({ label: 'never', actual: 0 });
    const known = labels.slice(0, 4);
    expectClose(
      known.map((one) => one.precision ?? -1),
      precision,
    );
    expectClose(
      known.map((one) => one.recall ?? -1),
      recall,
    );
    expectClose(
      known.map((one) => one.f1 ?? -1),
      f1,
    );
    expectClose(
      known.map((one) => one.actual),
      support,
    );
    const [first] = mixedUp;
    const count = actual.filter(
      (row, at) =>
        row[first?.[0] ?? 0] === 1 &&
        predicted[at]?.[first?.[0] ?? 0] === 0 &&
        row[first?.[1] ?? 0] === 0 &&
        predicted[at]?.[first?.[1] ?? 0] === 1,
    ).length;
    expect(first?.[2]).toBe(count);
  });

  test('rows of texts are counted by what each metric that is a mean gives them', () => {
    const rows: EvaluationRows = {
      task: 'text',
      count: 4,
      predicted: ['a cat', 'a dog', 'cat and dog', 'horse'],
      references: [['cat'], ['cat', 'dog'], ['cat'], ['cow']],
    };
    const { values } = curvesFor('text', rows, { metrics: textMetrics });
    const exact = values.find(({ name }) => name === 'exact_match');
    expect(exact).toMatchObject({ from: 0, to: 1, mean: 0.5 });
    expect([exact?.counts[0], exact?.counts.at(-1)]).toEqual([2, 2]);
    // BLEU is no mean over rows.
    expect(values.map(({ name }) => name)).not.toContain('bleu');
    expect(curvesFor('text', rows).values).toEqual([]);
  });

  test('series of a forecast are told apart, the error by their steps', () => {
    const rows: ForecastRows = {
      task: 'forecast',
      count: 5,
      seriesNames: ['a', 'b'],
      series: Int32Array.of(0, 1, 0, 1, 0),
      actual: Float64Array.of(1, 10, 2, 20, 3),
      predicted: Float64Array.of(2, 10, 2, 23, 7),
      quantiles: [
        { level: 0.9, values: Float64Array.of(3, 12, 3, 25, 9) },
        { level: 0.1, values: Float64Array.of(1, 8, 1, 20, 5) },
      ],
    };
    const curves = curvesFor('forecast', rows);
    expect(curves.series.map(({ actual }) => actual)).toEqual([
      [1, 2, 3],
      [10, 20],
    ]);
    expect(curves.series[1]?.band).toEqual({ levels: [0.1, 0.9], low: [8, 20], high: [12, 25] });
    expect(curves.errorByStep).toEqual([
      [1, 0.5],
      [2, 1.5],
      [3, 4],
    ]);
  });
});
