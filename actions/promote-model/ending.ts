import type { Waiting } from './waiting.ts';

/** How a rollout ended for now. */
export type RolloutEnding =
  | { readonly kind: 'completed' }
  | Waiting
  /** Somebody with a newer right has taken over; `reason` says what the ledger tells of them. */
  | { readonly kind: 'superseded'; readonly reason: string }
  | {
      readonly kind: 'paused';
      readonly because: 'failure' | 'inconclusive' | 'deadline';
      readonly reason: string;
    }
  | { readonly kind: 'rolled-back' | 'aborted' | 'failed'; readonly reason: string };
