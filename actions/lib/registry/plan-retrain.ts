import { durationText } from '../duration.ts';
import type { LedgerState } from './state.ts';

/** Whether retraining may be asked for now. `again`: it was asked for under this key, and whether that was sent is unknown. */
export type RetrainPlan =
  | { readonly kind: 'ask' | 'again' }
  | { readonly kind: 'skip'; readonly reason: string };

/** One request at a time, and none within the cooldown of the one before. */
export function planRetrain(
  { retrain }: LedgerState,
  request: { readonly dedupeKey: string; readonly now: number; readonly cooldownMs: number },
): RetrainPlan {
  if (retrain.dedupeKey === request.dedupeKey && retrain.last !== null)
    return retrain.dispatched
      ? { kind: 'skip', reason: 'duplicate: this rollback has asked for it before' }
      : { kind: 'again' };
  if (retrain.last === null) return { kind: 'ask' };
  const left = Date.parse(retrain.last) + request.cooldownMs - request.now;
  return left > 0
    ? {
        kind: 'skip',
        reason: `cooldown: retraining was asked for at ${retrain.last}, the next time in ${durationText(left)}`,
      }
    : { kind: 'ask' };
}
