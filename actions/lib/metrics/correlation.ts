import { weightedMean } from '../stats/mean.ts';
import { sumTerms } from '../stats/resample-sums.ts';
import type { Computed, Terms } from './metric.ts';

/** Pairs of numbers with what they weigh. */
interface Pairs {
  readonly count: number;
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
  readonly weights?: Float64Array | undefined;
}

/**
 * The mean of values, exact where all are the same: what is summed is how far they are from the first one. Sums of
 * squares around it keep their digits however far from 0 the values lie; any centre would give the same variance.
 */
export function centreOf(values: Float64Array, weights?: Float64Array): number {
  const first = values[0] ?? 0;
  const mean = weightedMean(
    values.map((value) => value - first),
    weights,
  );
  // Without any weight there is no mean, and nothing that depends on the centre.
  return Number.isNaN(mean) ? first : first + mean;
}

const WIDTH = 6;

/** 1, x, y, x², y² and x y of each row, measured from the means. */
export function pairTerms({ count, actual, predicted, weights }: Pairs): Terms {
  const centreX = centreOf(predicted, weights);
  const centreY = centreOf(actual, weights);
  const values = new Float64Array(count * WIDTH);
  for (let row = 0; row < count; row++) {
    const x = (predicted[row] ?? 0) - centreX;
    const y = (actual[row] ?? 0) - centreY;
    values.set([1, x, y, x * x, y * y, x * y], row * WIDTH);
  }
  return { cells: 1, width: WIDTH, values };
}

export const pairSums = (pairs: Pairs): Float64Array => sumTerms(pairTerms(pairs), pairs.weights);

/** Less than this part of a sum of squares is what rounding leaves of values that are all the same. */
const ROUNDING = 1e-13;

/** Σ (x − mean)² from Σ w, Σ x and Σ x²; 0 where the values are all the same. */
export function squaresAround(mass: number, sum: number, squares: number): number {
  const around = squares - (sum * sum) / mass;
  return around > squares * ROUNDING ? around : 0;
}

/** Pearson's correlation from sums of `pairTerms`. */
export function correlationOf([mass = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0]: Float64Array): Computed {
  if (!(mass > 0)) return 'no rows';
  const ofX = squaresAround(mass, x, xx);
  const ofY = squaresAround(mass, y, yy);
  if (ofY === 0) return 'the actual values are all the same';
  if (ofX === 0) return 'the predicted values are all the same';
  const correlation = (xy - (x * y) / mass) / Math.sqrt(ofX) / Math.sqrt(ofY);
  return Math.max(-1, Math.min(1, correlation));
}
