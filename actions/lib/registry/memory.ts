import type { EventType, LedgerEvent, OutboxEntry } from './events.ts';
import type { Ledger } from './ledger.ts';
import { fenceOf } from './outbox.ts';
import { toldEvents } from './readme.ts';

/**
 * GitHub runs a job again up to 30 days after its first run, and a run may take 35 days with all it waits for: until
 * then what it recorded must be found again, or it would be done twice.
 */
const RUN_AGAIN_DAYS = 70;
const DAY_MS = 86_400_000;

/** Events that are looked for however old they are: the files of a version, what was taken over from elsewhere. */
const ALWAYS: ReadonlySet<EventType> = new Set(['version.registered', 'ledger.imported']);

/** Events of which only the newest about the same thing is looked for; what that thing is, or nothing. */
function subjectOf(event: LedgerEvent): string | undefined {
  switch (event.type) {
    case 'deployment.created':
      return `${event.type} ${event.env} ${event.version}`;
    case 'rollback.started':
    case 'rollback.completed':
    case 'rollback.failed':
      return `${event.type} ${event.env} ${event.data.from}`;
    case 'incident.opened':
      return `${event.type} ${event.data.issue}`;
    case 'retrain.requested':
    case 'retrain.dispatched':
      return `${event.type} ${event.data.dedupeKey}`;
    default:
      return undefined;
  }
}

/** The newest event about each thing. */
const newestOfEach = (events: readonly LedgerEvent[]): readonly LedgerEvent[] => [
  ...new Map(
    events.flatMap((event) => {
      const subject = subjectOf(event);
      return subject === undefined ? [] : [[subject, event] as const];
    }),
  ).values(),
];

/** The newest words to mirrors about each environment. */
function newestMirrored(events: readonly LedgerEvent[]): readonly LedgerEvent[] {
  const queued = events.filter((event) => event.type === 'mirror.queued');
  const newest = new Map<string, number>();
  for (const entry of queued.flatMap(({ data }) => data.entries))
    newest.set(entry.env, Math.max(newest.get(entry.env) ?? 0, fenceOf(entry)));
  const isNewest = (entry: OutboxEntry) => fenceOf(entry) > 0 && newest.get(entry.env) === fenceOf(entry);
  return queued.filter(({ data }) => data.entries.some(isNewest));
}

/** All that was said of the newest rollout of each environment; what was measured is in the state. */
function newestRollouts({ state, events }: Ledger): readonly LedgerEvent[] {
  const newest = new Set(Object.values(state.environments).map(({ rollout }) => rollout?.id));
  return events.filter(
    ({ type, rollout }) => rollout !== undefined && type !== 'rollout.step.measured' && newest.has(rollout),
  );
}

/**
 * The ledger with those of its events that anybody still looks for, which is what a seal keeps. An event that was once
 * left out is never wanted again: to remember now, and once more later, is the same as to remember later. Whoever looks
 * through the events of a ledger for more needs a rule here, and a new format of seals, since old ones lack it.
 */
export function remember(ledger: Ledger): Ledger {
  const { state, events } = ledger;
  const last = events.at(-1);
  const since =
    last === undefined ? '' : new Date(Date.parse(last.ts) - RUN_AGAIN_DAYS * DAY_MS).toISOString();
  const kept = new Set<LedgerEvent>([
    ...events.filter((event) => event.ts >= since || ALWAYS.has(event.type)),
    ...newestOfEach(events),
    ...newestMirrored(events),
    ...newestRollouts(ledger),
    ...toldEvents(events),
  ]);
  return { state, since, events: events.filter((event) => kept.has(event)) };
}
