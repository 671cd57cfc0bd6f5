import { isSurvivable } from '../../lib/errors.ts';
import type { Clock } from '../runtime.ts';
import type { WriteResult } from './github.ts';

/** Replicas may lag behind a write for a moment: look at once, then twice more. */
const LOOKS_AFTER_MS = [0, 1_000, 3_000];

/**
 * Decides a write whose reply was lost by looking for its trace under its natural key.
 *
 * @param look - the value of the write, or `undefined` when there is no trace of it
 * @returns `done` with what was found; the result unchanged when it was not `unknown`, or when nothing was found
 */
export async function readBack<T>(
  result: WriteResult<T>,
  clock: Clock,
  look: () => Promise<T | undefined>,
): Promise<WriteResult<T>> {
  if (result.kind !== 'unknown') return result;
  for (const wait of LOOKS_AFTER_MS) {
    await clock.sleep(wait);
    try {
      const value = await look();
      if (value !== undefined) return { kind: 'done', value };
    } catch (error) {
      if (!isSurvivable(error)) throw error;
      return { kind: 'unknown', message: `${result.message}; reading back failed too: ${error.message}` };
    }
  }
  return result;
}
