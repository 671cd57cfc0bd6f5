import { wilson } from '../stats/intervals.ts';
import { effectiveRows } from '../stats/mean.ts';
import { claimsOf } from './calibration-bins.ts';
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

/** The bins of the reliability diagram that hold any rows: those of the metric `ece`. */
export function reliabilityOf(rows: ClassRows, level: number): readonly ReliabilityBin[] {
  if (!rows.scores?.every((score) => score >= 0 && score <= 1)) return [];
  const { claimed, held } = claimsOf(rows);
  const weights = new Float64Array(CALIBRATION_BINS);
  const claims = new Float64Array(CALIBRATION_BINS);
  const holds = new Float64Array(CALIBRATION_BINS);
  let total = 0;
  for (let row = 0; row < rows.count; row++) {
    const claim = claimed[row] ?? 0;
    const bin = Math.min(CALIBRATION_BINS - 1, Math.floor(claim * CALIBRATION_BINS));
    const weight = rows.weights ? (rows.weights[row] ?? 1) : 1;
    total += weight;
    weights[bin] = (weights[bin] ?? 0) + weight;
    claims[bin] = (claims[bin] ?? 0) + weight * claim;
    if (held[row] === 1) holds[bin] = (holds[bin] ?? 0) + weight;
  }
  const worth = total > 0 ? effectiveRows(rows.count, rows.weights) / total : 0;
  return [...weights].flatMap((weight, bin) => {
    const bounds = wilson((holds[bin] ?? 0) * worth, weight * worth, level);
    if (!bounds) return [];
    return [
      {
        from: bin / CALIBRATION_BINS,
        to: (bin + 1) / CALIBRATION_BINS,
        meanProbability: (claims[bin] ?? 0) / weight,
        observedShare: (holds[bin] ?? 0) / weight,
        ...bounds,
        weight,
      },
    ];
  });
}
