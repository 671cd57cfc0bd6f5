import { normalCdf } from '../stats/distributions.ts';
import { incompleteBeta } from '../stats/incomplete-beta.ts';

/** So many of so many; counts need not be whole, as Prometheus extrapolates them. */
export interface Rate {
  readonly count: number;
  readonly of: number;
}

/** Below this expected count the normal approximation is not to be trusted (Cochran's rule). */
const LEAST_EXPECTED = 5;

/** What counts differ from whole numbers by rounding alone. */
const ROUNDING = 1e-6;

/**
 * Whether the candidate's rate is higher than the stable one's by more than `increase`: one-sided test of
 * H0: p_candidate − p_stable ≤ increase at the level `alpha`.
 *
 * Where the expected counts allow it, by the score test, whose variance is that of the rates most likely under H0
 * (pooled, when `increase` is 0). Where they are small, by exact bounds: Clopper and Pearson's lower bound of the one
 * rate lies above the upper bound of the other, each at `alpha` / 2, which is wrong at most as often as `alpha` says
 * whatever the rates are, and says nothing from a handful of requests.
 */
export function rateIncrease(
  candidate: Rate,
  stable: Rate,
  increase: number,
  alpha: number,
): { readonly worse: boolean; readonly method: 'score' | 'exact' } {
  const nearest = ratesUnderNull(candidate, stable, increase);
  const expected = [
    candidate.of * nearest.candidate,
    candidate.of * (1 - nearest.candidate),
    stable.of * nearest.stable,
    stable.of * (1 - nearest.stable),
  ];
  if (Math.min(...expected) < LEAST_EXPECTED)
    return {
      worse: lowerBound(candidate, alpha / 2) > upperBound(stable, alpha / 2) + increase,
      method: 'exact',
    };
  return { worse: scorePValue(candidate, stable, increase) < alpha, method: 'score' };
}

/**
 * One-sided p-value of the score test of H0: p_candidate − p_stable ≤ increase, by the normal approximation.
 * Source: C. P. Farrington, G. Manning, Statistics in Medicine 9 (1990) 1447–1454.
 */
export function scorePValue(candidate: Rate, stable: Rate, increase: number): number {
  const nearest = ratesUnderNull(candidate, stable, increase);
  const variance =
    (nearest.candidate * (1 - nearest.candidate)) / candidate.of +
    (nearest.stable * (1 - nearest.stable)) / stable.of;
  const excess = candidate.count / candidate.of - stable.count / stable.of - increase;
  if (!(variance > 0)) return excess > 0 ? 0 : 1;
  return normalCdf(-excess / Math.sqrt(variance));
}

/**
 * The rates that are most likely among those that differ by exactly `increase`: the root of a cubic equation in
 * trigonometric form. Source: as above; O. Miettinen, M. Nurminen, Statistics in Medicine 4 (1985) 213–226.
 */
function ratesUnderNull(
  candidate: Rate,
  stable: Rate,
  increase: number,
): { readonly candidate: number; readonly stable: number } {
  const all = candidate.of + stable.of;
  const count = candidate.count + stable.count;
  if (increase === 0) return { candidate: count / all, stable: count / all };
  const l2 = (candidate.of + 2 * stable.of) * increase - all - count;
  const l1 = (stable.count * increase - all - 2 * stable.count) * increase + count;
  const l0 = stable.count * increase * (1 - increase);
  const third = l2 / (3 * all);
  const q = third ** 3 - (l1 * l2) / (6 * all ** 2) + l0 / (2 * all);
  const p = Math.sign(q) * Math.sqrt(Math.max(0, third ** 2 - l1 / (3 * all)));
  const angle = p === 0 ? Math.PI / 2 : (Math.PI + Math.acos(clamp(q / p ** 3, -1, 1))) / 3;
  const rate = clamp(2 * p * Math.cos(angle) - third, 0, 1 - increase);
  return { candidate: rate + increase, stable: rate };
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/**
 * Clopper and Pearson's lower bound of a rate, one-sided at the level 1 − `alpha`. A count between whole numbers counts
 * as the one that proves less.
 */
export function lowerBound({ count, of }: Rate, alpha: number): number {
  const k = Math.min(Math.floor(count + ROUNDING), Math.floor(of + ROUNDING));
  return k <= 0 ? 0 : betaQuantile(alpha, k, Math.floor(of + ROUNDING) - k + 1);
}

/** Clopper and Pearson's upper bound, likewise. */
export function upperBound({ count, of }: Rate, alpha: number): number {
  const n = Math.floor(of + ROUNDING);
  const k = Math.ceil(count - ROUNDING);
  return k >= n ? 1 : betaQuantile(1 - alpha, k + 1, n - k);
}

/** The x with I_x(a, b) = p, by halving: as many steps as a number has digits. */
function betaQuantile(p: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, 1 - middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
