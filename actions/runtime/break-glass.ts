import { errorMessage } from '../lib/errors.ts';
import { type BreakGlass, breakGlassOf, readBreakGlass } from '../lib/registry/break-glass.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import type { Runtime } from './runtime.ts';

/** A slash cannot be part of a name, so that no environment's prefix is the beginning of another one's. */
const prefixOf = (model: string, environment: string): string => `mlops-registry-${model}/${environment}/`;
const MAX_BYTES = 4 * 1024 * 1024;
const NAME = 'break-glass.json';

/**
 * Keeps in the cache what a rollback needs of the ledger, for the day on which GitHub's API is down. To be called
 * after each completed change of an environment; a failure is forgotten.
 *
 * @param rollout - text of the environment's rollout file, `null` where there is none
 */
export async function saveBreakGlass(
  runtime: Runtime,
  ledger: Ledger,
  environment: string,
  rollout: string | null,
): Promise<void> {
  const kept = breakGlassOf(ledger, environment, { saved: runtime.clock.iso(), rollout });
  try {
    const path = `${await runtime.files.temporaryFolder('break-glass')}/${NAME}`;
    await runtime.files.write(path, JSON.stringify(kept));
    const cache = await runtime.cache();
    await cache.keep(path, `${prefixOf(kept.model, environment)}${kept.head.seq}`);
  } catch (error) {
    runtime.log.debug(`nothing is kept for outages: ${errorMessage(error)}`);
  }
}

/** What the cache holds of an environment: the newest that was kept, nothing, or why it is not used. */
type RestoredBreakGlass =
  | { readonly kind: 'found'; readonly kept: BreakGlass }
  | { readonly kind: 'none' }
  | { readonly kind: 'unusable'; readonly reason: string };

/**
 * Reads the newest of what was kept. Only for the case that GitHub cannot be asked: a job of lower trust may have
 * written the cache.
 */
export async function restoreBreakGlass(
  runtime: Runtime,
  model: string,
  environment: string,
): Promise<RestoredBreakGlass> {
  const path = `${await runtime.files.temporaryFolder('break-glass')}/${NAME}`;
  const cache = await runtime.cache();
  if (!(await cache.restoreNewest(path, prefixOf(model, environment)))) return { kind: 'none' };
  const read = readBreakGlass(await runtime.files.readText(path, MAX_BYTES), model, environment);
  return typeof read === 'string' ? { kind: 'unusable', reason: read } : { kind: 'found', kept: read };
}
