/** Caps that keep a hostile or mistaken file from exhausting the machine. */
export const LIMITS = {
  /** Characters in one record of a text format. */
  recordLength: 16 * 1024 * 1024,
  columns: 10_000,
  /** Unpacked bytes per packed byte of a gzip file, once more than `gzipFloor` bytes came out. */
  gzipRatio: 1_000,
  gzipFloor: 64 * 1024 * 1024,
} as const;

/** Rows of a batch: 8,192, fewer for wide tables so that a batch stays near a million cells. */
export const batchRows = (columns: number): number =>
  Math.max(64, Math.min(8_192, Math.floor(1_000_000 / Math.max(1, columns))));
