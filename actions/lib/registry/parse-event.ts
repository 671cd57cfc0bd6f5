import { pathText } from '../schema/parsed-text.ts';
import type { ParsedEvent } from './chain.ts';
import type { EventType, LedgerEvent } from './events.ts';
import {
  BOOLEAN,
  integer,
  list,
  matching,
  number,
  OBJECT,
  object,
  oneOf,
  orNull,
  record,
  type Shape,
  TEXT,
  TIME,
} from './shape.ts';

const COUNT = integer(0);
const WEIGHT = integer(0, 100);
const DIGEST = matching(/^sha256:[0-9a-f]{64}$/);

const OWNER = object({ key: TEXT, run: COUNT, attempt: COUNT, runner: TEXT }, ['runner']);
const NOTHING = object({});
const STEP_OF = { step: COUNT, of: COUNT, weight: WEIGHT, shadow: WEIGHT };
const FIELDS = list(object({ name: TEXT, type: TEXT, required: BOOLEAN }));
const MIRRORS = object({
  deployments: BOOLEAN,
  environmentUrl: TEXT,
  release: oneOf('off', 'draft', 'publish'),
  artifactRecords: BOOLEAN,
  gtoTags: BOOLEAN,
  mlflowAlias: TEXT,
  notifyOn: list(TEXT),
  notifyFormat: oneOf('slack', 'teams', 'json'),
});
const SETTINGS = object(
  {
    onFailure: oneOf('rollback', 'pause'),
    onInconclusive: oneOf('pause', 'rollback', 'continue'),
    onCancel: oneOf('pause', 'rollback'),
    quarantineOnFailure: BOOLEAN,
    mirrors: MIRRORS,
  },
  ['mirrors'],
);
const OUTBOX_ENTRY = object({
  key: TEXT,
  kind: oneOf('deployment', 'mlflow', 'artifact-record', 'gto-tag', 'incident-close', 'release', 'notify'),
  env: TEXT,
  version: TEXT,
  payload: record(TEXT),
});
const FROM_TO = { from: TEXT, to: orNull(TEXT) };

const DATA: { readonly [T in EventType]: Shape } = {
  'version.registered': object({
    uri: TEXT,
    commit: TEXT,
    files: list(object({ path: TEXT, size: COUNT, sha256: DIGEST })),
    dataDigest: orNull(DIGEST),
    metrics: record(number()),
    intervals: record(list(number(), 2)),
    signature: orNull(object({ inputs: FIELDS, outputs: FIELDS })),
    cause: TEXT,
  }),
  'evidence.attached': object({
    evidence: list(object({ kind: TEXT, digest: DIGEST, verdict: TEXT, created: TIME })),
  }),
  'version.verified': NOTHING,
  'version.quarantined': object({ reason: TEXT }),
  'version.released': object({ reason: TEXT }),
  'version.imported': object({ reason: TEXT }),
  'lease.acquired': object({ owner: OWNER, minutes: number(0), from: orNull(OWNER) }),
  'lease.renewed': NOTHING,
  'lease.released': NOTHING,
  'rollout.requested': object({
    steps: list(object({ weight: WEIGHT, shadow: WEIGHT, bakeMs: number(0), approval: TEXT })),
    previous: orNull(TEXT),
    spec: orNull(DIGEST),
    settings: SETTINGS,
    deadline: orNull(TIME),
    approvers: list(TEXT),
    forced: TEXT,
  }),
  'rollout.incompatible': object({ problem: TEXT, reason: TEXT }),
  'rollout.preflight': object({
    checks: list(object({ name: TEXT, passed: BOOLEAN, message: TEXT })),
  }),
  'rollout.approved': object({ step: COUNT, approvers: list(TEXT) }),
  'rollout.step.started': object({ ...STEP_OF, approval: TEXT }, ['approval']),
  'rollout.step.applied': object({ ...STEP_OF, verified: TEXT }),
  'rollout.step.measured': object({ step: COUNT, tallies: OBJECT, until: TIME }),
  'rollout.step.passed': object({ step: COUNT, verdict: oneOf('pass', 'inconclusive'), analysis: TEXT }),
  'rollout.step.failed': object({ step: COUNT, reason: TEXT }),
  'rollout.paused': object({ step: COUNT, reason: TEXT, by: oneOf('person') }, ['by']),
  'rollout.resumed': object({ step: COUNT }),
  'rollout.aborted': object({ reason: TEXT }),
  'rollout.superseded': object({ by: TEXT }),
  'rollout.completed': object({ previous: orNull(TEXT), warmUntil: orNull(TIME) }),
  'rollback.started': object({ ...FROM_TO, trigger: TEXT, reason: TEXT }),
  'rollback.completed': object(FROM_TO),
  'rollback.failed': object({ ...FROM_TO, reason: TEXT }),
  'deployment.created': object({ deployment: COUNT }),
  'mirror.queued': object({ entries: list(OUTBOX_ENTRY) }),
  'mirror.done': object({ key: TEXT, reference: TEXT }),
  'mirror.failed': object({ key: TEXT, reason: TEXT }),
  'incident.opened': object({ issue: COUNT, url: TEXT }),
  'incident.closed': object({ issue: COUNT }),
  'ledger.imported': object({ source: DIGEST, events: COUNT }),
  'ledger.sealed': object({ month: matching(/^\d{4}-\d{2}$/), file: DIGEST }),
  'retrain.requested': object({ dedupeKey: TEXT, mode: TEXT }),
  'retrain.dispatched': object({ dedupeKey: TEXT, run: orNull(COUNT) }),
  'retrain.skipped': object({ reason: TEXT }),
};

/** What an event of a type must name in its head. */
const ABOUT: ReadonlyMap<string, readonly string[]> = new Map([
  ['version', ['version', 'digest']],
  ['evidence', ['version', 'digest']],
  ['lease', ['env', 'fence']],
  ['rollout', ['version', 'digest', 'env', 'rollout']],
  ['rollback', ['env']],
  ['mirror', ['env']],
  ['deployment', ['env']],
]);

const isType = (type: string): type is EventType => Object.hasOwn(DATA, type);

function shapeOf(type: EventType): Shape {
  const head: Readonly<Record<string, Shape>> = {
    v: oneOf(1),
    seq: integer(1),
    id: matching(/^[0-9a-f]{32}$/),
    ts: TIME,
    type: oneOf(type),
    model: TEXT,
    version: TEXT,
    digest: DIGEST,
    env: TEXT,
    rollout: TEXT,
    fence: COUNT,
    actor: TEXT,
    run: object({ id: COUNT, attempt: COUNT, job: TEXT, workflow: TEXT, sha: TEXT }),
    data: DATA[type],
    prev: DIGEST,
    hash: DIGEST,
  };
  const needed = ABOUT.get(type.split('.')[0] ?? '') ?? [];
  return object(
    head,
    ['version', 'digest', 'env', 'rollout', 'fence'].filter((key) => !needed.includes(key)),
  );
}

const SHAPES: ReadonlyMap<string, Shape> = new Map(
  Object.keys(DATA)
    .filter(isType)
    .map((type) => [type, shapeOf(type)]),
);

const fits = (value: object, shape: Shape): value is LedgerEvent => shape(value) === undefined;

/** The event that a JSON value is, checked against the shape of its type. */
export function parseEvent(value: unknown): ParsedEvent {
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string')
    return { problem: 'is not an event' };
  if ('v' in value && typeof value.v === 'number' && value.v > 1)
    return {
      problem: `has format ${value.v}: it was written by a newer version of the actions, use that one`,
    };
  const shape = SHAPES.get(value.type);
  if (shape === undefined)
    return {
      problem: `has the unknown type ${JSON.stringify(value.type)}; a newer version of the actions may know it`,
    };
  if (fits(value, shape)) return { event: value };
  const problem = shape(value);
  return { problem: `is no ${value.type}: ${pathText(problem?.path ?? [])}: ${problem?.message ?? ''}` };
}
