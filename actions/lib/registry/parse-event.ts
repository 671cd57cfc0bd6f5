import { compileSchema, type Validate } from '../schema/compile-schema.ts';
import { pathText } from '../schema/parsed-text.ts';
import type { ParsedEvent } from './chain.ts';
import type { EventType, LedgerEvent } from './events.ts';

type Schema = Readonly<Record<string, unknown>>;

const TEXT: Schema = { type: 'string', maxLength: 65_536 };
const COUNT: Schema = { type: 'integer', minimum: 0 };
const WEIGHT: Schema = { type: 'integer', minimum: 0, maximum: 100 };
const TIME: Schema = { type: 'string', format: 'date-time' };
const DIGEST: Schema = { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' };
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
const list = (items: Schema): Schema => ({ type: 'array', items });
const object = (properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema => ({
  type: 'object',
  required: Object.keys(properties).filter((key) => !optional.includes(key)),
  additionalProperties: false,
  properties,
});

const OWNER = object({ key: TEXT, run: COUNT, attempt: COUNT });
const NOTHING = object({});
const STEP_OF = { step: COUNT, of: COUNT, weight: WEIGHT, shadow: WEIGHT };
const ANY_OBJECT: Schema = { type: 'object' };
const FIELDS = list(object({ name: TEXT, type: TEXT, required: { type: 'boolean' } }));
const SETTINGS = object({
  onFailure: { enum: ['rollback', 'pause'] },
  onInconclusive: { enum: ['pause', 'rollback', 'continue'] },
  onCancel: { enum: ['pause', 'rollback'] },
  quarantineOnFailure: { type: 'boolean' },
});
const OUTBOX_ENTRY = object({
  key: TEXT,
  kind: { enum: ['deployment', 'mlflow', 'artifact-record', 'gto-tag', 'incident-close', 'release'] },
  env: TEXT,
  version: TEXT,
  payload: { type: 'object', additionalProperties: TEXT },
});
const FROM_TO = { from: TEXT, to: orNull(TEXT) };

const DATA: { readonly [T in EventType]: Schema } = {
  'version.registered': object({
    uri: TEXT,
    commit: TEXT,
    files: list(object({ path: TEXT, size: COUNT, sha256: DIGEST })),
    dataDigest: orNull(DIGEST),
    metrics: { type: 'object', additionalProperties: { type: 'number' } },
    intervals: {
      type: 'object',
      additionalProperties: { type: 'array', minItems: 2, maxItems: 2, items: { type: 'number' } },
    },
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
  'lease.acquired': object({ owner: OWNER, minutes: { type: 'number', minimum: 0 }, from: orNull(OWNER) }),
  'lease.renewed': NOTHING,
  'lease.released': NOTHING,
  'rollout.requested': object({
    steps: list(
      object({ weight: WEIGHT, shadow: WEIGHT, bakeMs: { type: 'number', minimum: 0 }, approval: TEXT }),
    ),
    previous: orNull(TEXT),
    spec: orNull(DIGEST),
    settings: SETTINGS,
    deadline: orNull(TIME),
    approvers: list(TEXT),
    forced: TEXT,
  }),
  'rollout.preflight': object({
    checks: list(object({ name: TEXT, passed: { type: 'boolean' }, message: TEXT })),
  }),
  'rollout.approved': object({ step: COUNT }),
  'rollout.step.started': object(STEP_OF),
  'rollout.step.applied': object({ ...STEP_OF, verified: TEXT }),
  'rollout.step.measured': object({ step: COUNT, tallies: ANY_OBJECT, until: TIME }),
  'rollout.step.passed': object({ step: COUNT, analysis: TEXT }),
  'rollout.step.failed': object({ step: COUNT, reason: TEXT }),
  'rollout.paused': object({ step: COUNT, reason: TEXT }),
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

function schemaOf(type: EventType): Schema {
  const head: Readonly<Record<string, Schema>> = {
    v: { const: 1 },
    seq: { type: 'integer', minimum: 1 },
    id: { type: 'string', pattern: '^[0-9a-f]{32}$' },
    ts: TIME,
    type: { const: type },
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

const validators = new Map<EventType, Validate>();

function validatorOf(type: EventType): Validate {
  const known = validators.get(type);
  if (known !== undefined) return known;
  const validate = compileSchema(schemaOf(type), `event ${type}`);
  validators.set(type, validate);
  return validate;
}

const isEvent = (value: object, type: EventType): value is LedgerEvent =>
  validatorOf(type)(value).length === 0;

/** The event that a JSON value is, checked against the schema of its type. */
export function parseEvent(value: unknown): ParsedEvent {
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string')
    return { problem: 'is not an event' };
  if ('v' in value && typeof value.v === 'number' && value.v > 1)
    return {
      problem: `has format ${value.v}: it was written by a newer version of the actions, use that one`,
    };
  const { type } = value;
  if (!isType(type))
    return {
      problem: `has the unknown type ${JSON.stringify(type)}; a newer version of the actions may know it`,
    };
  if (isEvent(value, type)) return { event: value };
  const [problem] = validatorOf(type)(value);
  return { problem: `is no ${type}: ${pathText(problem?.path ?? [])}: ${problem?.message ?? ''}` };
}
