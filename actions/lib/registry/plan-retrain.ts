import type { Digest } from '../digest.ts';
import { durationText } from '../duration.ts';
import { formatQuantity } from '../report/format-number.ts';
import type { Ledger } from './ledger.ts';
import { digestOf, entryOf, environmentOf } from './state.ts';

/** Whether retraining may be asked for now. `again`: it was asked for under this key, and whether that was sent is to be looked for. */
export type RetrainPlan =
  | { readonly kind: 'ask' | 'again' }
  | { readonly kind: 'skip'; readonly reason: string };

/** A wish for retraining. Times in milliseconds. */
export interface RetrainRequest {
  readonly environment: string;
  /** The version that is to be replaced by a better one. */
  readonly bad: string;
  /** The workflow run that asks; its attempts ask once. */
  readonly run: number;
  readonly now: number;
  /** Whether GitHub tells that a run is over: a request of one that is not may still be on its way. */
  readonly ended: (run: number) => boolean;
  /** Least time between two requests. */
  readonly cooldownMs: number;
  /** At most so many requests in so long a time. */
  readonly budget: { readonly count: number; readonly windowMs: number };
}

/** What tells requests apart: the same bad bytes in the same environment are one reason to train. */
export const retrainKey = (model: string, environment: string, bad: Digest | string): string =>
  `${model}/${environment}/${bad}`;

/** A run asks within moments; one that GitHub cannot tell of is not waited for any longer. */
const ASKING_MS = 30 * 60_000;

/** The run that asked for retraining under a key without having said since that it was sent; `undefined` when none did. */
export function askingRun({ state, events }: Ledger, key: string): number | undefined {
  if (state.retrain.dedupeKey !== key || state.retrain.dispatched) return undefined;
  return events.findLast((event) => event.type === 'retrain.requested' && event.data.dedupeKey === key)?.run
    .id;
}

/** A run as it is looked through for what was asked for. */
interface FoundRun {
  readonly id: number;
  /** Its name as people see it, which carries the key if its workflow's `run-name` does. */
  readonly title: string;
}

/** What is seen of a request among the runs since. `unnamed`: some were started, and their names do not tell for what. */
export type RetrainTrace =
  | { readonly kind: 'found'; readonly run: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'unnamed'; readonly count: number };

/** Whether a key stands in a title as a word of its own: `churn/production/1.1.0` does not in `my-churn/production/1.1.0-rc`. */
const names = (title: string, key: string): boolean => title.split(/[\s()[\]{}<>,;"'`|]+/).includes(key);

/** Looks for the run that a request under a key has started, the first if several did; runs that the ledger knows are others'. */
export function traceOf({ events }: Ledger, key: string, runs: readonly FoundRun[]): RetrainTrace {
  const known = new Set(events.map((event) => (event.type === 'retrain.dispatched' ? event.data.run : null)));
  const others = runs.filter(({ id }) => !known.has(id));
  const ours = others.filter(({ title }) => names(title, key)).map(({ id }) => id);
  if (ours.length > 0) return { kind: 'found', run: Math.min(...ours) };
  return others.length === 0 ? { kind: 'none' } : { kind: 'unnamed', count: others.length };
}

/** The incident that a version was trained for, if its cause names one: `incident #12`, or the address of an issue. */
const incidentOf = (cause: string): number | undefined => {
  const number = /(?:#|\/issues\/)(\d{1,9})\b/.exec(cause)?.[1];
  return number === undefined ? undefined : Number(number);
};

/**
 * How many retrainings in a row led to a version: it was trained for an incident, that incident's version for an
 * earlier one, and so on. This is what stops a loop of bad data, bad model, rollback, and the same again.
 */
function chainLength({ state, events }: Ledger, version: string): number {
  let length = 0;
  const seen = new Set<string>();
  for (let at: string | undefined = version; at !== undefined && !seen.has(at); ) {
    seen.add(at);
    const issue = incidentOf(entryOf(state.versions, at)?.cause ?? '');
    if (issue === undefined) break;
    length++;
    const opened = events.findLast((event) => event.type === 'incident.opened' && event.data.issue === issue);
    at = opened?.version;
  }
  return length;
}

/** Whether an incident about the bytes of a version is open. */
function isOpen({ state }: Ledger, environment: string, bad: string): boolean {
  const digest = digestOf(state, bad);
  return environmentOf(state, environment).incidents.some(
    ({ version }) => version === bad || (digest !== undefined && digestOf(state, version) === digest),
  );
}

/**
 * One request of a run, and for the same bad bytes one while their incident is open; none within the cooldown of the one before, and
 * no more than the budget; a row of retrainings that all went bad counts against the budget however old it is.
 */
export function planRetrain(ledger: Ledger, request: RetrainRequest): RetrainPlan {
  const { state, events } = ledger;
  const { environment, bad, run, now, cooldownMs, budget } = request;
  const { retrain } = state;
  const key = retrainKey(state.model, environment, digestOf(state, bad) ?? bad);
  const asking = askingRun(ledger, key);
  if (asking !== undefined) return isAsking(asking, retrain.last, request) ? busy(asking) : { kind: 'again' };
  const sent = events.findLast(
    (event) => event.type === 'retrain.dispatched' && event.data.dedupeKey === key,
  );
  if (sent !== undefined && run > 0 && sent.run.id === run)
    return { kind: 'skip', reason: 'duplicate: this run has asked for it before' };
  if (sent !== undefined && isOpen(ledger, environment, bad))
    return {
      kind: 'skip',
      reason: `duplicate: retraining was asked for because of these bytes at ${sent.ts}, and their incident is open`,
    };
  const left = retrain.last === null ? 0 : Date.parse(retrain.last) + cooldownMs - now;
  if (left > 0)
    return {
      kind: 'skip',
      reason: `cooldown: retraining was asked for at ${retrain.last}, the next time in ${durationText(left)}`,
    };
  return withinBudget(ledger, request, budget);
}

const isAsking = (asking: number, since: string | null, { run, now, ended }: RetrainRequest): boolean =>
  asking !== 0 && asking !== run && !ended(asking) && now - Date.parse(since ?? '') < ASKING_MS;

const busy = (run: number): RetrainPlan => ({
  kind: 'skip',
  reason: `duplicate: run ${run} is asking for it now`,
});

function withinBudget(
  ledger: Ledger,
  { bad, now }: RetrainRequest,
  budget: RetrainRequest['budget'],
): RetrainPlan {
  const recent = ledger.state.retrain.requests.filter((at) => Date.parse(at) > now - budget.windowMs).length;
  const chain = chainLength(ledger, bad);
  const used = Math.max(recent, chain);
  if (used < budget.count) return { kind: 'ask' };
  const why =
    chain > recent
      ? `${bad} is the end of a row of ${chain} retrainings that all went bad`
      : `${formatQuantity(recent, 'request')} in ${durationText(budget.windowMs)}`;
  return {
    kind: 'skip',
    reason: `budget: ${why}, at most ${budget.count} are allowed; look at the data first`,
  };
}
