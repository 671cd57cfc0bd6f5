/** Distinct values kept of each column: 10,000, fewer in tables of more than 200 columns. */
export const profileCapacity = (columns: number): number =>
  Math.max(100, Math.min(10_000, Math.floor(2_000_000 / Math.max(1, columns))));
