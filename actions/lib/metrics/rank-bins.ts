import { scoreGroups } from '../stats/thresholds.ts';
import { scoreOrder } from '../stats/tie-groups.ts';
import type { Computed, Terms } from './metric.ts';

/** Bins of about equal size that rows are cut into by the order of their scores. */
const BINS = 1024;

/**
 * The rows of two classes in bins of the order of their scores, for resampling: what depends on the order alone is
 * then a function of 2 × 1024 counts, whatever the number of rows. Equal scores share a bin; of up to 1024 different
 * scores each has its own, and nothing is lost. Cells are negatives and positives of the lowest bin, of the next, …
 *
 * @param positives - 1 for rows of the positive class
 */
export function rankBins(scores: Float64Array, positives: ArrayLike<number>): Terms {
  const order = scoreOrder(scores);
  const rows = order.length;
  const cellOf = new Int32Array(rows);
  const most = distinctScores(scores, order);
  let bin = -1;
  let mark = -1;
  let previous = Number.NaN;
  let group = -1;
  for (let at = 0; at < rows; at++) {
    const row = order[at] ?? 0;
    const score = scores[row] ?? Number.NaN;
    if (score !== previous) {
      previous = score;
      group++;
      const wanted = most <= BINS ? group : Math.floor((at * BINS) / rows);
      if (wanted !== mark) {
        mark = wanted;
        bin++;
      }
    }
    cellOf[row] = bin * 2 + (positives[row] === 1 ? 1 : 0);
  }
  return { cells: (bin + 1) * 2, width: 1, cellOf, values: new Float64Array(rows).fill(1) };
}

/** The rows of each cell of `rankBins`, without looking at rows one by one. */
export function rankBinCounts(scores: Float64Array, positives: ArrayLike<number>): Float64Array {
  const { positive, negative } = scoreGroups({ scores, positives });
  const counts = new Float64Array(Math.min(BINS, positive.length) * 2);
  let at = 0;
  let bin = -1;
  let mark = -1;
  for (let group = 0; group < positive.length; group++) {
    const own = positive[group] ?? 0;
    const others = negative[group] ?? 0;
    const wanted = positive.length <= BINS ? group : Math.floor((at * BINS) / scores.length);
    if (wanted !== mark) bin++;
    mark = wanted;
    counts[bin * 2] = (counts[bin * 2] ?? 0) + others;
    counts[bin * 2 + 1] = (counts[bin * 2 + 1] ?? 0) + own;
    at += own + others;
  }
  return counts.subarray(0, (bin + 1) * 2);
}

/** How many different scores there are, counted no further than it matters. */
function distinctScores(scores: Float64Array, order: Uint32Array): number {
  let distinct = 0;
  let previous = Number.NaN;
  for (let at = 0; at < order.length && distinct <= BINS; at++) {
    const score = scores[order[at] ?? 0] ?? Number.NaN;
    if (score === previous) continue;
    previous = score;
    distinct++;
  }
  return distinct;
}

/** Average precision of rows in bins, each bin one threshold. */
export function binnedAveragePrecision(cells: Float64Array): Computed {
  let positives = 0;
  for (let cell = 1; cell < cells.length; cell += 2) positives += cells[cell] ?? 0;
  if (!(positives > 0)) return 'no positive rows';
  let above = 0;
  let positivesAbove = 0;
  let sum = 0;
  for (let cell = cells.length - 2; cell >= 0; cell -= 2) {
    const own = cells[cell + 1] ?? 0;
    positivesAbove += own;
    above += own + (cells[cell] ?? 0);
    if (own > 0 && above > 0) sum += (own / positives) * (positivesAbove / above);
  }
  return sum;
}

/** Area under the ROC curve of rows in bins, the rows of a bin counting as tied. */
export function binnedArea(cells: Float64Array): Computed {
  let negatives = 0;
  let positives = 0;
  let wins = 0;
  for (let cell = 0; cell < cells.length; cell += 2) {
    const negative = cells[cell] ?? 0;
    const positive = cells[cell + 1] ?? 0;
    wins += positive * (negatives + negative / 2);
    negatives += negative;
    positives += positive;
  }
  return negatives > 0 && positives > 0 ? wins / (negatives * positives) : 'no rows of one class';
}
