/** Indexes of the values in ascending order. */
const ascending = (values: readonly number[]): number[] =>
  values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));

/**
 * Holm's step-down p-values in input order: rejecting those at or below α keeps the chance of any false
 * rejection at most α, whatever the dependence. Equals R's `p.adjust(p, "holm")`.
 */
export function holm(p: readonly number[]): number[] {
  const adjusted = new Array<number>(p.length);
  let largest = 0;
  for (const [rank, index] of ascending(p).entries()) {
    largest = Math.max(largest, Math.min(1, (p.length - rank) * (p[index] ?? 1)));
    adjusted[index] = largest;
  }
  return adjusted;
}

/**
 * Benjamini and Hochberg's step-up p-values in input order: rejecting those at or below α keeps the expected
 * share of false rejections at most α. Equals `scipy.stats.false_discovery_control(p)`.
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const adjusted = new Array<number>(p.length);
  let smallest = 1;
  const order = ascending(p);
  for (let rank = p.length; rank >= 1; rank--) {
    const index = order[rank - 1] ?? 0;
    smallest = Math.min(smallest, (p.length / rank) * (p[index] ?? 1));
    adjusted[index] = smallest;
  }
  return adjusted;
}
