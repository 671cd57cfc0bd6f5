import type { RollbackDocument } from '../lib/documents/rollback.ts';
import { errorMessage, isCancellation } from '../lib/errors.ts';
import { askingRun, planRetrain, type RetrainPlan, retrainKey } from '../lib/registry/plan-retrain.ts';
import { digestOf, environmentOf } from '../lib/registry/state.ts';
import { endedRuns } from '../runtime/ledger/open-ledger.ts';
import { type CaseFile, record, say, warn } from './case-file.ts';
import type { Incident } from './incident.ts';
import { type RetrainSent, sendRetraining, traceOfRequest, uncertainty } from './retrain-dispatch.ts';

type Retrain = RollbackDocument['retrain'];

interface Facts {
  readonly from: string;
  /** `null` where nothing was put back. */
  readonly to: string | null;
  readonly incident: Incident | null;
}

/** What the training workflow is told; ten keys, the most that a repository dispatch may carry. */
function payload(file: CaseFile, { from, to, incident }: Facts, dedupeKey: string) {
  const { inputs, ledger, runtime } = file;
  const { served } = environmentOf(ledger.state, inputs.environment);
  return {
    model: inputs.modelName,
    environment: inputs.environment,
    reason: runtime.redact(inputs.reason),
    incident: incident === null ? '' : String(incident.number),
    bad_version: from,
    restored_version: to ?? '',
    data_from: served.find(({ version }) => version === from)?.since ?? '',
    data_to: runtime.clock.iso(),
    dedupe_key: dedupeKey,
    ledger_head: ledger.state.head.hash,
  };
}

/** Asks for retraining once for the same bad bytes, not within the cooldown and not beyond the budget; the ledger keeps count. */
export async function askForRetraining(file: CaseFile, facts: Facts): Promise<Retrain> {
  const { inputs, runtime } = file;
  const { retrain: mode, modelName, environment } = inputs;
  const skip = (skipped: string): Retrain => ({ mode, runId: null, skipped });
  if (mode === 'off') return skip('off');
  if (file.ledgerState !== 'sound') return skip('ledger: without one, requests cannot be kept apart');
  const bad = facts.from;
  const dedupeKey = retrainKey(modelName, environment, digestOf(file.ledger.state, bad) ?? bad);
  const ended = await endedRuns(runtime, [askingRun(file.ledger, dedupeKey) ?? 0]);
  const decided: { plan: RetrainPlan } = { plan: { kind: 'skip', reason: 'nothing was decided' } };
  await record(file, (ledger) => {
    const plan = planRetrain(ledger, {
      environment,
      bad,
      run: runtime.context.source.run,
      now: runtime.clock.now(),
      ended: (id) => ended.has(id),
      cooldownMs: inputs.retrainCooldownMs,
      budget: inputs.retrainBudget,
    });
    decided.plan = plan;
    const about = { env: environment, step: dedupeKey };
    if (plan.kind === 'skip') return [{ ...about, type: 'retrain.skipped', data: { reason: plan.reason } }];
    return plan.kind === 'ask' ? [{ ...about, type: 'retrain.requested', data: { dedupeKey, mode } }] : [];
  });
  return file.ledgerState === 'sound'
    ? carryOut(file, facts, decided.plan, dedupeKey)
    : skip('ledger: the request could not be recorded, and so is not made');
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
    const earlier = plan.kind === 'again' ? await startedBefore(file, dedupeKey) : undefined;
    const sent =
      earlier ?? (await sendRetraining(file, { dedupeKey, content: payload(file, facts, dedupeKey) }));
    if (sent.kind === 'failed') throw new Error(sent.reason);
    const { run } = sent;
    say(file, `retraining was started${run === null ? '' : ` as run ${run}`}`);
    await record(file, () => [
      { type: 'retrain.dispatched', env: environment, data: { dedupeKey, run }, step: dedupeKey },
    ]);
    return { mode, runId: run, skipped: '' };
  } catch (error) {
    // Whether it was started a run that goes on will see; this one has no time to look.
    if (isCancellation(error)) throw error;
    const reason = `failed: retraining could not be started: ${errorMessage(error)}`;
    warn(file, reason);
    return { mode, runId: null, skipped: reason };
  }
}

/**
 * What a run that was lost has started: it asked, and did not come to say what became of that. Where it cannot be told,
 * training is asked for again under the same key, which tells the twin: better twice than never.
 */
async function startedBefore(file: CaseFile, dedupeKey: string): Promise<RetrainSent | undefined> {
  const trace = await traceOfRequest(file, dedupeKey);
  if (trace.kind === 'found') {
    say(file, `run ${trace.run} was started by an earlier request, whose own run did not come to say so`);
    return { kind: 'started', run: trace.run };
  }
  if (trace.kind !== 'none')
    say(file, `retraining is asked for again under the same dedupe_key: ${uncertainty(trace)}`);
  return undefined;
}
