import type { RolloutStepReport } from '../lib/documents/promotion.ts';
import { durationText } from '../lib/duration.ts';
import { ActionError, errorMessage } from '../lib/errors.ts';
import { eventId } from '../lib/registry/operation.ts';
import type { RolloutState } from '../lib/registry/state.ts';
import type { RolloutStep } from '../lib/rollout/rollout.ts';
import { runAnalysis } from '../runtime/analysis/run-analysis.ts';
import { watchedMetrics } from '../runtime/analysis/watched-metrics.ts';
import { type Applied, applyWeight } from '../runtime/traffic/apply-weight.ts';
import type { TrafficVersion } from '../runtime/traffic/traffic-driver.ts';
import { about, draft, LeaseLost, type RolloutRun, record, requireLease } from './rollout-run.ts';

/** How a rollout ended for now. */
export type RolloutEnding =
  | { readonly kind: 'completed' }
  | { readonly kind: 'superseded' }
  | { readonly kind: 'paused'; readonly because: 'failure' | 'inconclusive'; readonly reason: string }
  | { readonly kind: 'rolled-back'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** How one step went. `traffic`: the weight could not be set, which says nothing about the model. */
type StepEnding =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed' | 'inconclusive' | 'traffic'; readonly reason: string };

const LIFE_SIGN_MS = 30_000;

/**
 * Carries a rollout out from where the ledger says it stands: sets each weight, reads it back, waits, analyses, and
 * goes on, pauses or rolls back. Every effect is preceded by its intent in the ledger and followed by its outcome.
 */
export async function carryOut(run: RolloutRun): Promise<RolloutEnding> {
  try {
    return await climb(run);
  } catch (error) {
    if (error instanceof LeaseLost) return { kind: 'superseded' };
    if (error instanceof ActionError && error.code === 'cancelled') await leavePaused(run);
    throw error;
  }
}

async function climb(run: RolloutRun): Promise<RolloutEnding> {
  const begun = await requireLease(run);
  if (begun.phase === 'rolling-back') return turnBack(run, begun.reason);
  const { steps } = run.rollout;
  for (let index = Math.max(0, begun.step - 1); index < steps.length; index++) {
    const step = steps[index];
    if (step === undefined) break;
    const ending = await takeStep(run, step, index + 1);
    if (ending.kind !== 'passed') return stopAt(run, index + 1, ending);
  }
  const doubtful = run.reports.some(({ verdict }) => verdict !== 'pass');
  await record(run, [
    draft(run, 'rollout.completed', { previous: run.previous?.version ?? null }),
    ...(doubtful ? [] : [draft(run, 'version.verified', {})]),
    draft(run, 'lease.released', {}, String(run.fence)),
  ]);
  return { kind: 'completed' };
}

async function takeStep(run: RolloutRun, step: RolloutStep, number: number): Promise<StepEnding> {
  const of = run.rollout.steps.length;
  const { weight } = step;
  await beginStep(run, { step: number, of, weight });
  await run.mirror.say('in_progress', `step ${number} of ${of}: ${weight} % on ${run.candidate.version}`);
  const applied = await setTraffic(run, run.candidate, weight, run.previous, `step ${number}`);
  if (applied.kind === 'failed') return { kind: 'traffic', reason: applied.message };
  const state = await noteApplied(run, { step: number, of, weight, verified: applied.how });
  const finding = await runAnalysis(run.runtime, {
    analysis: step.analysis,
    bakeMs: step.bakeMs,
    since: Date.parse(state.since),
    variables: {
      version: run.candidate.version,
      digest: run.candidate.digest,
      weight: String(weight),
      model: run.ledger.operation.model,
      environment: run.environment,
    },
    onProgress: () => showLife(run),
  });
  const { verdict, reason } = finding;
  run.reports.push({ ...stepReport(step, number), verdict, reason, metrics: watchedMetrics(finding) });
  if (verdict === 'fail') return { kind: 'failed', reason };
  if (verdict !== 'pass' && run.onInconclusive !== 'continue') return { kind: 'inconclusive', reason };
  run.pending.push(
    draft(
      run,
      'rollout.step.passed',
      { step: number, analysis: reason || `baked ${durationText(step.bakeMs)}` },
      String(number),
    ),
  );
  return { kind: 'passed' };
}

const stepReport = (
  { weight, bakeMs }: RolloutStep,
  step: number,
): Pick<RolloutStepReport, 'step' | 'weight' | 'bakeMs'> => ({
  step,
  weight,
  bakeMs,
});

async function beginStep(
  run: RolloutRun,
  data: { readonly step: number; readonly of: number; readonly weight: number },
): Promise<void> {
  const state = await requireLease(run);
  // A step that was begun before an interruption is gone on with, so that its bake counts on.
  if (state.step === data.step) return;
  await record(run, [draft(run, 'rollout.step.started', data, String(data.step))]);
}

async function noteApplied(
  run: RolloutRun,
  data: { readonly step: number; readonly of: number; readonly weight: number; readonly verified: string },
): Promise<RolloutState> {
  const { id } = run.mirror;
  if (id !== undefined) run.pending.push(draft(run, 'mirror.done', { deployment: id }, String(id)));
  const state = await requireLease(run);
  const drafts = state.applied ? [] : [draft(run, 'rollout.step.applied', data, String(data.step))];
  if (drafts.length + run.pending.length > 0) await record(run, drafts);
  return requireLease(run);
}

/** Sets a share of traffic, after a last look at whether it is ours to set. @throws LeaseLost */
async function setTraffic(
  run: RolloutRun,
  version: TrafficVersion,
  weight: number,
  previous: TrafficVersion | undefined,
  step: string,
): Promise<Exclude<Applied, { kind: 'fenced' }>> {
  await requireLease(run);
  const { operation } = run.ledger;
  const applied = await applyWeight(run.runtime, run.traffic, {
    ...version,
    model: operation.model,
    environment: run.environment,
    weight,
    previous,
    fence: run.fence,
    idempotencyKey: eventId(operation, {
      ...about(run),
      type: 'rollout.step.started',
      data: { step: 0, of: 0, weight },
      step: `${run.id}/${step}/${run.fence}`,
    }),
  });
  if (applied.kind === 'fenced') throw new LeaseLost(applied.message);
  return applied;
}

/** Renews the lease in good time and notices when it was taken. @throws LeaseLost */
async function showLife(run: RolloutRun): Promise<void> {
  const { clock } = run.runtime;
  if (clock.now() - run.checked < LIFE_SIGN_MS) return;
  await requireLease(run);
  const reading = await run.ledger.store.read();
  const lease =
    reading.kind === 'sound' ? reading.ledger.state.environments[run.environment]?.lease : undefined;
  if (!lease || Date.parse(lease.expires) - clock.now() > lease.minutes * 30_000) return;
  await record(run, [draft(run, 'lease.renewed', {}, lease.expires)]);
}

async function stopAt(
  run: RolloutRun,
  number: number,
  ending: Exclude<StepEnding, { kind: 'passed' }>,
): Promise<RolloutEnding> {
  const { kind } = ending;
  const reason = run.runtime.redact(ending.reason);
  const wish = kind === 'inconclusive' ? run.onInconclusive : run.onFailure;
  const { pauses } = await requireLease(run);
  const failed =
    kind === 'inconclusive'
      ? []
      : [draft(run, 'rollout.step.failed', { step: number, reason }, `${number}/${pauses}`)];
  if (wish !== 'rollback') {
    await record(run, [
      ...failed,
      draft(run, 'rollout.paused', { step: number, reason }, String(pauses)),
      draft(run, 'lease.released', {}, String(run.fence)),
    ]);
    return { kind: 'paused', because: kind === 'inconclusive' ? 'inconclusive' : 'failure', reason };
  }
  // Only the analysis can prove a model bad: a weight that could not be set does not.
  const quarantine = kind === 'failed' && run.quarantineOnFailure;
  await record(run, [
    ...failed,
    ...(quarantine ? [draft(run, 'version.quarantined', { reason })] : []),
    draft(run, 'rollback.started', { ...fromTo(run), trigger: 'analysis', reason }),
  ]);
  return turnBack(run, reason);
}

const fromTo = (run: RolloutRun) => ({
  from: run.candidate.version,
  to: run.previous?.version ?? null,
});

/** Gives all traffic back to what served before; without a version before, takes it from the candidate. */
async function turnBack(run: RolloutRun, reason: string): Promise<RolloutEnding> {
  const { previous, candidate } = run;
  const applied =
    previous === undefined
      ? await setTraffic(run, candidate, 0, undefined, 'back')
      : await setTraffic(run, previous, 100, candidate, 'back');
  if (applied.kind === 'failed') {
    const message = run.runtime.redact(applied.message);
    // The lease is kept: until somebody has looked, only a rollback may touch this environment.
    await record(run, [
      draft(run, 'rollback.failed', { ...fromTo(run), reason: message }, String(run.fence)),
    ]);
    return { kind: 'failed', reason: `${reason}; the rollback failed too: ${message}` };
  }
  await record(run, [
    draft(run, 'rollback.completed', fromTo(run)),
    draft(run, 'lease.released', {}, String(run.fence)),
  ]);
  return { kind: 'rolled-back', reason };
}

/** On cancellation traffic stays as it is; one attempt is made to say so, and any later run finds its way without. */
async function leavePaused(run: RolloutRun): Promise<void> {
  try {
    const { step, pauses } = await requireLease(run);
    await record(
      run,
      [
        draft(run, 'rollout.paused', { step, reason: 'the run was cancelled' }, String(pauses)),
        draft(run, 'lease.released', {}, String(run.fence)),
      ],
      { tries: 1 },
    );
  } catch (error) {
    run.runtime.log.debug(`the pause could not be recorded: ${errorMessage(error)}`);
  }
}
