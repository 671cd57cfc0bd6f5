import type { Cache } from './caching.ts';

/** A cache that never holds anything. */
export const NO_CACHE: Cache = {
  restore: async () => false,
  save: async () => undefined,
  keep: async () => undefined,
  restoreNewest: async () => false,
};
