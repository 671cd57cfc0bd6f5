import { type Cells, cellsOf } from '../cells.ts';
import type { Judgement } from '../judge.ts';
import { ksStatistic } from '../kolmogorov-smirnov.ts';
import type { NumberPair } from '../number-pair.ts';
import { stabilityOfShares } from '../population-stability.ts';
import { counted } from '../subject.ts';
import { wasserstein } from '../wasserstein.ts';
import { byEffect, type Compared, unknownTo } from './rule.ts';
import { numbersOf, valuesOf } from './views.ts';

/** Scores from here on fail the condition of the feature drift check. */
const THRESHOLD = 0.2;
const MIN_SAMPLE = 10;
/** Categories of the reference below this share are joined. */
const RARE = 0.01;
/** Shares below this count as this much in PSI. */
const LEAST_SHARE = 0.01;
/** Share cut off at both ends before the earth mover's distance. */
const MARGIN = 0.025;

/**
 * deepchecks 0.19: the Kolmogorov-Smirnov statistic for numbers, the bias-corrected Cramér's V for categories, no
 * test; `wasserstein` is its earth mover's distance, `psi` its PSI.
 */
export function deepchecks(compared: Compared): Judgement {
  const { request, reference, current } = compared;
  if (Math.min(counted(reference), counted(current)) < MIN_SAMPLE)
    return { status: 'not-tested', reason: `fewer than ${MIN_SAMPLE} values on one side` };
  const threshold = request.threshold ?? THRESHOLD;
  const pair = numbersOf(compared);
  const method = request.method ?? (pair ? 'ks' : 'cramersV');
  if (pair && method === 'ks') return byEffect(method, ksStatistic(pair).statistic, threshold);
  if (pair && method === 'wasserstein') return byEffect(method, scaledDistance(pair), threshold);
  const cells = valuesOf(compared);
  if (cells && method === 'cramersV') return byEffect(method, correctedV(joinRare(cells)), threshold);
  if (cells && method === 'psi') return byEffect(method, flooredPsi(joinRare(cells)), threshold);
  return unknownTo('deepchecks', method);
}

/** Categories below 1 % of the reference become one, which is kept when either side has more than 1 % in it. */
function joinRare({ first, second, n, m, names }: Cells): Cells {
  const kept = [...first.keys()].filter((cell) => (first[cell] ?? 0) >= n * RARE);
  const rest = (counts: Float64Array, total: number): number =>
    total - kept.reduce((sum, cell) => sum + (counts[cell] ?? 0), 0);
  const [a, b] = [rest(first, n), rest(second, m)];
  const other = a > n * RARE || b > m * RARE;
  return cellsOf(
    [...kept.map((cell) => first[cell] ?? 0), ...(other ? [a] : [])],
    [...kept.map((cell) => second[cell] ?? 0), ...(other ? [b] : [])],
    [...kept.map((cell) => names[cell] ?? ''), ...(other ? ['other'] : [])],
  );
}

/**
 * Cramér's V of the table scaled down to the size of the smaller side, with Bergsma's correction for bias and Yates'
 * for two categories.
 */
function correctedV({ first, second, n, m }: Cells): number {
  const columns = first.length;
  if (columns < 2) return 0;
  const size = Math.min(n, m);
  let chi = 0;
  for (const [cell, count] of first.entries()) {
    const [a, b] = [(count * size) / n, ((second[cell] ?? 0) * size) / m];
    const expected = (a + b) / 2;
    const difference = Math.abs(a - expected);
    const corrected = columns === 2 ? difference - Math.min(0.5, difference) : difference;
    if (expected > 0) chi += (2 * corrected ** 2) / expected;
  }
  const total = 2 * size;
  const phi = Math.max(0, chi / total - (columns - 1) / (total - 1));
  const rows = 2 - 1 / (total - 1);
  const corrected = columns - (columns - 1) ** 2 / (total - 1);
  return Math.sqrt(phi / Math.min(corrected - 1, rows - 1));
}

function flooredPsi({ first, second, n, m, names }: Cells): number {
  const floored = (counts: Float64Array, total: number): Float64Array =>
    counts.map((count) => Math.max(LEAST_SHARE, count / total));
  return stabilityOfShares({ first: floored(first, n), second: floored(second, m), n: 1, m: 1, names });
}

/** Both sides without their outer 2.5 %, scaled to the joint range. */
function scaledDistance(pair: NumberPair): number {
  const first = cutMargins(pair, pair.first, pair.n);
  const second = cutMargins(pair, pair.second, pair.m);
  const used = [...first.keys()].filter((index) => (first[index] ?? 0) + (second[index] ?? 0) > 0);
  const range = (pair.high[used.at(-1) ?? 0] ?? 0) - (pair.low[used[0] ?? 0] ?? 0);
  const sum = (counts: Float64Array): number => counts.reduce((total, count) => total + count, 0);
  const cut = { ...pair, first, second, n: sum(first), m: sum(second) };
  return range > 0 ? wasserstein(cut).distance / range : 0;
}

/** Counts without values below the 2.5 % and above the 97.5 % quantile (type 7). */
function cutMargins({ low, high }: NumberPair, counts: Float64Array, total: number): Float64Array {
  const [from, to] = [MARGIN, 1 - MARGIN].map((p) => quantileAt(low, high, counts, (total - 1) * p));
  return counts.map((count, index) =>
    (low[index] ?? 0) < (from ?? 0) || (high[index] ?? 0) > (to ?? 0) ? 0 : count,
  );
}

function quantileAt(low: Float64Array, high: Float64Array, counts: Float64Array, position: number): number {
  const at = (rank: number): number => {
    let before = 0;
    const index = counts.findIndex((count) => {
      before += count;
      return before > rank;
    });
    return (low[index] ?? 0) / 2 + (high[index] ?? 0) / 2;
  };
  const below = at(Math.floor(position));
  const share = position - Math.floor(position);
  return below + (at(Math.ceil(position)) - below) * share;
}
