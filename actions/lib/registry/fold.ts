import type { Digest } from '../digest.ts';
import type { EventType, LedgerEvent } from './events.ts';
import { type EventNamed, type Reducers, withEnvironment } from './reduce.ts';
import { outsideReducers } from './reduce-outside.ts';
import { rolloutReducers } from './reduce-rollouts.ts';
import { versionReducers } from './reduce-versions.ts';
import { emptyState, type LedgerState } from './state.ts';

const reducers: Reducers<EventType> = { ...versionReducers, ...rolloutReducers, ...outsideReducers };

/** Every event of a lease's holder is a sign of life: it moves the lease's end. */
const renewLease = (state: LedgerState, event: LedgerEvent): LedgerState =>
  withEnvironment(state, event, ({ lease }) => ({
    lease:
      lease === null || lease.fence !== event.fence
        ? lease
        : { ...lease, expires: new Date(Date.parse(event.ts) + lease.minutes * 60_000).toISOString() },
  }));

const reduce = <T extends EventType>(state: LedgerState, event: EventNamed<T>): LedgerState => {
  const reducer: (state: LedgerState, event: EventNamed<T>) => LedgerState = reducers[event.type];
  return reducer(state, event);
};

/** The month of a time, `2026-10`: the name of the file its events lie in. */
export const monthOf = (iso: string): string => iso.slice(0, 7);

/** The state after one more event. */
export function applyEvent(state: LedgerState, event: LedgerEvent): LedgerState {
  const month = monthOf(event.ts);
  const next = renewLease(reduce(state, event), event);
  const head: { seq: number; hash: Digest } = { seq: event.seq, hash: event.hash };
  return { ...next, head, months: next.months.includes(month) ? next.months : [...next.months, month] };
}

/** The state after all events of a model, in order. The same events give the same state everywhere. */
export const fold = (model: string, events: Iterable<LedgerEvent>): LedgerState => {
  let state = emptyState(model);
  for (const event of events) state = applyEvent(state, event);
  return state;
};
