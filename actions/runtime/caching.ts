import { cp, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Digest } from '../lib/digest.ts';
import { NO_CACHE } from './no-cache.ts';
import type { Runtime } from './runtime.ts';

/**
 * A store for what can be computed again, keyed by the digest of what it was computed from. Any fault is a miss and
 * a save that fails is forgotten: the cache never decides anything. Actions with effects do not use it, because a
 * job of lower trust may have filled it, but for one case: `keep` and `restoreNewest` serve a rollback while GitHub's
 * API is down, where the choice is this or nothing.
 */
export interface Cache {
  /** Puts the cached file or folder back at `path` and says whether there was one. */
  restore(path: string, key: Digest): Promise<boolean>;
  /** Saves the file or folder at `path` under the key, for later runs. */
  save(path: string, key: Digest): Promise<void>;
  /** Saves the file at `path` under a name; to be found again by how the name begins. */
  keep(path: string, name: string): Promise<void>;
  /** Puts the file that was kept last under a name with this beginning at `path`, and says whether there was one. */
  restoreNewest(path: string, prefix: string): Promise<boolean>;
}

/** Where kept files are staged: one place, because GitHub finds an entry only under the path it was saved from. */
const KEPT = 'kept';

/** The cache of GitHub Actions where there is one, else one that never holds anything. */
export function actionsCache(runtime: Runtime, available: boolean): Cache {
  if (!available) {
    runtime.log.notice('There is no cache service here: everything is computed anew.');
    return NO_CACHE;
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
  // GitHub finds an entry only under the path that it was saved from, as that was written: relative to the workspace
  // it is the same in every run and on every runner. Temporary folders of self-hosted and local runners are not.
  const staged = async <T>(key: string, work: (stage: string, path: string) => Promise<T>): Promise<T> => {
    const stage = `.mlops-actions-cache/${key.replace(':', '-')}`;
    const path = await runtime.files.resolve(stage);
    await rm(path, { recursive: true, force: true });
    try {
      return await work(stage, path);
    } finally {
      await rm(dirname(path), { recursive: true, force: true });
    }
  };
  return {
    restore: (path, key) =>
      attempt(async () => {
        const { restoreCache } = await import('@actions/cache');
        return staged(key, async (stage, staging) => {
          if ((await restoreCache([stage], keyOf(key))) === undefined) return false;
          await cp(staging, await runtime.files.resolve(path), { recursive: true });
          return true;
        });
      }, false),
    save: (path, key) =>
      attempt(async () => {
        const { saveCache } = await import('@actions/cache');
        await staged(key, async (stage, staging) => {
          await cp(await runtime.files.resolve(path), staging, { recursive: true });
          await saveCache([stage], keyOf(key));
        });
      }, undefined),
    keep: (path, name) =>
      attempt(async () => {
        const { saveCache } = await import('@actions/cache');
        await staged(KEPT, async (stage, staging) => {
          await cp(await runtime.files.resolve(path), staging);
          await saveCache([stage], name);
        });
      }, undefined),
    restoreNewest: (path, prefix) =>
      attempt(async () => {
        const { restoreCache } = await import('@actions/cache');
        return staged(KEPT, async (stage, staging) => {
          if ((await restoreCache([stage], prefix, [prefix])) === undefined) return false;
          await cp(staging, await runtime.files.resolve(path));
          return true;
        });
      }, false),
  };
}
