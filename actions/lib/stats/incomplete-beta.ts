import { binomialDensity } from './density.ts';

const TINY = 1e-300;
const PRECISION = 2 ** -51;

/** The continued fraction of DLMF 8.17.22 by Lentz's method; converges fast for x < (a + 1) / (a + b + 2). */
function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || TINY);
  let value = d;
  for (let m = 1; ; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d || TINY);
    c = 1 + even / c || TINY;
    value *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d || TINY);
    c = 1 + odd / c || TINY;
    value *= c * d;
    if (Math.abs(c * d - 1) <= PRECISION) return value;
  }
}

/**
 * I_x(a, b), the regularized incomplete beta function, for a, b > 0.
 *
 * @param y - 1 − x, given apart so that neither of the two loses digits
 */
export function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const density = binomialDensity(a, a + b, x, y) / (a + b);
  return x < (a + 1) / (a + b + 2) ? density * b * fraction(x, a, b) : 1 - density * a * fraction(y, b, a);
}
