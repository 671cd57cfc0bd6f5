import { setTimeout as delay } from 'node:timers/promises';
import { ActionError } from '../lib/errors.ts';
import type { Clock } from './runtime.ts';

/** Timers cannot wait longer than this in one go. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock; its waits end with an `ActionError` of code `cancelled` when the signal is aborted. */
export function systemClock(signal: AbortSignal): Clock {
  return {
    now: () => Date.now(),
    iso: () => new Date().toISOString(),
    async sleep(ms) {
      try {
        for (let left = ms; left > 0; left -= MAX_TIMER_MS)
          await delay(Math.min(left, MAX_TIMER_MS), undefined, { signal });
      } catch (cause) {
        if (!signal.aborted) throw cause;
      }
      throwIfCancelled(signal);
    },
  };
}

/** @throws ActionError cancelled, when the run has been cancelled */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new ActionError('cancelled', 'the run was cancelled');
}

/**
 * A signal that follows another one some time later: on cancellation work stops at once, while what must still be
 * said (that a rollout is paused, that a lease is free) has these milliseconds to get out.
 */
export function lingering(signal: AbortSignal, ms: number): AbortSignal {
  const later = new AbortController();
  const follow = (): void => {
    setTimeout(() => later.abort(signal.reason), ms).unref();
  };
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  return later.signal;
}
