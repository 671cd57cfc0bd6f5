import type { NumberPair } from './number-pair.ts';

/** The ends of Scholz and Stephens' table of critical values for two samples, with their levels. */
const LEAST = { statistic: 0.325, level: 0.25 };
const MOST = { statistic: 6.546, level: 0.001 };
/** ln(level) as a parabola of the statistic: least squares over the seven columns of that table. */
const FIT = [-1.077770279820486, -1.0082265644652515, 0.018198094574111343] as const;

/**
 * The two-sample Anderson-Darling statistic with midranks, normed to mean 0 and deviation 1, and its p-value between
 * the ends of the table, 0.001 and 0.25. Unlike Kolmogorov-Smirnov it looks at the tails as closely as at the
 * middle. Equals `scipy.stats.anderson_ksamp([a, b], variant="midrank")`. Values of a bin are tied.
 *
 * Source: F. Scholz, M. Stephens, "K-sample Anderson-Darling tests", 1987, equation 7 and table 2.
 *
 * @returns `undefined` for fewer than four values, or when all are equal
 */
export function andersonDarling(
  pair: NumberPair,
): { readonly statistic: number; readonly p: number } | undefined {
  const { n, m, first, second } = pair;
  const total = n + m;
  if (total < 4 || first.length < 2) return undefined;
  let sum = 0;
  let [x, y] = [0, 0]; // values before
  for (let index = 0; index < first.length; index += 1) {
    const [a, b] = [first[index] ?? 0, second[index] ?? 0];
    const tied = a + b;
    const rank = x + y + tied / 2;
    const weight = tied / total / (rank * (total - rank) - (total * tied) / 4);
    if (tied > 0 && tied < total)
      sum += weight * ((total * (x + a / 2) - rank * n) ** 2 / n + (total * (y + b / 2) - rank * m) ** 2 / m);
    x += a;
    y += b;
  }
  const statistic = ((sum * (total - 1)) / total - 1) / Math.sqrt(variance(n, m));
  return { statistic, p: levelOf(statistic) };
}

/** The variance of the statistic under the null hypothesis, for k = 2 samples. */
function variance(n: number, m: number): number {
  const total = n + m;
  const inverse = 1 / n + 1 / m;
  let [h, g] = [0, 0];
  for (let i = total - 1; i >= 2; i -= 1) {
    h += 1 / i;
    g += h / (total - i + 1);
  }
  h += 1;
  const a = 4 * g - 6 + (10 - 6 * g) * inverse;
  const b = (2 * g - 4) * 4 + 16 * h + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6;
  const c = (6 * h + 2 * g - 2) * 4 + (4 * h - 4 * g + 6) * 2 + (2 * h - 6) * inverse + 4 * h;
  const d = (2 * h + 6) * 4 - 8 * h;
  return (a * total ** 3 + b * total ** 2 + c * total + d) / ((total - 1) * (total - 2) * (total - 3));
}

function levelOf(statistic: number): number {
  if (statistic < LEAST.statistic) return LEAST.level;
  if (statistic > MOST.statistic) return MOST.level;
  return Math.exp(FIT[0] + FIT[1] * statistic + FIT[2] * statistic * statistic);
}
