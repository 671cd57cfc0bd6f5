import type { EventType } from './events.ts';
import { type Reducers, withEnvironment } from './reduce.ts';
import { entryOf } from './state.ts';

const REQUESTS_KEPT = 50;

type OutsideEvents = Extract<
  EventType,
  | `deployment.${string}`
  | `mirror.${string}`
  | `incident.${string}`
  | `retrain.${string}`
  | `ledger.${string}`
>;

/** What others were told of, and are to be told of. */
export const outsideReducers: Reducers<OutsideEvents> = {
  'deployment.created': (state, event) =>
    withEnvironment(state, event, () => ({
      deployment: { id: event.data.deployment, version: event.version ?? '' },
    })),
  'mirror.queued': (state, event) => ({
    ...state,
    outbox: {
      ...state.outbox,
      ...Object.fromEntries(
        event.data.entries.map((entry) => [entry.key, { entry, tries: 0, last: event.ts, reason: '' }]),
      ),
    },
  }),
  'mirror.done': (state, event) => ({
    ...state,
    outbox: Object.fromEntries(Object.entries(state.outbox).filter(([key]) => key !== event.data.key)),
  }),
  'mirror.failed': (state, event) => {
    const waiting = entryOf(state.outbox, event.data.key);
    if (waiting === undefined) return state;
    const tried = { ...waiting, tries: waiting.tries + 1, last: event.ts, reason: event.data.reason };
    return { ...state, outbox: { ...state.outbox, [event.data.key]: tried } };
  },
  'incident.opened': (state, event) =>
    withEnvironment(state, event, ({ incidents }) => ({
      incidents: incidents.some(({ issue }) => issue === event.data.issue)
        ? incidents
        : [...incidents, { issue: event.data.issue, url: event.data.url, version: event.version ?? '' }],
    })),
  'incident.closed': (state, event) =>
    withEnvironment(state, event, ({ incidents }) => ({
      incidents: incidents.filter(({ issue }) => issue !== event.data.issue),
    })),
  'ledger.imported': (state) => state,
  'ledger.sealed': (state) => state,
  'retrain.requested': (state, event) => ({
    ...state,
    retrain: {
      last: event.ts,
      dedupeKey: event.data.dedupeKey,
      dispatched: false,
      requests: [event.ts, ...state.retrain.requests].slice(0, REQUESTS_KEPT),
    },
  }),
  'retrain.dispatched': (state) => ({ ...state, retrain: { ...state.retrain, dispatched: true } }),
  'retrain.skipped': (state) => state,
};
