import { chiSquareSf } from '../../stats/distributions.ts';
import type { Cells } from '../cells.ts';
import { hellinger } from '../hellinger.ts';
import type { Judgement } from '../judge.ts';
import { kolmogorovTail } from '../kolmogorov-tail.ts';
import type { NumberPair } from '../number-pair.ts';
import { byEffect, byP, type Compared, unknownTo } from './rule.ts';
import { numbersOf, valuesOf } from './views.ts';

/** Below this p-value columns drifted; up to the second drift is possible, which is a warning. */
const ALPHA = 0.05;
const POSSIBLE_ALPHA = 0.15;
/** Hellinger distances from here on are drift; from the second on drift is possible. */
const HELLINGER = 0.4;
const POSSIBLE_HELLINGER = 0.15;
/** Levels at which distribution functions are compared. */
const LEVELS = 100;

/**
 * whylogs 1.x: Kolmogorov-Smirnov at 100 quantiles of either side for numbers, else chi-square of the current counts
 * against the reference's, in which a category that the reference lacks makes p 0. `exact` values stand in for its
 * random sketches.
 */
export function whylogs(compared: Compared): Judgement {
  const { request } = compared;
  const pair = numbersOf(compared);
  const method = request.method ?? (pair ? 'ks' : 'chiSquare');
  const alpha = request.alpha ?? ALPHA;
  if (pair && method === 'ks') return judgeP(method, ksP(pair), alpha);
  const cells = valuesOf(compared);
  if (cells && method === 'chiSquare') return judgeP(method, chiSquareP(cells), alpha);
  if (!cells || method !== 'hellinger') return unknownTo('whylogs', method);
  const judgement = byEffect(method, hellinger(cells), request.threshold ?? HELLINGER);
  return possible(judgement, (judgement.effect ?? 0) >= POSSIBLE_HELLINGER);
}

const judgeP = (method: string, p: number, alpha: number): Judgement =>
  possible(byP(method, p, p < alpha, alpha), p <= Math.max(alpha, POSSIBLE_ALPHA));

/** What whylogs calls possible drift is drift that warns. */
const possible = (judgement: Judgement, holds: boolean): Judgement =>
  judgement.status === 'stable' && holds
    ? { ...judgement, status: 'drifted', severity: 'warning' }
    : judgement;

const ksP = (pair: NumberPair): number =>
  kolmogorovTail(distanceAtQuantiles(pair), Math.max(1, roundEven((pair.n * pair.m) / (pair.n + pair.m))));

/** numpy rounds halves to the even number. */
const roundEven = (value: number): number => {
  const near = Math.round(value);
  return near - value === 0.5 && near % 2 === 1 ? near - 1 : near;
};

/** The largest distance of the shares below the quantiles of either side. */
function distanceAtQuantiles(pair: NumberPair): number {
  const { first, second, n, m } = pair;
  const wanted = [quantileIndexes(first, n), quantileIndexes(second, m)];
  let [x, y, largest] = [0, 0, 0];
  for (let index = 0; index < first.length; index += 1) {
    if (wanted.some((indexes) => indexes.has(index))) largest = Math.max(largest, Math.abs(x / n - y / m));
    x += first[index] ?? 0;
    y += second[index] ?? 0;
  }
  return largest;
}

/** Where the quantiles lie: the value whose ranks hold floor(level · count). */
function quantileIndexes(counts: Float64Array, total: number): ReadonlySet<number> {
  const indexes = new Set<number>();
  let [before, level] = [0, 0];
  for (const [index, count] of counts.entries()) {
    before += count;
    while (level < LEVELS && rankOf(level, total) < before) {
      indexes.add(index);
      level += 1;
    }
  }
  return indexes;
}

const rankOf = (level: number, total: number): number =>
  Math.min(total - 1, Math.floor((level / (LEVELS - 1)) * total));

function chiSquareP({ first, second, n, m }: Cells): number {
  let statistic = 0;
  let distinct = 0;
  for (const [cell, observed] of second.entries()) {
    // Expected counts are cut to whole numbers; those of 0 make the statistic infinite.
    const expected = Math.trunc(((first[cell] ?? 0) / n) * m);
    if (expected === 0) return 0;
    statistic += (observed - expected) ** 2 / expected;
    if (observed > 0) distinct += 1;
  }
  return chiSquareSf(statistic, Math.max(1, distinct - 1));
}
