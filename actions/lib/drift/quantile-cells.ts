import { formatNumber } from '../report/format-number.ts';
import { type Cells, cellsOf } from './cells.ts';
import { countsBelow, firstWhere, runningSums } from './counts-below.ts';
import type { NumberPair } from './number-pair.ts';

const CELLS = 10;

const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

/**
 * Cuts numbers at the reference's deciles (type 7), the outer cells open. A value that fills more than a cell by
 * itself gets one of its own, so that what lies below, at and above it is told apart.
 */
export function quantileCells(pair: NumberPair): Cells {
  const edges = decileEdges(pair);
  const count = (counts: Float64Array, total: number): number[] => {
    const below = countsBelow(pair, counts, edges);
    return [...below, total].map((upTo, cell) => upTo - (below[cell - 1] ?? 0));
  };
  return cellsOf(count(pair.first, pair.n), count(pair.second, pair.m), edgeNames(edges));
}

/** The inner edges, ascending. A cell holds the numbers from its edge up to, without, the next. */
function decileEdges({ low, high, first, n }: NumberPair): readonly number[] {
  const sums = runningSums(first);
  const edges = new Set<number>();
  for (let step = 1; step < CELLS; step += 1) {
    const position = ((n - 1) * step) / CELLS;
    const below = orderStatistic(low, high, first, sums, Math.floor(position));
    const above = orderStatistic(low, high, first, sums, Math.ceil(position));
    const share = position - Math.floor(position);
    const edge = share < 0.5 ? below + (above - below) * share : above - (above - below) * (1 - share);
    edges.add(edges.has(edge) ? nextUp(edge) : edge);
  }
  return [...edges].sort((a, b) => a - b);
}

/** The number of a rank from 0; inside a bin as if its values were spread evenly. */
function orderStatistic(
  low: Float64Array,
  high: Float64Array,
  counts: Float64Array,
  sums: Float64Array,
  rank: number,
): number {
  const index = firstWhere(sums.length, (at) => (sums[at] ?? 0) > rank);
  const [from, to] = [low[index] ?? 0, high[index] ?? 0];
  if (from === to) return from;
  const count = counts[index] ?? 1;
  return from + ((to - from) * (rank - ((sums[index] ?? 0) - count) + 0.5)) / count;
}

/** The next larger double. */
function nextUp(value: number): number {
  float[0] = value === 0 ? 0 : value;
  bits[0] = (bits[0] ?? 0n) + (value < 0 ? -1n : 1n);
  return float[0] ?? value;
}

function edgeNames(edges: readonly number[]): string[] {
  const names = edges.map((edge, index) => {
    const next = edges[index + 1];
    if (next === nextUp(edge)) return formatNumber(edge);
    const from = edges[index - 1];
    const start = from !== undefined && edge === nextUp(from) ? `above ${formatNumber(from)}` : undefined;
    const end = next === undefined ? 'on' : `up to ${formatNumber(next)}`;
    if (start !== undefined) return next === undefined ? start : `${start} ${end}`;
    return `from ${formatNumber(edge)} ${end}`;
  });
  return [`below ${formatNumber(edges[0] ?? 0)}`, ...names];
}
