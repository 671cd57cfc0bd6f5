/** Bins of numbers and distinct texts kept of each column: 4096, fewer in tables of more than 100 columns. */
export const profileCapacity = (columns: number): number =>
  Math.max(256, Math.min(4096, Math.floor(409_600 / Math.max(1, columns))));

/** Bytes (UTF-8) of distinct texts kept of each column. */
export const TEXT_BYTES = 256 * 1024;
