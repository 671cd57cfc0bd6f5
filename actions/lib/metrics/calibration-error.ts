import type { CurveMetric } from './metric.ts';
import type { ClassRows } from './rows.ts';

/** Bins of equal width; a probability on an edge belongs to the bin above it. */
export const CALIBRATION_BINS = 15;

/** Per bin: weight, Σ weight · confidence, Σ weight · correct. */
export interface CalibrationBins {
  readonly weight: Float64Array;
  readonly confidence: Float64Array;
  readonly correct: Float64Array;
}

/**
 * What a row's model claimed and whether it held: for a binary task the probability of the positive class and
 * whether the row is positive; else the highest probability and whether that class is the true one.
 */
function claimOf({ task, labels, scores, actual }: ClassRows, row: number): readonly [number, boolean] {
  if (task === 'binary') return [scores?.[row] ?? 0, actual[row] === 1];
  let best = 0;
  const from = row * labels.length;
  for (let label = 1; label < labels.length; label++)
    if ((scores?.[from + label] ?? 0) > (scores?.[from + best] ?? 0)) best = label;
  return [scores?.[from + best] ?? 0, best === actual[row]];
}

/** The claims of the rows, gathered in bins of equal width. */
export function calibrationBins(rows: ClassRows, bins: number): CalibrationBins {
  const result = {
    weight: new Float64Array(bins),
    confidence: new Float64Array(bins),
    correct: new Float64Array(bins),
  };
  for (let row = 0; row < rows.count; row++) {
    const [claim, holds] = claimOf(rows, row);
    const bin = Math.min(bins - 1, Math.floor(claim * bins));
    const share = rows.weights?.[row] ?? 1;
    result.weight[bin] = (result.weight[bin] ?? 0) + share;
    result.confidence[bin] = (result.confidence[bin] ?? 0) + share * claim;
    if (holds) result.correct[bin] = (result.correct[bin] ?? 0) + share;
  }
  return result;
}

/** Expected calibration error: how far claimed probabilities are from what happened. */
export const calibrationError: CurveMetric<ClassRows> = {
  id: 'ece',
  aliases: ['expected_calibration_error'],
  title: 'Calibration error',
  direction: 'lower',
  range: [0, 1],
  tasks: ['binary', 'multiclass'],
  needs: 'scores',
  kind: 'curve',
  interval: 'bootstrap',
  params: { bins: CALIBRATION_BINS, edges: 'right', norm: 'l1' },
  definition:
    'Mean distance, weighted by rows, between mean probability and observed share in 15 bins of equal width (Naeini 2015; torchmetrics.CalibrationError, norm l1). Multiclass: of the most probable class.',
  compute: (rows) => {
    if (!rows.scores) return 'no probabilities were given';
    const { weight, confidence, correct } = calibrationBins(rows, CALIBRATION_BINS);
    const total = weight.reduce((sum, part) => sum + part, 0);
    if (total === 0) return 'no rows';
    return (
      weight.reduce((sum, _, bin) => sum + Math.abs((correct[bin] ?? 0) - (confidence[bin] ?? 0)), 0) / total
    );
  },
};
