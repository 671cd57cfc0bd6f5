/** Rows that were drawn together: a user's, a document's, a patient's. */
export interface Clusters {
  /** How many there are. */
  readonly count: number;
  /** The rows, those of a cluster side by side. */
  readonly order: Uint32Array;
  /** Where each cluster begins in `order`; `count` + 1 numbers. */
  readonly starts: Uint32Array;
}

/** @param of - the cluster of each row, whole numbers from 0 without gaps */
export function clustersOf(of: Int32Array): Clusters {
  let count = 0;
  for (const cluster of of) count = Math.max(count, cluster + 1);
  const starts = new Uint32Array(count + 1);
  for (const cluster of of) starts[cluster + 1] = (starts[cluster + 1] ?? 0) + 1;
  for (let cluster = 0; cluster < count; cluster++)
    starts[cluster + 1] = (starts[cluster + 1] ?? 0) + (starts[cluster] ?? 0);
  const next = starts.slice(0, count);
  const order = new Uint32Array(of.length);
  for (const [row, cluster] of of.entries()) {
    const at = next[cluster] ?? 0;
    order[at] = row;
    next[cluster] = at + 1;
  }
  return { count, order, starts };
}

/** The sum of a value over the rows of each cluster. */
export function clusterSums({ count, order, starts }: Clusters, values: Float64Array): Float64Array {
  const sums = new Float64Array(count);
  for (let cluster = 0; cluster < count; cluster++) {
    let sum = 0;
    for (let at = starts[cluster] ?? 0; at < (starts[cluster + 1] ?? 0); at++)
      sum += values[order[at] ?? 0] ?? 0;
    sums[cluster] = sum;
  }
  return sums;
}
