import { binomialTwoSided, normalCdf, normalQuantile } from './distributions.ts';
import type { PairedDifference } from './paired-difference.ts';

/**
 * The exact two-sided sign test (McNemar's exact test when rows are right or wrong): how surprising it is that,
 * of the rows that differ, `better` moved one way and `worse` the other.
 */
export const signTest = (better: number, worse: number): number =>
  binomialTwoSided(better, better + worse, 0.5);

/**
 * The difference of two proportions over the same n rows, by Tango's score interval, which keeps its coverage
 * for few rows and few disagreements. The p-value is McNemar's exact one.
 * Source: T. Tango, Statistics in Medicine 17 (1998) 891–908.
 *
 * @param gained - rows that only the candidate has right
 * @param lost - rows that only the baseline has right
 * @returns `undefined` for no rows
 */
export function pairedProportions(gained: number, lost: number, n: number): PairedDifference | undefined {
  if (n < 1) return undefined;
  const change = (gained - lost) / n;
  const score = (truth: number): number => tangoScore(gained, lost, n, truth);
  return {
    change,
    n,
    method: 'score-paired',
    standardError: Math.sqrt(Math.max(0, (gained + lost) / n - change * change) / n),
    p: signTest(gained, lost),
    interval: (level) => {
      const z = normalQuantile((1 + level) / 2);
      return {
        low: crossing(-1, change, (truth) => score(truth) > z),
        high: crossing(1, change, (truth) => score(truth) < -z),
      };
    },
    pBelow: (threshold) => normalCdf(score(threshold)),
    pAbove: (threshold) => normalCdf(-score(threshold)),
  };
}

/** Tango's statistic for a true difference: the distance of the estimate in standard errors under that truth. */
function tangoScore(gained: number, lost: number, n: number, truth: number): number {
  const b = -gained - lost + (2 * n - gained + lost) * truth;
  const c = -lost * truth * (1 - truth);
  // The share of rows that only the baseline has right, at its most likely value under the truth.
  const share = (Math.sqrt(Math.max(0, b * b - 8 * n * c)) - b) / (4 * n);
  const variance = n * (2 * share + truth * (1 - truth));
  const distance = gained - lost - n * truth;
  if (variance > 1e-12 * n) return distance / Math.sqrt(variance);
  return Math.abs(distance) < 1e-9 ? 0 : distance * Number.POSITIVE_INFINITY;
}

/** Where, between an outer end that is rejected and the estimate, rejection ends; the outer end if it never begins. */
function crossing(outer: number, estimate: number, rejected: (truth: number) => boolean): number {
  if (!rejected(outer)) return outer;
  let outside = outer;
  let inside = estimate;
  for (let round = 0; round < 100; round++) {
    const middle = (outside + inside) / 2;
    if (rejected(middle)) outside = middle;
    else inside = middle;
  }
  return inside;
}
