import { type Digest, isDigest } from '../lib/digest.ts';
import { EVIDENCE_KINDS, type EvidenceKind } from '../lib/registry/evidence.ts';
import { branchProblem, nameProblem, versionProblem } from '../lib/registry/names.ts';
import { isProductionName } from '../lib/registry/production.ts';
import type { VersionWish } from '../lib/registry/versions.ts';
import { FAIL_ON } from '../lib/verdict.ts';
import { readRetention } from '../runtime/hand-over.ts';
import { type InputReader, readAll } from '../runtime/inputs.ts';
import type { InputSource } from '../runtime/runtime.ts';

/** The inputs of promote-model, checked. */
export type Inputs = ReturnType<typeof readInputs>;

const SEVEN_DAYS_MS = 7 * 86_400_000;
const BUMPS = { 'auto:patch': 'patch', 'auto:minor': 'minor', 'auto:major': 'major' } as const;

function readVersion(read: InputReader): VersionWish {
  const text = read.text('version', 'auto:patch');
  const automatic = Object.entries(BUMPS).find(([name]) => name === text);
  if (automatic !== undefined) return { kind: 'auto', bump: automatic[1] };
  read.problem(versionProblem('version', text));
  return { kind: 'exact', version: text };
}

function readKinds(read: InputReader): readonly EvidenceKind[] {
  const given = read.list('require-evidence');
  const names = given.length === 0 ? ['gate'] : given.filter((name) => name !== 'none');
  const kinds = EVIDENCE_KINDS.filter((kind) => names.includes(kind));
  for (const name of names)
    if (!kinds.some((kind) => kind === name))
      read.problem(
        `require-evidence: expected none or some of ${EVIDENCE_KINDS.join(', ')}, found "${name}"`,
      );
  return kinds;
}

/** Characters of texts that the ledger keeps for ever. */
const LONGEST = { reason: 4_000, cause: 1_000, 'model-uri': 2_000 } as const;

function readShort(read: InputReader, name: keyof typeof LONGEST): string {
  const text = read.text(name, '');
  if (text.length > LONGEST[name])
    read.problem(`${name}: expected at most ${LONGEST[name]} characters, found ${text.length}`);
  return text;
}

const OPERATIONS = [
  'promote',
  'register',
  'resume',
  'pause',
  'approve',
  'abort',
  'status',
  'import',
  'verify-ledger',
] as const;

/** Operations that a person answers for, who says why. */
const NEED_REASON: ReadonlySet<string> = new Set(['pause', 'abort', 'import']);

const NOTIFY_ON = [
  'completed',
  'waiting',
  'approval',
  'paused',
  'rolled-back',
  'aborted',
  'refused',
  'failed',
] as const;
/** What somebody has to know of or to do something about. */
const USUAL_NEWS = ['completed', 'approval', 'paused', 'rolled-back', 'failed'];

interface Together {
  readonly operation: string;
  readonly model: string | undefined;
  readonly modelUri: string;
  readonly modelDigest: Digest | undefined;
  readonly version: VersionWish;
  readonly force: boolean;
  readonly allowIncompatible: boolean;
  readonly reason: string;
  readonly importFrom: string | undefined;
  readonly requireStage: string;
  readonly minSoakMs: number;
}

function checkTogether(read: InputReader, given: Together): void {
  const { operation, version } = given;
  const hasBytes = given.model !== undefined || (given.modelUri !== '' && given.modelDigest !== undefined);
  const needsModel = operation === 'register' || (operation === 'promote' && version.kind === 'auto');
  if (needsModel && !hasBytes)
    read.problem(
      `model: required for ${operation} with a version that is counted on or new (or model-uri with model-digest)`,
    );
  if (operation === 'import' && given.importFrom === undefined && version.kind === 'auto')
    read.problem('version: operation import needs the exact version that serves, or the input import');
  if (given.minSoakMs > 0 && given.requireStage === '')
    read.problem(
      'min-soak: needs require-stage, the environment in which the model is to have proved itself',
    );
  checkReason(read, given);
}

function checkReason(read: InputReader, { operation, reason, force, allowIncompatible }: Together): void {
  const asking = [
    force && 'force',
    allowIncompatible && 'allow-incompatible',
    NEED_REASON.has(operation) && `operation ${operation}`,
  ].filter((name) => name !== false);
  if (reason === '' && asking.length > 0) read.problem(`reason: required for ${asking.join(' and ')}`);
}

function readNotifyOn(read: InputReader): ReadonlySet<string> {
  const given = read.list('notify-on');
  for (const name of given)
    if (!NOTIFY_ON.some((known) => known === name))
      read.problem(`notify-on: expected some of ${NOTIFY_ON.join(', ')}, found "${name}"`);
  return new Set(given.length === 0 ? USUAL_NEWS : given);
}

function readDigest(read: InputReader, name: string): Digest | undefined {
  const text = read.optional(name);
  if (text === undefined || isDigest(text)) return text;
  read.problem(`${name}: expected sha256: and 64 hexadecimal digits, found "${text}"`);
  return undefined;
}

function readStore(read: InputReader) {
  const kind = read.choice('store', ['none', 'release', 'oci'] as const, 'none');
  const repository = read.text('store-repository', '');
  if (kind === 'oci' && repository === '')
    read.problem('store-repository: required for store: oci, such as ghcr.io/acme/churn');
  const network = read.choice('store-network', ['public', 'private', 'private-http'] as const, 'public');
  return { kind, repository, network };
}

const readEvidenceRule = (read: InputReader) => ({
  evidence: read.lines('evidence'),
  requireEvidence: readKinds(read),
  maxEvidenceAgeMs: read.duration('max-evidence-age', SEVEN_DAYS_MS),
  evidenceWorkflows: read.lines('evidence-workflows'),
  evidenceRefs: read.lines('evidence-refs'),
  evidenceOutsideRuns: read.boolean('evidence-outside-runs', false),
  dataDigest: readDigest(read, 'data-digest'),
});

const readRolloutWishes = (read: InputReader) => ({
  rollout: read.optional('rollout'),
  wait: read.choice('wait', ['checkpoint', 'inline', 'none'] as const, 'checkpoint'),
  maxWaitMs: read.number('max-wait-minutes', { fallback: 10, min: 0, max: 350 }) * 60_000,
  onFailure: read.choice('on-failure', ['rollback', 'pause'] as const, 'rollback'),
  onInconclusive: read.choice('on-inconclusive', ['pause', 'rollback', 'continue'] as const, 'pause'),
  onCancel: read.choice('on-cancel', ['pause', 'rollback'] as const, 'pause'),
  quarantineOnFailure: read.boolean('quarantine-on-failure', true),
  requireReviewer: read.boolean('require-reviewer', false),
  leaseMinutes: read.number('lease-minutes', { fallback: 30, min: 1, max: 1440 }),
});

/** Inputs of mirrors that a rollout remembers; where one is not given, what the rollout was begun with holds. */
const REMEMBERED = [
  'deployments',
  'environment-url',
  'release',
  'artifact-records',
  'gto-tags',
  'mlflow-alias',
  'notify-on',
  'notify-format',
] as const;

const readMirrors = (read: InputReader) => ({
  given: new Set<string>(REMEMBERED.filter((name) => read.optional(name) !== undefined)),
  deployments: read.choice('deployments', ['create', 'off'] as const, 'create'),
  environmentUrl: read.address('environment-url'),
  release: read.choice('release', ['off', 'draft', 'publish'] as const, 'off'),
  modelCard: read.optional('model-card'),
  mlflow: {
    trackingUri: read.address('mlflow-tracking-uri'),
    alias: read.text('mlflow-alias', 'champion'),
    allowPrivateNetwork: read.boolean('mlflow-allow-private-network', false),
  },
  artifactRecords: read.boolean('artifact-records', false),
  gtoTags: read.boolean('gto-tags', false),
  notify: {
    url: read.address('notify-url'),
    format: read.choice('notify-format', ['slack', 'teams', 'json'] as const, 'slack'),
    on: readNotifyOn(read),
    allowPrivateNetwork: read.boolean('notify-allow-private-network', false),
  },
});

const readOutputs = (read: InputReader) => ({
  outputDir: read.text('output-dir', 'mlops/promote-model'),
  upload: read.boolean('upload', true),
  artifactName: read.text('artifact-name', 'promote-model'),
  retentionDays: readRetention(read),
  summary: read.boolean('summary', true),
  failOn: read.choice('fail-on', FAIL_ON, 'fail'),
});

function readModel(read: InputReader) {
  const model = read.optional('model');
  const modelUri = readShort(read, 'model-uri');
  const modelDigest = readDigest(read, 'model-digest');
  return {
    model,
    modelUri,
    modelDigest,
    store: readStore(read),
    signature: read.optional('signature'),
    cause: readShort(read, 'cause'),
    allowUnsafeModel: read.boolean('allow-unsafe-model', false),
    allowGlobals: read.list('allow-globals'),
  };
}

/** Reads and checks all inputs. @throws ActionError invalid-input with every problem */
export const readInputs = (source: InputSource) =>
  readAll(source, (read) => {
    const modelName = read.required('model-name');
    const environment = read.text('environment', 'staging');
    const requireStage = read.text('require-stage', '');
    const ledgerBranch = read.text('ledger-branch', 'mlops-registry');
    if (modelName !== '') read.problem(nameProblem('model-name', modelName));
    read.problem(nameProblem('environment', environment));
    if (requireStage !== '') read.problem(nameProblem('require-stage', requireStage));
    read.problem(branchProblem('ledger-branch', ledgerBranch));
    const inputs = {
      operation: read.choice('operation', OPERATIONS, 'promote'),
      modelName,
      version: readVersion(read),
      ...readModel(read),
      environment,
      production: read.choice('production', ['auto', 'true', 'false'] as const, 'auto'),
      requireStage,
      minSoakMs: read.duration('min-soak', 0),
      ...readEvidenceRule(read),
      ...readRolloutWishes(read),
      ledgerBranch,
      ledgerRemote: read.optional('ledger-remote'),
      ...readMirrors(read),
      force: read.boolean('force', false),
      allowIncompatible: read.boolean('allow-incompatible', false),
      reason: readShort(read, 'reason'),
      importFrom: read.optional('import'),
      allowUntrustedEvent: read.boolean('allow-untrusted-event', false),
      dryRun: read.boolean('dry-run', false),
      ...readOutputs(read),
    };
    checkTogether(read, inputs);
    return inputs;
  });

/** Whether GitHub should show the environment as production. */
export const isProduction = ({
  production,
  environment,
}: Pick<Inputs, 'production' | 'environment'>): boolean =>
  production === 'auto' ? isProductionName(environment) : production === 'true';
