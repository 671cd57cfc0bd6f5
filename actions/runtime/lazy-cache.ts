import type { OpenCache } from './process-runtime.ts';

/** The cache of GitHub Actions, whose library is loaded by the steps that use it. */
export const lazyCache: OpenCache = async (runtime, available) => {
  const { actionsCache } = await import('./caching.ts');
  return actionsCache(runtime, available);
};
