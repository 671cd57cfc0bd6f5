import { parseDuration } from '../lib/duration.ts';
import type { TargetWish } from '../lib/registry/last-known-good.ts';
import { branchProblem, nameProblem, versionProblem } from '../lib/registry/names.ts';
import { clipText } from '../lib/report/clip-text.ts';
import { FAIL_ON } from '../lib/verdict.ts';
import { readRetention } from '../runtime/hand-over.ts';
import { type InputReader, readAll } from '../runtime/inputs.ts';
import type { InputSource } from '../runtime/runtime.ts';

/** The inputs of rollback, checked. */
export type Inputs = ReturnType<typeof readInputs>;

const DAY_MS = 86_400_000;
/** Longer reasons are cut rather than refused, as nothing is to stand in the way of a rollback. */
const LONGEST_REASON = 4_000;

function readTarget(read: InputReader): TargetWish {
  const text = read.text('to', 'last-known-good');
  if (text === 'last-known-good' || text === 'previous') return { kind: text };
  read.problem(versionProblem('to', text));
  return { kind: 'exact', version: text };
}

/** `3/7d`: so many requests in so long a time. */
function readBudget(read: InputReader): { readonly count: number; readonly windowMs: number } {
  const text = read.text('max-retrains', '3/7d');
  const [, count, window] = /^(\d{1,4})\/(\S+)$/.exec(text) ?? [];
  const windowMs = window === undefined ? undefined : parseDuration(window);
  if (count === undefined || windowMs === undefined)
    read.problem(`max-retrains: expected a number and a time such as 3/7d, found "${text}"`);
  return { count: Number(count ?? 0), windowMs: windowMs ?? 0 };
}

function readSkipped(read: InputReader): readonly string[] {
  const versions = read.list('skip-versions');
  for (const version of versions) read.problem(versionProblem('skip-versions', version));
  return versions;
}

const readVerification = (read: InputReader) => ({
  verify: read.list('verify'),
  verifyWindowMs: read.duration('verify-window', 0),
  onVerifyFailure: read.choice('on-verify-failure', ['next-good', 'stop'] as const, 'next-good'),
  maxDepth: read.integer('max-depth', { fallback: 3, min: 1, max: 20 }),
  drainMs: read.number('drain-seconds', { fallback: 0, min: 0, max: 3_600 }) * 1_000,
});

function readRetraining(read: InputReader) {
  const retrain = read.choice('retrain', ['off', 'workflow_dispatch', 'repository_dispatch'] as const, 'off');
  const retrainWorkflow = read.text('retrain-workflow', '');
  const retrainOnly = read.boolean('retrain-only', false);
  if (retrain === 'workflow_dispatch' && retrainWorkflow === '')
    read.problem('retrain-workflow: required for retrain: workflow_dispatch');
  if (retrainOnly && retrain === 'off')
    read.problem('retrain-only: needs retrain: workflow_dispatch or repository_dispatch');
  return {
    retrain,
    retrainWorkflow,
    retrainOnly,
    retrainCooldownMs: read.duration('retrain-cooldown', DAY_MS),
    retrainBudget: readBudget(read),
  };
}

const readMlflow = (read: InputReader) => ({
  trackingUri: read.text('mlflow-tracking-uri', ''),
  alias: read.optional('mlflow-alias'),
  allowPrivateNetwork: read.boolean('mlflow-allow-private-network', false),
});

const readAlert = (read: InputReader) => ({
  url: read.text('notify-url', ''),
  format: read.choice('notify-format', ['slack', 'teams', 'json'] as const, 'slack'),
  allowPrivateNetwork: read.boolean('notify-allow-private-network', false),
});

const readLabels = (read: InputReader): readonly string[] =>
  read
    .text('incident-labels', 'mlops-incident')
    .split(',')
    .map((label) => label.trim())
    .filter(Boolean);

/** Reads and checks all inputs. @throws ActionError invalid-input with every problem */
export const readInputs = (source: InputSource) =>
  readAll(source, (read) => {
    const modelName = read.required('model-name');
    const environment = read.text('environment', 'production');
    const ifServing = read.text('if-serving', '');
    const ledgerBranch = read.text('ledger-branch', 'mlops-registry');
    if (modelName !== '') read.problem(nameProblem('model-name', modelName));
    read.problem(nameProblem('environment', environment));
    read.problem(branchProblem('ledger-branch', ledgerBranch));
    if (ifServing !== '') read.problem(versionProblem('if-serving', ifServing));
    const target = readTarget(read);
    const force = read.boolean('force', false);
    if (force && target.kind !== 'exact') read.problem('force: goes with an exact version in the input to');
    return {
      modelName,
      environment,
      reason: clipText(read.required('reason'), LONGEST_REASON),
      target,
      force,
      skipVersions: readSkipped(read),
      allowIncompatible: read.boolean('allow-incompatible', false),
      trigger: read.choice('trigger', ['manual', 'alert', 'analysis'] as const, 'manual'),
      ifServing,
      quarantine: read.boolean('quarantine', true),
      rollout: read.optional('rollout'),
      ...readVerification(read),
      storeNetwork: read.choice('store-network', ['public', 'private', 'private-http'] as const, 'public'),
      evidence: read.lines('evidence'),
      auditMode: read.choice('audit-mode', ['best-effort', 'strict'] as const, 'best-effort'),
      ledgerBranch,
      ledgerRemote: read.optional('ledger-remote'),
      deployments: read.choice('deployments', ['create', 'off'] as const, 'create'),
      mlflow: readMlflow(read),
      incidentIssue: read.choice('incident-issue', ['upsert', 'off'] as const, 'upsert'),
      incidentLabels: readLabels(read),
      ...readRetraining(read),
      notify: readAlert(read),
      allowUntrustedEvent: read.boolean('allow-untrusted-event', false),
      dryRun: read.boolean('dry-run', false),
      outputDir: read.text('output-dir', 'mlops/rollback'),
      upload: read.boolean('upload', true),
      artifactName: read.text('artifact-name', 'rollback'),
      retentionDays: readRetention(read),
      summary: read.boolean('summary', true),
      failOn: read.choice('fail-on', FAIL_ON, 'fail'),
    };
  });
