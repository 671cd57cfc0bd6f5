import type { RollbackDocument } from '../lib/documents/rollback.ts';
import { errorMessage } from '../lib/errors.ts';
import { planRetrain, type RetrainPlan } from '../lib/registry/plan-retrain.ts';
import { environmentOf } from '../lib/registry/state.ts';
import { type CaseFile, record, say, warn } from './case-file.ts';
import type { Incident } from './incident.ts';

type Retrain = RollbackDocument['retrain'];

interface Facts {
  readonly from: string;
  readonly to: string;
  readonly incident: Incident | null;
}

/** What the training workflow is told; ten keys, the most that a repository dispatch may carry. */
function payload(file: CaseFile, { from, to, incident }: Facts, dedupeKey: string) {
  const { inputs, ledger, runtime } = file;
  const { served } = environmentOf(ledger.state, inputs.environment);
  return {
    model: inputs.modelName,
    environment: inputs.environment,
    reason: inputs.reason,
    incident: incident === null ? '' : String(incident.number),
    bad_version: from,
    restored_version: to,
    data_from: served.find(({ version }) => version === from)?.since ?? '',
    data_to: runtime.clock.iso(),
    dedupe_key: dedupeKey,
    ledger_head: ledger.state.head.hash,
  };
}

async function dispatch(file: CaseFile, content: Readonly<Record<string, string>>) {
  const { inputs, runtime } = file;
  const { dispatches } = await runtime.github();
  if (inputs.retrain === 'repository_dispatch') {
    const sent = await dispatches.repository({ eventType: 'mlops-retrain', payload: content });
    return sent.kind === 'done' ? { ...sent, value: { runId: undefined } } : sent;
  }
  const { defaultBranch, source } = runtime.context;
  const ref = defaultBranch || source.ref.replace(/^refs\/heads\//, '');
  return dispatches.workflow({ workflow: inputs.retrainWorkflow, ref, inputs: content });
}

/** Asks for retraining once, and not again within the cooldown, which the ledger keeps. */
export async function askForRetraining(file: CaseFile, facts: Facts): Promise<Retrain> {
  const { inputs, runtime, open } = file;
  const mode = inputs.retrain;
  const skip = (skipped: string): Retrain => ({ mode, runId: null, skipped });
  if (mode === 'off') return skip('off');
  if (file.ledgerState !== 'sound') return skip('no ledger to keep requests apart with');
  const dedupeKey = `${inputs.modelName}/${inputs.environment}/${facts.from}/${open.operation.run}`;
  const decided: { plan: RetrainPlan } = { plan: { kind: 'skip', reason: 'nothing was decided' } };
  await record(file, ({ state }) => {
    const plan = planRetrain(state, {
      dedupeKey,
      now: runtime.clock.now(),
      cooldownMs: inputs.retrainCooldownMs,
    });
    decided.plan = plan;
    const about = { env: inputs.environment };
    if (plan.kind === 'skip') return [{ ...about, type: 'retrain.skipped', data: { reason: plan.reason } }];
    return plan.kind === 'ask' ? [{ ...about, type: 'retrain.requested', data: { dedupeKey, mode } }] : [];
  });
  return carryOut(file, facts, decided.plan, dedupeKey);
}

async function carryOut(
  file: CaseFile,
  facts: Facts,
  plan: RetrainPlan,
  dedupeKey: string,
): Promise<Retrain> {
  const { retrain: mode, environment } = file.inputs;
  if (plan.kind === 'skip') {
    say(file, `no retraining was asked for: ${plan.reason}`);
    return { mode, runId: null, skipped: plan.reason };
  }
  try {
    const sent = await dispatch(file, payload(file, facts, dedupeKey));
    if (sent.kind !== 'done') throw new Error(sent.message);
    const run = sent.value.runId ?? null;
    say(file, `retraining was started${run === null ? '' : ` as run ${run}`}`);
    await record(file, () => [{ type: 'retrain.dispatched', env: environment, data: { dedupeKey, run } }]);
    return { mode, runId: run, skipped: '' };
  } catch (error) {
    const reason = `retraining could not be started: ${errorMessage(error)}`;
    warn(file, reason);
    return { mode, runId: null, skipped: reason };
  }
}
