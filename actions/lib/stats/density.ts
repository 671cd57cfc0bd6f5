const HALF_LOG_TWO_PI = 0.9189385332046727;

/**
 * ln Γ(n + 1) minus Stirling's formula (n + ½) ln n − n + ½ ln 2π, for n > 0: about 1 / 12n.
 *
 * Above 15 by the asymptotic series; below by the recurrence from n + 1, which needs no tables.
 * Source: C. Loader, "Fast and accurate computation of binomial probabilities", 2000.
 */
export function stirlingError(n: number): number {
  let error = 0;
  let at = n;
  for (; at < 15; at++) error += (at + 0.5) * Math.log1p(1 / at) - 1;
  const square = at * at;
  const series =
    1 / 12 -
    (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 / square) / square) / square) / square) /
      square;
  return error + series / at;
}

/** ln n! of a whole number n ≥ 0. */
export const logFactorial = (n: number): number =>
  n < 2 ? 0 : (n + 0.5) * Math.log(n) - n + HALF_LOG_TWO_PI + stirlingError(n);

/** x ln(x / mean) + mean − x without cancellation where x is near the mean (Loader's `bd0`). */
function deviance(x: number, mean: number): number {
  if (Math.abs(x - mean) >= 0.1 * (x + mean)) return x * Math.log(x / mean) + mean - x;
  const ratio = (x - mean) / (x + mean);
  let sum = (x - mean) * ratio;
  let term = 2 * x * ratio;
  for (let j = 3; ; j += 2) {
    term *= ratio * ratio;
    const next = sum + term / j;
    if (next - sum === 0) return sum;
    sum = next;
  }
}

/** mean^x e^−mean / Γ(x + 1) for real x ≥ 0 and mean > 0: Poisson's probability, to nearly full precision. */
export function poissonDensity(x: number, mean: number): number {
  if (x === 0) return Math.exp(-mean);
  return Math.exp(-stirlingError(x) - deviance(x, mean)) / Math.sqrt(2 * Math.PI * x);
}

/**
 * Γ(n + 1) / (Γ(x + 1) Γ(n − x + 1)) p^x q^(n − x) for real 0 ≤ x ≤ n: the binomial probability.
 *
 * @param q - 1 − p, given apart so that neither of the two loses digits
 */
export function binomialDensity(x: number, n: number, p: number, q: number): number {
  if (p <= 0) return x === 0 ? 1 : 0;
  if (q <= 0) return x === n ? 1 : 0;
  if (x === 0) return Math.exp(p < 0.1 ? n * Math.log1p(-p) : n * Math.log(q));
  if (x === n) return Math.exp(q < 0.1 ? n * Math.log1p(-q) : n * Math.log(p));
  const exponent =
    stirlingError(n) - stirlingError(x) - stirlingError(n - x) - deviance(x, n * p) - deviance(n - x, n * q);
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * x * (n - x)));
}
