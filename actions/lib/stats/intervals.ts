import { normalCdf, normalQuantile, studentTQuantile } from './distributions.ts';
import { quantile } from './quantile.ts';

/** Two ends of a confidence interval. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Cuts an interval to the range a value can take. */
export const clip = ({ low, high }: Bounds, [least, most]: readonly [number, number]): Bounds => ({
  low: Math.max(low, least),
  high: Math.min(high, most),
});

/**
 * Wilson's score interval of a share.
 *
 * @param successes - from 0 to `trials`; need not be whole, so that effective counts of weighted rows fit
 * @param level - nominal coverage, for example 0.95
 * @returns `undefined` without trials
 */
export function wilson(successes: number, trials: number, level: number): Bounds | undefined {
  if (!(trials > 0)) return undefined;
  const z = normalQuantile((1 + level) / 2);
  const share = successes / trials;
  const shrink = 1 + (z * z) / trials;
  const centre = (share + (z * z) / (2 * trials)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  // At the ends the formula is exact, but its rounding is not.
  return { low: successes <= 0 ? 0 : centre - half, high: successes >= trials ? 1 : centre + half };
}

/** Student's t interval of a mean; `undefined` without a standard error, or when the rows do not vary. */
export function studentT(
  mean: number,
  standardError: number | undefined,
  degrees: number,
  level: number,
): Bounds | undefined {
  if (standardError === undefined || !(standardError > 0) || degrees < 1) return undefined;
  const half = studentTQuantile((1 + level) / 2, degrees) * standardError;
  return { low: mean - half, high: mean + half };
}

/** Normal interval of an estimate; `undefined` without a standard error, or when it is 0. */
export function normal(value: number, standardError: number | undefined, level: number): Bounds | undefined {
  if (standardError === undefined || !(standardError > 0)) return undefined;
  const half = normalQuantile((1 + level) / 2) * standardError;
  return { low: value - half, high: value + half };
}

/**
 * The level at which a normal interval is as wide as Student's t interval is at `level`: for intervals of other shapes
 * whose spread is known from a few units, such as clusters, no better than t says.
 */
export const levelForFew = (level: number, degrees: number): number =>
  degrees < 1 ? level : levelOf(studentTQuantile((1 + level) / 2, degrees));

/** What normal intervals of so many standard errors are called; below 1, whose interval would have no end. */
const levelOf = (errors: number): number => Math.min(2 * normalCdf(errors) - 1, 1 - 1e-14);

/**
 * The level at which percentiles of resamples of a few units are as wide as they should be: resamples spread too little
 * by √((n − 1) / n), and know the spread no better than Student's t. Source: T. Hesterberg, What Teachers Should Know
 * About the Bootstrap, 2015, 3.3, expanded percentiles.
 */
export const expandedLevel = (level: number, units: number): number =>
  units < 2 ? level : levelOf(Math.sqrt(units / (units - 1)) * studentTQuantile((1 + level) / 2, units - 1));

/** More undefined resamples than this, and the distribution says too little about the metric. */
const MAX_UNDEFINED_SHARE = 0.05;

/**
 * Efron's bias-corrected percentile interval from bootstrap resamples.
 *
 * The share of resamples below the observed value tells how far the resamples sit from it; for an unbiased
 * metric this is the plain percentile interval, for a metric that resampling inflates (calibration error)
 * it moves back, but never past the observed value. Source: B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 14.3, acceleration 0.
 *
 * @param resampled - values of the resamples; NaN where the metric was undefined
 * @returns `undefined` when resamples do not vary, or more than 5 % of them are undefined
 */
export function bootstrapInterval(
  resampled: Float64Array,
  observed: number,
  level: number,
): Bounds | undefined {
  const sorted = resampled.filter((value) => Number.isFinite(value)).sort();
  const first = sorted[0];
  const last = sorted[sorted.length - 1];
  if (first === undefined || last === undefined || first === last) return undefined;
  if (sorted.length < resampled.length * (1 - MAX_UNDEFINED_SHARE)) return undefined;
  let below = 0.5;
  for (const value of sorted) below += value < observed ? 1 : value === observed ? 0.5 : 0;
  const shift = normalQuantile(below / (sorted.length + 1));
  const z = normalQuantile((1 + level) / 2);
  const low = quantile(sorted, normalCdf(2 * shift - z));
  const high = quantile(sorted, normalCdf(2 * shift + z));
  if (low === undefined || high === undefined) return undefined;
  // Where resampling inflates a value much, the way back leads past it.
  return { low: Math.min(low, observed), high: Math.max(high, observed) };
}
