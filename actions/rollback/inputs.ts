import type { TargetWish } from '../lib/registry/last-known-good.ts';
import { branchProblem, nameProblem, versionProblem } from '../lib/registry/names.ts';
import { FAIL_ON } from '../lib/verdict.ts';
import { type InputReader, readAll } from '../runtime/inputs.ts';
import type { InputSource } from '../runtime/runtime.ts';

/** The inputs of rollback, checked. */
export type Inputs = ReturnType<typeof readInputs>;

const DAY_MS = 86_400_000;

const note = (read: InputReader, problem: string | undefined): void => {
  if (problem !== undefined) read.problem(problem);
};

function readTarget(read: InputReader): TargetWish {
  const text = read.text('to', 'last-known-good');
  if (text === 'last-known-good' || text === 'previous') return { kind: text };
  note(read, versionProblem('to', text));
  return { kind: 'exact', version: text };
}

const retention = (read: InputReader): number | undefined =>
  read.optional('retention-days') === undefined
    ? undefined
    : read.integer('retention-days', { fallback: 90, min: 1, max: 400 });

/** Reads and checks all inputs. @throws ActionError invalid-input with every problem */
export const readInputs = (source: InputSource) =>
  readAll(source, (read) => {
    const modelName = read.required('model-name');
    const environment = read.text('environment', 'production');
    const ifServing = read.text('if-serving', '');
    const ledgerBranch = read.text('ledger-branch', 'mlops-registry');
    const retrain = read.choice(
      'retrain',
      ['off', 'workflow_dispatch', 'repository_dispatch'] as const,
      'off',
    );
    const retrainWorkflow = read.text('retrain-workflow', '');
    if (modelName !== '') note(read, nameProblem('model-name', modelName));
    note(read, nameProblem('environment', environment));
    note(read, branchProblem('ledger-branch', ledgerBranch));
    if (ifServing !== '') note(read, versionProblem('if-serving', ifServing));
    if (retrain === 'workflow_dispatch' && retrainWorkflow === '')
      read.problem('retrain-workflow: required for retrain: workflow_dispatch');
    return {
      modelName,
      environment,
      reason: read.required('reason'),
      target: readTarget(read),
      trigger: read.choice('trigger', ['manual', 'alert', 'analysis'] as const, 'manual'),
      ifServing,
      quarantine: read.boolean('quarantine', true),
      rollout: read.optional('rollout'),
      verify: read.list('verify'),
      evidence: read.lines('evidence'),
      auditMode: read.choice('audit-mode', ['best-effort', 'strict'] as const, 'best-effort'),
      ledgerBranch,
      deployments: read.choice('deployments', ['create', 'off'] as const, 'create'),
      incidentIssue: read.choice('incident-issue', ['upsert', 'off'] as const, 'upsert'),
      incidentLabels: read
        .text('incident-labels', 'mlops-incident')
        .split(',')
        .map((label) => label.trim())
        .filter(Boolean),
      retrain,
      retrainWorkflow,
      retrainCooldownMs: read.duration('retrain-cooldown', DAY_MS),
      allowUntrustedEvent: read.boolean('allow-untrusted-event', false),
      dryRun: read.boolean('dry-run', false),
      outputDir: read.text('output-dir', 'mlops/rollback'),
      upload: read.boolean('upload', true),
      artifactName: read.text('artifact-name', 'rollback'),
      retentionDays: retention(read),
      summary: read.boolean('summary', true),
      failOn: read.choice('fail-on', FAIL_ON, 'fail'),
    };
  });
