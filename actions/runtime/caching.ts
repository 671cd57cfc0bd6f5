import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../lib/digest.ts';
import type { Runtime } from './runtime.ts';

/**
 * A store for what can be computed again, keyed by the digest of what it was computed from. Any fault is a miss and
 * a save that fails is forgotten: the cache never decides anything. Actions with effects do not use it, because a
 * job of lower trust may have filled it.
 */
export interface Cache {
  /** Puts the cached file or folder back at `path` and says whether there was one. */
  restore(path: string, key: Digest): Promise<boolean>;
  /** Saves the file or folder at `path` under the key, for later runs. */
  save(path: string, key: Digest): Promise<void>;
}

/** The cache of GitHub Actions where there is one, else one that never holds anything. */
export function actionsCache(runtime: Runtime, available: boolean): Cache {
  if (!available) {
    runtime.log.notice('There is no cache service here: everything is computed anew.');
    return { restore: async () => false, save: async () => undefined };
  }
  const attempt = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      runtime.log.debug(`cache: ${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    }
  };
  const keyOf = (key: Digest): string => `mlops-actions-${key.replace(':', '-')}`;
  // GitHub finds an entry only under the path it was saved from: one that is the same in every run.
  const staged = async <T>(key: Digest, work: (stage: string) => Promise<T>): Promise<T> => {
    const stage = join(runtime.context.temp, 'mlops-actions-cache', key.replace(':', '-'));
    await rm(stage, { recursive: true, force: true });
    try {
      return await work(stage);
    } finally {
      await rm(stage, { recursive: true, force: true });
    }
  };
  return {
    restore: (path, key) =>
      attempt(async () => {
        const { restoreCache } = await import('@actions/cache');
        return staged(key, async (stage) => {
          if ((await restoreCache([stage], keyOf(key))) === undefined) return false;
          await cp(stage, await runtime.files.resolve(path), { recursive: true });
          return true;
        });
      }, false),
    save: (path, key) =>
      attempt(async () => {
        const { saveCache } = await import('@actions/cache');
        await staged(key, async (stage) => {
          await cp(await runtime.files.resolve(path), stage, { recursive: true });
          await saveCache([stage], keyOf(key));
        });
      }, undefined),
  };
}
