import { type Cells, cellsOf } from '../cells.ts';
import { countBetween, equalWidthEdges } from '../equal-width-cells.ts';
import { jensenShannonDivergence } from '../jensen-shannon.ts';
import type { Judgement } from '../judge.ts';
import { lInfinity } from '../l-infinity.ts';
import type { NumberPair } from '../number-pair.ts';
import { byEffect, type Compared, unknownTo } from './rule.ts';
import { numbersOf, valuesOf } from './views.ts';

/** The threshold of the examples in TFDV's guide; the tool itself has none until a schema sets one. */
const EXAMPLE_THRESHOLD = 0.01;
/** Buckets of a standard histogram. */
const BUCKETS = 10;

/**
 * TensorFlow Data Validation 1.x: the infinity norm for categories; for numbers the Jensen-Shannon divergence in bits
 * of two histograms of ten buckets, each over its own side's range, cut at the edges of both. More than the threshold
 * is drift; there is no test.
 */
export function tfdv(compared: Compared): Judgement {
  const threshold = compared.request.threshold ?? EXAMPLE_THRESHOLD;
  const pair = numbersOf(compared);
  const method = compared.request.method ?? (pair ? 'jensenShannon' : 'lInfinity');
  const exceeds = (value: number, limit: number): boolean => value > limit;
  const cells = valuesOf(compared);
  if (method === 'lInfinity' && !pair && cells)
    return byEffect(method, lInfinity(cells).distance, threshold, exceeds);
  if (method !== 'jensenShannon' || !cells) return unknownTo('TFDV', method);
  const divergence = jensenShannonDivergence(pair ? commonBuckets(pair) : cells);
  return byEffect(method, Math.min(1, divergence), threshold, exceeds);
}

/** Each side's ten buckets of equal width, their mass spread evenly, cut at the edges of both sides. */
function commonBuckets(pair: NumberPair): Cells {
  const sides = [standardHistogram(pair, pair.first), standardHistogram(pair, pair.second)] as const;
  const edges = [...new Set(sides.flatMap((side) => side.edges))].sort((a, b) => a - b);
  if (edges.length === 1) return cellsOf([1], [1]); // both sides hold one and the same number
  const [first, second] = sides.map(({ edges: own, counts }) =>
    countBetween(
      { low: Float64Array.from(own.slice(0, -1)), high: Float64Array.from(own.slice(1)) },
      counts,
      edges,
    ),
  );
  return cellsOf(first ?? [], second ?? []);
}

interface Histogram {
  readonly edges: readonly number[];
  readonly counts: Float64Array;
}

function standardHistogram({ low, high }: NumberPair, counts: Float64Array): Histogram {
  const from = counts.findIndex((count) => count > 0);
  const to = counts.findLastIndex((count) => count > 0);
  const [least, most] = [low[from] ?? 0, high[to] ?? 0];
  const edges = equalWidthEdges(least, most, most > least ? BUCKETS : 1);
  return { edges, counts: Float64Array.from(countBetween({ low, high }, counts, edges)) };
}
