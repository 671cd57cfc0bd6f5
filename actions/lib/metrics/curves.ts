import { quantile } from '../stats/quantile.ts';
import { classMasses, forEachTieGroup, type Ranking } from '../stats/tie-groups.ts';
import { CALIBRATION_BINS, calibrationBins } from './calibration-error.ts';
import { confusionOf } from './confusion.ts';
import type { ClassRows, EvaluationRows, NumberRows } from './rows.ts';

/** A curve is cut to this many points, evenly along its thresholds, its two ends always among them. */
const MAX_POINTS = 200;
/** With more classes than this, curves of one class against the rest say nothing at a glance. */
const MAX_CLASSES = 10;
const HISTOGRAM_BINS = 20;

/** A curve of one class against all others. */
export interface ClassCurve {
  readonly label: string;
  /** `[x, y]`: false and true positive rate, or recall and precision. */
  readonly points: readonly (readonly [number, number])[];
}

/** One bin of the reliability diagram. */
export interface ReliabilityBin {
  readonly meanProbability: number;
  readonly observedShare: number;
  /** Weight of the rows in the bin. */
  readonly weight: number;
}

/** Rows by score, in bins of equal width from 0 to 1. */
export interface ScoreHistogram {
  readonly label: string;
  readonly counts: readonly number[];
}

/** `curves.json`: what the plots of a classification are drawn from. */
export interface ClassCurves {
  readonly task: 'binary' | 'multiclass';
  readonly roc: readonly ClassCurve[];
  readonly precisionRecall: readonly ClassCurve[];
  readonly reliability: readonly ReliabilityBin[];
  readonly confusion: { readonly labels: readonly string[]; readonly cells: readonly (readonly number[])[] };
  /** Binary: scores of negatives and positives. */
  readonly scores: readonly ScoreHistogram[];
}

/** `curves.json`: what the plots of a regression are drawn from. */
export interface NumberCurves {
  readonly task: 'regression';
  /** A sample of rows, evenly along the test set. */
  readonly points: readonly { readonly actual: number; readonly predicted: number }[];
  /** Errors (actual − predicted) in bins of equal width; the outer bins hold everything beyond. */
  readonly residuals: { readonly from: number; readonly to: number; readonly counts: readonly number[] };
}

export type Curves = ClassCurves | NumberCurves;

/** Everything the plots need about some rows, small enough to keep. */
export const curvesOf = (rows: EvaluationRows): Curves =>
  rows.task === 'regression' ? numberCurves(rows) : classCurves(rows);

/** At most `MAX_POINTS` of some points, evenly spread, with both ends. */
function thin<T>(points: readonly T[]): readonly T[] {
  if (points.length <= MAX_POINTS) return points;
  const step = (points.length - 1) / (MAX_POINTS - 1);
  return Array.from({ length: MAX_POINTS }, (_, index) => points[Math.round(index * step)]).filter(
    (point) => point !== undefined,
  );
}

function classCurves(rows: ClassRows): ClassCurves {
  const { size, cells } = confusionOf(rows);
  const rankings = rows.scores ? rankingsOf(rows, rows.scores) : [];
  return {
    task: rows.task,
    roc: rankings.map(([label, ranking]) => ({ label, points: rocPoints(ranking) })),
    precisionRecall: rankings.map(([label, ranking]) => ({ label, points: precisionRecallPoints(ranking) })),
    reliability: rows.scores ? reliability(rows) : [],
    confusion: {
      labels: rows.labels,
      cells: rows.labels.map((_, actual) => [...cells.subarray(actual * size, (actual + 1) * size)]),
    },
    scores: rows.task === 'binary' && rows.scores ? scoreHistograms(rows, rows.scores) : [],
  };
}

/** Each class against the rest; of a binary task the positive one alone. */
function rankingsOf(rows: ClassRows, scores: Float64Array): (readonly [string, Ranking])[] {
  if (rows.task === 'binary')
    return [[rows.labels[1] ?? '', { scores, positives: rows.actual, weights: rows.weights }]];
  const width = rows.labels.length;
  if (width > MAX_CLASSES) return [];
  return rows.labels.map((label, index) => [
    label,
    {
      scores: Float64Array.from({ length: rows.count }, (_, row) => scores[row * width + index] ?? 0),
      positives: Uint8Array.from(rows.actual, (actual) => (actual === index ? 1 : 0)),
      weights: rows.weights,
    },
  ]);
}

/** Weight of positives and negatives at or above each threshold, from the highest threshold down. */
function cumulated(ranking: Ranking): { readonly positive: number; readonly negative: number }[] {
  const [negatives, positives] = classMasses(ranking);
  let positive = positives.weight;
  let negative = negatives.weight;
  const above: { positive: number; negative: number }[] = [];
  forEachTieGroup(ranking, (group) => {
    above.push({ positive, negative });
    positive -= group.positive;
    negative -= group.negative;
  });
  return above.reverse();
}

function rocPoints(ranking: Ranking): ClassCurve['points'] {
  const [negatives, positives] = classMasses(ranking);
  if (negatives.weight === 0 || positives.weight === 0) return [];
  const points = cumulated(ranking).map(
    ({ positive, negative }) => [negative / negatives.weight, positive / positives.weight] as const,
  );
  return thin([[0, 0], ...points]);
}

function precisionRecallPoints(ranking: Ranking): ClassCurve['points'] {
  const [, positives] = classMasses(ranking);
  if (positives.weight === 0) return [];
  const points = cumulated(ranking)
    .filter(({ positive, negative }) => positive + negative > 0)
    .map(
      ({ positive, negative }) => [positive / positives.weight, positive / (positive + negative)] as const,
    );
  return thin([[0, 1], ...points]);
}

function reliability(rows: ClassRows): ReliabilityBin[] {
  const bins = calibrationBins(rows, CALIBRATION_BINS);
  return [...bins.weight].flatMap((weight, bin) =>
    weight > 0
      ? [
          {
            meanProbability: (bins.confidence[bin] ?? 0) / weight,
            observedShare: (bins.correct[bin] ?? 0) / weight,
            weight,
          },
        ]
      : [],
  );
}

function scoreHistograms(rows: ClassRows, scores: Float64Array): ScoreHistogram[] {
  return rows.labels.map((label, index) => {
    const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
    for (let row = 0; row < rows.count; row++) {
      if (rows.actual[row] !== index) continue;
      const bin = Math.min(HISTOGRAM_BINS - 1, Math.floor((scores[row] ?? 0) * HISTOGRAM_BINS));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return { label, counts };
  });
}

/** The outer bins of the residuals begin at these quantiles, so that a few outliers do not hide the rest. */
const RESIDUAL_TAIL = 0.005;

function numberCurves({ count, actual, predicted }: NumberRows): NumberCurves {
  const errors = actual.map((value, row) => value - (predicted[row] ?? 0)).sort();
  const from = quantile(errors, RESIDUAL_TAIL) ?? 0;
  const to = quantile(errors, 1 - RESIDUAL_TAIL) ?? 0;
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
  const width = (to - from) / HISTOGRAM_BINS;
  for (const error of errors) {
    const bin = width > 0 ? Math.min(HISTOGRAM_BINS - 1, Math.max(0, Math.floor((error - from) / width))) : 0;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return {
    task: 'regression',
    points: thin(Array.from({ length: count }, (_, row) => row)).map((row) => ({
      actual: actual[row] ?? 0,
      predicted: predicted[row] ?? 0,
    })),
    residuals: { from, to, counts },
  };
}
