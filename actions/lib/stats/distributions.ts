import { binomialDensity } from './density.ts';
import { incompleteBeta } from './incomplete-beta.ts';
import { lowerGamma, upperGamma } from './incomplete-gamma.ts';

/** Above this, Student's t and the normal distribution agree to every digit a number holds. */
const NORMAL_DEGREES = 1e10;

/** P(Z ≤ z) of the standard normal distribution, accurate in both tails. */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  const square = (z * z) / 2;
  return z < 0 ? upperGamma(0.5, square) / 2 : 0.5 + lowerGamma(0.5, square) / 2;
}

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

// Wichura's coefficients for |p − ½| ≤ 0.425, for the shoulders and for the far tails.
const CENTRE = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
];
const CENTRE_DIVISOR = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852854,
];
const SHOULDER = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
];
const SHOULDER_DIVISOR = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const TAIL = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
];
const TAIL_DIVISOR = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
  0.000018463183175100548, 1.421511758316446e-7, 2.0442631033899397e-15,
];

/**
 * The z with P(Z ≤ z) = p of the standard normal distribution; ∓∞ at 0 and 1, NaN outside.
 * Source: M. J. Wichura, algorithm AS 241 (PPND16), relative error about 1e-16.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const offset = p - 0.5;
  if (Math.abs(offset) <= 0.425) {
    const r = 0.180625 - offset * offset;
    return (offset * polynomial(CENTRE, r)) / polynomial(CENTRE_DIVISOR, r);
  }
  const r = Math.sqrt(-Math.log(offset < 0 ? p : 1 - p));
  const z =
    r <= 5
      ? polynomial(SHOULDER, r - 1.6) / polynomial(SHOULDER_DIVISOR, r - 1.6)
      : polynomial(TAIL, r - 5) / polynomial(TAIL_DIVISOR, r - 5);
  return offset < 0 ? -z : z;
}

/** P(T ≤ t) of Student's t with `df` > 0 degrees of freedom, accurate in both tails. */
export function studentTCdf(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) return Number.NaN;
  if (df > NORMAL_DEGREES) return normalCdf(t);
  const square = t * t;
  if (square === Number.POSITIVE_INFINITY) return t < 0 ? 0 : 1;
  const upper = incompleteBeta(df / (df + square), square / (df + square), df / 2, 0.5) / 2;
  return t < 0 ? upper : 1 - upper;
}

/** ln of the density of Student's t at t, relative to its value at 0. */
const studentTShape = (t: number, df: number): number => -((df + 1) / 2) * Math.log1p((t * t) / df);

/**
 * The t with P(T ≤ t) = p of Student's t with `df` > 0 degrees of freedom; ∓∞ at 0 and 1, NaN outside.
 * Newton's method inside a bracket, on the lower half of the distribution.
 */
export function studentTQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1) || !(df > 0)) return Number.NaN;
  if (df > NORMAL_DEGREES || p === 0 || p === 1) return normalQuantile(p);
  if (p > 0.5) return -studentTQuantile(1 - p, df);
  if (p === 0.5) return 0;
  let high = 0;
  let low = -1;
  while (studentTCdf(low, df) > p) {
    high = low;
    low *= 2;
  }
  // The density at 0 is Γ((df + 1) / 2) / (√(df π) Γ(df / 2)); a difference quotient of the exact cdf avoids Γ.
  const atZero = (studentTCdf(1e-3, df) - studentTCdf(-1e-3, df)) / 2e-3;
  let t = Math.min(high, Math.max(low, normalQuantile(p)));
  for (let round = 0; round < 200; round++) {
    const error = studentTCdf(t, df) - p;
    if (error > 0) high = t;
    else low = t;
    const newton = t - error / (atZero * Math.exp(studentTShape(t, df)));
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - t) <= 2e-16 * Math.abs(next)) return next;
    t = next;
  }
  return t;
}

/** P(X > x) of the chi-square distribution with `df` > 0 degrees of freedom. */
export const chiSquareSf = (x: number, df: number): number => upperGamma(df / 2, x / 2);

/** P(X ≤ k) of the binomial distribution with n trials of probability p. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  const below = Math.floor(k);
  return incompleteBeta(1 - p, p, n - below, below + 1);
}

/** Probabilities this close count as equal, as in R and scipy, so that rounding does not break symmetry. */
const SAME_PROBABILITY = 1 + 1e-7;

/**
 * The p-value of the exact two-sided binomial test: the probability of all outcomes that are no more likely
 * than k successes in n trials of probability p. Equals `scipy.stats.binomtest(k, n, p).pvalue`.
 */
export function binomialTwoSided(k: number, n: number, p: number): number {
  if (n === 0) return 1;
  const observed = binomialDensity(k, n, p, 1 - p) * SAME_PROBABILITY;
  const unlikely = (i: number): boolean => binomialDensity(i, n, p, 1 - p) <= observed;
  if (Math.abs(k - n * p) < Number.EPSILON * n) return 1;
  if (k < n * p) {
    const start = firstWhere(Math.ceil(n * p), n + 1, unlikely);
    return Math.min(1, binomialCdf(k, n, p) + binomialCdf(n - start, n, 1 - p));
  }
  const end = firstWhere(0, Math.floor(n * p) + 1, (i) => !unlikely(i));
  return Math.min(1, binomialCdf(end - 1, n, p) + binomialCdf(n - k, n, 1 - p));
}

/** The first whole number in [low, high) for which a condition holds that never turns false again; else `high`. */
function firstWhere(low: number, high: number, holds: (i: number) => boolean): number {
  let from = low;
  let to = high;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
