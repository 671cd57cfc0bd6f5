import { wilson } from '../stats/intervals.ts';
import { effectiveRows } from '../stats/mean.ts';
import { CALIBRATION_BINS } from './calibration-error.ts';
import type { ClassRows } from './rows.ts';

/** One bin of the reliability diagram. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly meanProbability: number;
  readonly observedShare: number;
  /** Wilson's interval of the observed share; of weighted rows with as many as they are worth. */
  readonly low: number;
  readonly high: number;
  /** Weight of the rows in the bin. */
  readonly weight: number;
}

interface Claims {
  readonly claims: Float64Array;
  readonly holds: Uint8Array;
}

/**
 * What each row's model claimed and whether it held: of a binary task the probability of the positive class and
 * whether the row is positive; else the highest probability and whether that class is the true one.
 *
 * @returns `undefined` when there are no scores, or they are no probabilities
 */
function claimsOf({ task, labels, scores, actual }: ClassRows): Claims | undefined {
  if (!scores?.every((score) => score >= 0 && score <= 1)) return undefined;
  if (task === 'binary') return { claims: scores, holds: Uint8Array.from(actual) };
  const claims = new Float64Array(actual.length);
  const holds = new Uint8Array(actual.length);
  for (const [row, own] of actual.entries()) {
    const best = highest(scores, row * labels.length, labels.length);
    claims[row] = scores[row * labels.length + best] ?? 0;
    holds[row] = best === own ? 1 : 0;
  }
  return { claims, holds };
}

/** Which of so many scores is the highest, the first of equal ones. */
function highest(scores: Float64Array, from: number, width: number): number {
  let best = 0;
  for (let label = 1; label < width; label++)
    if ((scores[from + label] ?? 0) > (scores[from + best] ?? 0)) best = label;
  return best;
}

/** The bins of the reliability diagram that hold any rows: those of the metric `ece`. */
export function reliabilityOf(rows: ClassRows, level: number): readonly ReliabilityBin[] {
  const found = claimsOf(rows);
  if (!found) return [];
  const { claims, holds } = found;
  const weight = new Float64Array(CALIBRATION_BINS);
  const claimed = new Float64Array(CALIBRATION_BINS);
  const held = new Float64Array(CALIBRATION_BINS);
  let total = 0;
  for (let row = 0; row < rows.count; row++) {
    const claim = claims[row] ?? 0;
    const bin = Math.min(CALIBRATION_BINS - 1, Math.floor(claim * CALIBRATION_BINS));
    const share = rows.weights ? (rows.weights[row] ?? 1) : 1;
    total += share;
    weight[bin] = (weight[bin] ?? 0) + share;
    claimed[bin] = (claimed[bin] ?? 0) + share * claim;
    held[bin] = (held[bin] ?? 0) + share * (holds[row] ?? 0);
  }
  const worth = total > 0 ? effectiveRows(rows.count, rows.weights) / total : 0;
  return [...weight].flatMap((own, bin) => {
    const bounds = wilson((held[bin] ?? 0) * worth, own * worth, level);
    if (!bounds) return [];
    return [
      {
        from: bin / CALIBRATION_BINS,
        to: (bin + 1) / CALIBRATION_BINS,
        meanProbability: (claimed[bin] ?? 0) / own,
        observedShare: (held[bin] ?? 0) / own,
        ...bounds,
        weight: own,
      },
    ];
  });
}
