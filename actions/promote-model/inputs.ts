import { EVIDENCE_KINDS, type EvidenceKind } from '../lib/registry/evidence.ts';
import { branchProblem, nameProblem, versionProblem } from '../lib/registry/names.ts';
import type { VersionWish } from '../lib/registry/versions.ts';
import { FAIL_ON } from '../lib/verdict.ts';
import { type InputReader, readAll } from '../runtime/inputs.ts';
import type { InputSource } from '../runtime/runtime.ts';

/** The inputs of promote-model, checked. */
export type Inputs = ReturnType<typeof readInputs>;

const SEVEN_DAYS_MS = 7 * 86_400_000;
const BUMPS = { 'auto:patch': 'patch', 'auto:minor': 'minor', 'auto:major': 'major' } as const;

const note = (read: InputReader, problem: string | undefined): void => {
  if (problem !== undefined) read.problem(problem);
};

function readVersion(read: InputReader): VersionWish {
  const text = read.text('version', 'auto:patch');
  const automatic = Object.entries(BUMPS).find(([name]) => name === text);
  if (automatic !== undefined) return { kind: 'auto', bump: automatic[1] };
  note(read, versionProblem('version', text));
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

function checkTogether(
  read: InputReader,
  operation: string,
  model: string | undefined,
  version: VersionWish,
): void {
  const needsModel = operation === 'register' || (operation === 'promote' && version.kind === 'auto');
  if (needsModel && model === undefined)
    read.problem(`model: required for ${operation} with a version that is counted on or new`);
}

const retention = (read: InputReader): number | undefined =>
  read.optional('retention-days') === undefined
    ? undefined
    : read.integer('retention-days', { fallback: 90, min: 1, max: 400 });

/** Reads and checks all inputs. @throws ActionError invalid-input with every problem */
export const readInputs = (source: InputSource) =>
  readAll(source, (read) => {
    const operation = read.choice(
      'operation',
      ['promote', 'register', 'status', 'verify-ledger'] as const,
      'promote',
    );
    const modelName = read.required('model-name');
    const environment = read.text('environment', 'staging');
    const requireStage = read.text('require-stage', '');
    const ledgerBranch = read.text('ledger-branch', 'mlops-registry');
    const version = readVersion(read);
    const model = read.optional('model');
    if (modelName !== '') note(read, nameProblem('model-name', modelName));
    note(read, nameProblem('environment', environment));
    if (requireStage !== '') note(read, nameProblem('require-stage', requireStage));
    note(read, branchProblem('ledger-branch', ledgerBranch));
    checkTogether(read, operation, model, version);
    return {
      operation,
      modelName,
      model,
      version,
      modelUri: read.text('model-uri', ''),
      allowUnsafeModel: read.boolean('allow-unsafe-model', false),
      environment,
      production: read.choice('production', ['auto', 'true', 'false'] as const, 'auto'),
      requireStage,
      evidence: read.lines('evidence'),
      requireEvidence: readKinds(read),
      maxEvidenceAgeMs: read.duration('max-evidence-age', SEVEN_DAYS_MS),
      rollout: read.optional('rollout'),
      ledgerBranch,
      deployments: read.choice('deployments', ['create', 'off'] as const, 'create'),
      environmentUrl: read.text('environment-url', ''),
      onFailure: read.choice('on-failure', ['rollback', 'pause'] as const, 'rollback'),
      onInconclusive: read.choice('on-inconclusive', ['pause', 'rollback', 'continue'] as const, 'pause'),
      quarantineOnFailure: read.boolean('quarantine-on-failure', true),
      leaseMinutes: read.number('lease-minutes', { fallback: 30, min: 1, max: 1440 }),
      allowUntrustedEvent: read.boolean('allow-untrusted-event', false),
      dryRun: read.boolean('dry-run', false),
      outputDir: read.text('output-dir', 'mlops/promote-model'),
      upload: read.boolean('upload', true),
      artifactName: read.text('artifact-name', 'promote-model'),
      retentionDays: retention(read),
      summary: read.boolean('summary', true),
      failOn: read.choice('fail-on', FAIL_ON, 'fail'),
    };
  });

/** Whether GitHub should show the environment as production. */
export const isProduction = ({
  production,
  environment,
}: Pick<Inputs, 'production' | 'environment'>): boolean =>
  production === 'auto' ? /^prod(uction)?$/.test(environment) : production === 'true';
