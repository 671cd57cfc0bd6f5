import type { Digest } from '../digest.ts';
import type { Draft, LedgerEvent, OutboxEntry } from './events.ts';
import { entryOf, type OutboxState } from './state.ts';

/** Which mirrors a user asked for. */
export interface MirrorSettings {
  /** Alias that the serving version gets in MLflow; `undefined` without an MLflow server. */
  readonly mlflowAlias: string | undefined;
  readonly artifactRecords: boolean;
  readonly gtoTags: boolean;
  /** Whether release notes are wanted on GitHub, and whether people are told of them. */
  readonly release: 'off' | 'draft' | 'publish';
}

/** A version that an environment got, as mirrors tell of it. */
export interface MirroredVersion {
  readonly version: string;
  readonly digest: Digest;
  readonly uri: string;
  /** 40 hexadecimal digits, or empty if not known. */
  readonly commit: string;
}

/** A change of what an environment serves. */
export interface ServingChange {
  readonly model: string;
  readonly environment: string;
  /** Grows with every change of hands of the environment: tells this change from any other, and what came later. */
  readonly fence: number;
  /** Hash of the ledger's last event. */
  readonly head: Digest;
  /** What serves now. */
  readonly to: MirroredVersion;
}

/** Makes an entry of what all of them have. */
const entry = (
  kind: OutboxEntry['kind'],
  what: string,
  change: Omit<ServingChange, 'to'>,
  version: MirroredVersion,
  more: Readonly<Record<string, string>> = {},
): OutboxEntry => ({
  // With the fence, so that a version that comes back is told again.
  key: `${kind}:${what}:${version.version}:${change.environment}:${change.fence}`,
  kind,
  env: change.environment,
  version: version.version,
  payload: {
    model: change.model,
    digest: version.digest,
    uri: version.uri,
    commit: version.commit,
    head: change.head,
    fence: String(change.fence),
    ...more,
  },
});

/** What points at the version that serves: the same for a promotion and for the way back. */
const pointerEntries = (change: ServingChange, settings: MirrorSettings): readonly OutboxEntry[] => {
  const { model, environment, to } = change;
  return [
    ...(settings.mlflowAlias === undefined
      ? []
      : [entry('mlflow', `alias:${settings.mlflowAlias}`, change, to, { alias: settings.mlflowAlias })]),
    ...(settings.artifactRecords ? [entry('artifact-record', 'deployed', change, to)] : []),
    ...(settings.gtoTags && to.commit !== ''
      ? [entry('gto-tag', `${model}#${environment}`, change, to, { stage: environment })]
      : []),
  ];
};

/** The mirrors of a completed promotion, those first that point at what serves. */
export const promotionEntries = (change: ServingChange, settings: MirrorSettings): readonly OutboxEntry[] => [
  ...pointerEntries(change, settings),
  ...(settings.release === 'off'
    ? []
    : [
        entry('release', settings.release, change, change.to, {
          publish: String(settings.release === 'publish'),
        }),
      ]),
];

/** The mirrors of a completed rollback, which publishes nothing. */
export const rollbackEntries = (change: ServingChange, settings: MirrorSettings): readonly OutboxEntry[] =>
  pointerEntries(change, settings);

/**
 * The mirrors that were told of an environment's newest change: what a rollback, which is not told of them by inputs
 * of its own, has to tell as well.
 */
export function mirrorsSeen(events: readonly LedgerEvent[], environment: string): MirrorSettings {
  const entries = events
    .flatMap((event) => (event.type === 'mirror.queued' ? event.data.entries : []))
    .filter(({ env }) => env === environment);
  const newest = Math.max(0, ...entries.map(fenceOf));
  const last = entries.filter((one) => newest > 0 && fenceOf(one) === newest);
  return {
    mlflowAlias: last.find(({ kind }) => kind === 'mlflow')?.payload['alias'],
    artifactRecords: last.some(({ kind }) => kind === 'artifact-record'),
    gtoTags: last.some(({ kind }) => kind === 'gto-tag'),
    release: 'off',
  };
}

/** What became of telling a mirror. `kept`: this run has no way to tell it, a later one may. */
export type MirrorOutcome =
  | {
      readonly key: string;
      readonly kind: 'done';
      readonly reference: string;
      /** Id of the deployment that was ended. */
      readonly deployment?: number;
    }
  | { readonly key: string; readonly kind: 'failed' | 'kept'; readonly reason: string };

/** The events that say what became of what waited; a closed incident, and a deployment that was made late, are news of their own. */
export function outcomeDrafts(
  outbox: Readonly<Record<string, OutboxState>>,
  outcomes: readonly MirrorOutcome[],
  redact: (text: string) => string,
): readonly Draft[] {
  return outcomes.flatMap((outcome): readonly Draft[] => {
    const waiting = entryOf(outbox, outcome.key);
    if (waiting === undefined || outcome.kind === 'kept') return [];
    const { key } = outcome;
    const { entry: one, tries } = waiting;
    const head = { env: one.env, version: one.version };
    if (outcome.kind !== 'done') {
      const reason = redact(outcome.reason);
      return [{ ...head, type: 'mirror.failed', data: { key, reason }, step: `${key}/${tries}` }];
    }
    const done: Draft = {
      ...head,
      type: 'mirror.done',
      data: { key, reference: outcome.reference },
      step: key,
    };
    return [done, ...newsOf(outcome, one, head, key)];
  });
}

function newsOf(
  { deployment }: Extract<MirrorOutcome, { kind: 'done' }>,
  { kind, payload }: OutboxEntry,
  head: { readonly env: string; readonly version: string },
  key: string,
): readonly Draft[] {
  if (kind === 'incident-close')
    return [{ ...head, type: 'incident.closed', data: { issue: Number(payload['issue']) }, step: key }];
  // One that shows a failure never was the environment's.
  if (kind !== 'deployment' || payload['task'] === undefined || payload['state'] !== 'success') return [];
  return deployment === undefined
    ? []
    : [{ ...head, type: 'deployment.created', data: { deployment }, step: String(deployment) }];
}

const MINUTE_MS = 60_000;
const FIRST_WAIT_MS = 5 * MINUTE_MS;
const LONGEST_WAIT_MS = 6 * 60 * MINUTE_MS;
/** About five days: longer than anybody leaves a server down without knowing. */
const TRIES = 24;

/** The entries that were tried for the last time now. */
export const givenUp = (
  outbox: Readonly<Record<string, OutboxState>>,
  outcomes: readonly MirrorOutcome[],
): readonly { readonly key: string; readonly tries: number }[] =>
  outcomes
    .filter(({ key, kind }) => kind === 'failed' && (entryOf(outbox, key)?.tries ?? 0) + 1 >= TRIES)
    .map(({ key }) => ({ key, tries: TRIES }));

/** When an entry is tried next, in ms since 1970: at once, then after 5, 10, 20 … minutes up to 6 h; `undefined` when it is given up. */
export function nextTry({ tries, last }: Pick<OutboxState, 'tries' | 'last'>): number | undefined {
  if (tries >= TRIES) return undefined;
  if (tries === 0) return 0;
  return Date.parse(last) + Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS);
}

/** The entries to try at a time, in ms since 1970, older changes first. */
export const dueEntries = (
  outbox: Readonly<Record<string, OutboxState>>,
  now: number,
): readonly OutboxEntry[] =>
  Object.values(outbox)
    .filter((waiting) => (nextTry(waiting) ?? Number.POSITIVE_INFINITY) <= now)
    .map(({ entry: one }) => one)
    .sort((a, b) => changeOf(a) - changeOf(b) || (a.key < b.key ? -1 : 1));

/** The fence of the change that an entry tells of; 0 for an entry without one. */
export const fenceOf = ({ payload }: OutboxEntry): number => Number(payload['fence'] ?? 0);

/** The same for an entry of a deployment, which points at nothing. */
const changeOf = (entry: OutboxEntry): number => Number(entry.payload['change'] ?? fenceOf(entry));

/** What an entry sets: two entries of one slot would overwrite each other, and the newer change must win. */
const slotOf = ({ kind, env, payload, key }: OutboxEntry): string => {
  switch (kind) {
    case 'mlflow':
      return `mlflow ${env} ${payload['alias'] ?? ''}`;
    case 'artifact-record':
      return `artifact-record ${env}`;
    case 'gto-tag':
      return `gto-tag ${env}`;
    case 'deployment':
      // One that is still to be made would be the newest, whatever came after it.
      return payload['task'] === undefined ? key : `deployment ${env}`;
    case 'incident-close':
    case 'release':
    case 'notify':
      return key;
    default:
      return kind satisfies never;
  }
};

/**
 * The entry that overtook another one while that waited, if any: had a mirror been down during a promotion and the
 * rollback after it, delivering the promotion later would undo what the rollback said.
 */
export const overtakenBy = (one: OutboxEntry, all: readonly OutboxEntry[]): OutboxEntry | undefined =>
  all
    .filter((other) => slotOf(other) === slotOf(one) && changeOf(other) > changeOf(one))
    .sort((a, b) => changeOf(b) - changeOf(a))[0];
