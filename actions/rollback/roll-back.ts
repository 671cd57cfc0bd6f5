import type { Digest } from '../lib/digest.ts';
import type { Envelope } from '../lib/documents/envelope.ts';
import type { NamedVersion, RollbackDocument } from '../lib/documents/rollback.ts';
import { emptyLedger, type Ledger } from '../lib/registry/ledger.ts';
import { planRollback, type RollbackPlan } from '../lib/registry/plan-rollback.ts';
import { digestOf, entryOf, environmentOf } from '../lib/registry/state.ts';
import type { Verdict } from '../lib/verdict.ts';
import { DeploymentMirror } from '../runtime/deployment-mirror.ts';
import { type LoadedEvidence, loadEvidence } from '../runtime/evidence.ts';
import { authorOf, type OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type CaseFile, readLedger, record, say } from './case-file.ts';
import { reportIncident } from './incident.ts';
import type { Inputs } from './inputs.ts';
import { askForRetraining } from './retrain.ts';
import { type GoPlan, readRollout, type Switched, switchBack } from './switch-back.ts';

/** Everything `rollback.json` says beside its head, and the verdict with its sentence. */
export interface RollbackResult {
  readonly verdict: Verdict;
  readonly message: string;
  readonly body: Omit<RollbackDocument, keyof Envelope>;
}

/** Finds the version to go back to, switches, and does what follows from it. */
export async function rollBack(runtime: Runtime, inputs: Inputs, open: OpenLedger): Promise<RollbackResult> {
  const file: CaseFile = {
    runtime,
    inputs,
    open,
    started: runtime.clock.now(),
    ledger: emptyLedger(inputs.modelName),
    ledgerState: 'sound',
    commit: '',
    pending: [],
    timeline: [],
    warnings: [],
  };
  say(file, `rollback of ${inputs.environment} was asked for: ${inputs.reason}`);
  await readLedger(file);
  const plan = await decide(file);
  if (plan.kind === 'noop' || plan.kind === 'refused' || inputs.dryRun) return withoutEffect(file, plan);
  const deploymentBefore = environmentOf(file.ledger.state, inputs.environment).deployment?.id;
  const switched = plan.kind === 'go' ? await switchBack(file, plan, await readRollout(file)) : ALREADY;
  return follow(file, plan, switched, deploymentBefore);
}

const ALREADY: Switched = { ok: true, reason: '', metrics: [], secondsToSafe: null };

/** Takes the decision on the newest tip and records it, with the lease, in one commit. */
async function decide(file: CaseFile): Promise<RollbackPlan> {
  const { inputs, runtime, open } = file;
  const planOn = (ledger: Ledger): RollbackPlan =>
    planRollback(ledger, {
      operation: open.operation,
      run: authorOf(runtime).run,
      environment: inputs.environment,
      wish: inputs.target,
      ifServing: inputs.ifServing,
      reason: runtime.redact(inputs.reason),
      trigger: inputs.trigger,
      quarantine: inputs.quarantine,
      now: runtime.clock.now(),
    });
  let plan = planOn(file.ledger);
  if (inputs.dryRun || plan.kind === 'noop' || plan.kind === 'refused') return plan;
  await record(file, (ledger) => {
    plan = planOn(ledger);
    return plan.kind === 'go' ? plan.drafts : [];
  });
  return plan;
}

const named = ({ ledger }: CaseFile, version: string): NamedVersion | null => {
  const digest = digestOf(ledger.state, version);
  return digest === undefined ? null : { version, digest };
};

function blankBody(file: CaseFile, plan: RollbackPlan): RollbackResult['body'] {
  const { inputs, ledger } = file;
  return {
    status: 'noop',
    model: inputs.modelName,
    environment: inputs.environment,
    reason: inputs.reason,
    trigger: inputs.trigger,
    from: 'from' in plan ? named(file, plan.from) : null,
    to: 'to' in plan ? named(file, plan.to) : null,
    candidates: plan.candidates,
    secondsToSafe: null,
    quarantined: false,
    metrics: [],
    evidence: [],
    incident: null,
    retrain: { mode: inputs.retrain, runId: null, skipped: 'nothing was rolled back' },
    deployment: null,
    ledger: {
      branch: inputs.ledgerBranch,
      commit: file.commit,
      seq: ledger.state.head.seq,
      head: ledger.state.head.hash,
      state: file.ledgerState,
    },
    pendingEvents: file.pending.map(({ step: _, ...draft }) => draft),
    timeline: file.timeline,
    warnings: file.warnings,
  };
}

function withoutEffect(file: CaseFile, plan: RollbackPlan): RollbackResult {
  const body = blankBody(file, plan);
  const verdict = file.warnings.length > 0 ? 'warn' : 'pass';
  switch (plan.kind) {
    case 'noop':
      return { verdict, message: `nothing to do: ${plan.reason}`, body };
    case 'refused':
      return { verdict: 'fail', message: plan.reason, body: { ...body, status: 'failed' } };
    case 'switched':
      return { verdict, message: `nothing to do: ${plan.to} was put back by an earlier attempt`, body };
    case 'go':
      return {
        verdict,
        message: `${file.inputs.environment} would be rolled back from ${plan.from} to ${plan.to}`,
        body: { ...body, status: 'planned' },
      };
    default:
      return plan satisfies never;
  }
}

type Decided = GoPlan | Extract<RollbackPlan, { kind: 'switched' }>;

async function mirror(
  file: CaseFile,
  plan: Decided,
  ok: boolean,
  before: number | undefined,
): Promise<number | null> {
  const { inputs, runtime, ledger, open } = file;
  const target = entryOf(ledger.state.versions, plan.to);
  const deployment = new DeploymentMirror(runtime, {
    enabled: inputs.deployments === 'create',
    environmentUrl: '',
  });
  await deployment.ensure({
    task: `mlops:rollback:${open.operation.run}:${plan.from}`,
    sha: target?.commit || runtime.context.source.commit,
    environment: inputs.environment,
    production: /^prod(uction)?$/.test(inputs.environment),
    description: `${inputs.modelName} ${plan.to}, back from ${plan.from}`,
    payload: {
      model: inputs.modelName,
      version: plan.to,
      digest: target?.digest ?? '',
      uri: target?.uri ?? '',
      ...(plan.kind === 'go' ? { fence: plan.fence } : {}),
      ...(file.ledgerState === 'sound'
        ? { ledgerSeq: ledger.state.head.seq, ledgerHead: ledger.state.head.hash }
        : {}),
    },
  });
  await deployment.say(
    ok ? 'success' : 'error',
    ok ? `rolled back from ${plan.from}` : 'the rollback failed',
  );
  if (ok) await deployment.retire(before, `rolled back to ${plan.to}`);
  const { id } = deployment;
  if (id !== undefined && ok)
    await record(file, () => [
      {
        type: 'mirror.done',
        env: inputs.environment,
        version: plan.to,
        data: { deployment: id },
        step: String(id),
      },
    ]);
  return id ?? null;
}

const evidenceOf = ({ location, kind, digest, document }: LoadedEvidence) => ({
  location,
  kind,
  digest,
  verdict: document.verdict,
});

/** The mirror, the incident and the request for retraining; none of them can undo or fail the switch. */
async function follow(
  file: CaseFile,
  plan: Decided,
  switched: Switched,
  before: number | undefined,
): Promise<RollbackResult> {
  const { inputs, runtime } = file;
  const { from, to } = plan;
  const deployment = await mirror(file, plan, switched.ok, before);
  const evidence = (await loadEvidence(runtime, inputs.evidence)).map(evidenceOf);
  const incident = await reportIncident(file, { from, to, evidence });
  const retrain = await askForRetraining(file, { from, to, incident });
  const bad: Digest | undefined = digestOf(file.ledger.state, from);
  return {
    verdict: switched.ok ? (file.warnings.length > 0 ? 'warn' : 'pass') : 'fail',
    message: switched.ok
      ? `${inputs.environment} was rolled back from ${from} to ${to}`
      : `the rollback of ${inputs.environment} from ${from} to ${to} failed: ${switched.reason}`,
    body: {
      ...blankBody(file, plan),
      status: switched.ok ? 'rolled-back' : 'failed',
      secondsToSafe: switched.secondsToSafe,
      quarantined: bad !== undefined && entryOf(file.ledger.state.quarantine, bad) !== undefined,
      metrics: switched.metrics,
      evidence,
      incident,
      retrain,
      deployment,
    },
  };
}
