import { normalCdf, normalQuantile, studentTCdf, studentTQuantile } from './distributions.ts';

/**
 * What is known about the difference of two models on the same rows: candidate minus baseline.
 * Every method answers the same four questions, so that a gate need not know the method.
 */
export interface PairedDifference {
  readonly change: number;
  /** Rows it rests on. */
  readonly n: number;
  /** `delong-paired`, `student-t-paired`, `score-paired`, `bootstrap-cells-paired`, `bootstrap-paired`, … */
  readonly method: string;
  readonly standardError: number;
  /** Two-sided p-value for "no difference". */
  readonly p: number;
  /** The two-sided interval of a nominal coverage between 0 and 1. */
  interval(level: number): { readonly low: number; readonly high: number };
  /** p-value for "the difference is at least `threshold`": small when it is proven to be below. */
  pBelow(threshold: number): number;
  /** p-value for "the difference is at most `threshold`": small when it is proven to be above. */
  pAbove(threshold: number): number;
}

/** An estimated difference and how it was estimated. */
type Estimated = Pick<PairedDifference, 'change' | 'standardError' | 'n' | 'method'>;

/** A difference that is normally distributed with a known standard error; exact when that is 0. */
export const normalDifference = (estimated: Estimated): PairedDifference =>
  differenceBy({ cdf: normalCdf, quantile: normalQuantile }, estimated);

/** The same with a standard error that was itself estimated, on so many degrees of freedom. */
export const studentDifference = (degrees: number, estimated: Estimated): PairedDifference =>
  differenceBy(
    { cdf: (t) => studentTCdf(t, degrees), quantile: (share) => studentTQuantile(share, degrees) },
    estimated,
  );

/** The distribution of a difference over its standard error. */
interface Law {
  cdf(z: number): number;
  quantile(share: number): number;
}

function differenceBy(law: Law, estimated: Estimated): PairedDifference {
  const { change, standardError } = estimated;
  const below = (threshold: number): number => tail(change, threshold, standardError, law.cdf);
  const above = (threshold: number): number => tail(-change, -threshold, standardError, law.cdf);
  return {
    ...estimated,
    p: Math.min(1, 2 * Math.min(below(0), above(0))),
    interval: (level) => {
      const half = law.quantile((1 + level) / 2) * standardError;
      return { low: change - half, high: change + half };
    },
    pBelow: below,
    pAbove: above,
  };
}

/** P(an estimate at most `change` | the truth is `threshold`); without spread, certainty or its opposite. */
export function tail(
  change: number,
  threshold: number,
  standardError: number,
  cdf: (z: number) => number,
): number {
  if (standardError > 0) return cdf((change - threshold) / standardError);
  return change < threshold ? 0 : 1;
}
