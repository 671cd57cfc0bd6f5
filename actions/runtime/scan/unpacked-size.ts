import { LIMITS } from '../../lib/tabular/limits.ts';

/** Bytes that a packed file of so many may unpack to. */
export const mostUnpacked = (size: number): number => Math.max(LIMITS.gzipFloor, size * LIMITS.gzipRatio);
