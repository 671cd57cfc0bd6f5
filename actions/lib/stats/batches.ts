import { clustersOf } from './clusters.ts';
import type { Random } from './random.ts';

/** Batches that rows are dealt into: enough that Student's t is near normal, few enough that each is large. */
export const BATCHES = 50;

/**
 * Deals rows, or whole clusters, at random into batches of nearly equal size.
 *
 * @returns the rows of each batch, in ascending order
 */
export function dealBatches(count: number, clusters: Int32Array | undefined, random: Random): Uint32Array[] {
  const batchOf = new Int32Array(count);
  if (clusters) {
    const dealt = shuffledDeal(clustersOf(clusters).count, random);
    for (let row = 0; row < count; row++) batchOf[row] = dealt[clusters[row] ?? 0] ?? 0;
  } else batchOf.set(shuffledDeal(count, random));
  const { order, starts } = clustersOf(batchOf);
  return Array.from({ length: starts.length - 1 }, (_, batch) =>
    order.subarray(starts[batch], starts[batch + 1]),
  );
}

/** 0, 1, …, `BATCHES` − 1, 0, 1, … in random order (Fisher and Yates). */
function shuffledDeal(count: number, random: Random): Int32Array {
  const dealt = new Int32Array(count);
  for (let at = 0; at < count; at++) dealt[at] = at % BATCHES;
  for (let at = count - 1; at > 0; at--) {
    const other = random.integer(at + 1);
    const kept = dealt[at] ?? 0;
    dealt[at] = dealt[other] ?? 0;
    dealt[other] = kept;
  }
  return dealt;
}

/**
 * The standard error of a statistic of all rows from its values on batches of them: their standard deviation,
 * made smaller by the root of their number, as the spread of a statistic of n rows falls with √n.
 *
 * @returns `undefined` when a batch has no value
 */
export function batchError(values: readonly number[]): number | undefined {
  if (values.length < 2 || !values.every(Number.isFinite)) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
