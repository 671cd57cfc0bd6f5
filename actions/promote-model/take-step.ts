import type { RolloutStepReport } from '../lib/documents/promotion.ts';
import { durationText } from '../lib/duration.ts';
import { eventId } from '../lib/registry/operation.ts';
import { environmentOf } from '../lib/registry/state.ts';
import { readTallies } from '../lib/rollout/metric-tally.ts';
import type { ApprovalStep, RolloutStep, TrafficStep } from '../lib/rollout/rollout.ts';
import { runAnalysis } from '../runtime/analysis/run-analysis.ts';
import { watchedMetrics } from '../runtime/analysis/watched-metrics.ts';
import { type Applied, applyWeight } from '../runtime/traffic/apply-weight.ts';
import type { TrafficTarget } from '../runtime/traffic/traffic-driver.ts';
import {
  about,
  draft,
  LeaseLost,
  type RolledVersion,
  type RolloutRun,
  record,
  requireLease,
  rolloutState,
} from './rollout-run.ts';
import { leaveBaking, leaveToApprover, type Waiting } from './waiting.ts';

/** How one step went. `traffic`: the weight could not be set, which says nothing about the model. */
export type StepEnding =
  | { readonly kind: 'passed' }
  | Waiting
  | { readonly kind: 'failed' | 'inconclusive' | 'traffic' | 'deadline'; readonly reason: string };

const LIFE_SIGN_MS = 30_000;

/** Carries one step out, from where the ledger says it stands. @throws LeaseLost, ActionError cancelled */
export const takeStep = (run: RolloutRun, step: RolloutStep, number: number): Promise<StepEnding> =>
  step.kind === 'approval' ? askForApproval(run, step, number) : shiftTraffic(run, step, number);

async function askForApproval(run: RolloutRun, step: ApprovalStep, number: number): Promise<StepEnding> {
  const state = rolloutState(run);
  const report = { ...reportHead(run, step, number), metrics: [] };
  if (state.approved.includes(number)) {
    const reason = `approved by ${approversOf(run, number)}`;
    run.reports.push({ ...report, verdict: 'pass', reason });
    run.pending.push(
      draft(run, 'rollout.step.passed', { step: number, verdict: 'pass', analysis: reason }, String(number)),
    );
    return { kind: 'passed' };
  }
  if (state.step !== number) {
    const { weight, shadow } = state;
    const data = { step: number, of: run.rollout.steps.length, weight, shadow, approval: step.environment };
    run.pending.push(draft(run, 'rollout.step.started', data, String(number)));
  }
  run.reports.push({ ...report, verdict: 'open', reason: `waits for approval (${step.environment})` });
  return leaveToApprover(run);
}

/** Who started the approval, and who let it through. */
function approversOf({ known, id }: RolloutRun, step: number): string {
  const approval = known.events.findLast(
    (event) => event.type === 'rollout.approved' && event.rollout === id && event.data.step === step,
  );
  return approval?.type === 'rollout.approved'
    ? [...new Set([approval.actor, ...approval.data.approvers])].join(', ')
    : '';
}

async function shiftTraffic(run: RolloutRun, step: TrafficStep, number: number): Promise<StepEnding> {
  const applied = await apply(run, step, number);
  if (applied.kind === 'failed') return { kind: 'traffic', reason: applied.message };
  const state = rolloutState(run);
  const { clock } = run.runtime;
  const deadline = state.deadline === null ? Number.POSITIVE_INFINITY : Date.parse(state.deadline);
  const result = await runAnalysis(run.runtime, {
    analysis: step.analysis,
    bakeMs: step.bakeMs,
    // The clock of the run that applied the weight may be ahead of ours.
    since: Math.min(Date.parse(state.since), clock.now()),
    tallies: readTallies(state.tallies),
    patienceMs: Math.max(0, Math.min(run.patientUntil, deadline) - clock.now()),
    candidate: run.candidate,
    stable: run.previous,
    model: run.ledger.operation.model,
    environment: run.environment,
    weight: step.weight,
    onProgress: () => showLife(run),
  });
  const { finding, tallies } = result;
  const { verdict, reason } = finding;
  const report = { ...reportHead(run, step, number), metrics: watchedMetrics(finding) };
  if (result.kind === 'waiting') {
    run.reports.push({ ...report, verdict: 'open', reason: 'baking' });
    const { measured } = result;
    const resumeAfter = Math.min(result.resumeAfter, deadline);
    if (clock.now() >= deadline) return { kind: 'deadline', reason: deadlineReason(state.deadline) };
    return leaveBaking(run, { step: number, tallies, measured, resumeAfter });
  }
  run.reports.push({ ...report, verdict, reason });
  if (verdict === 'fail') return { kind: 'failed', reason };
  // What could not be looked at ends a bake early: nothing of it may be skipped for that.
  if (verdict === 'error' || (verdict !== 'pass' && run.settings.onInconclusive !== 'continue'))
    return { kind: 'inconclusive', reason };
  const analysis = verdict === 'pass' ? `baked ${durationText(step.bakeMs)}` : reason;
  run.pending.push(draft(run, 'rollout.step.passed', { step: number, verdict, analysis }, String(number)));
  return { kind: 'passed' };
}

/** Why a rollout stops at its deadline. */
export const deadlineReason = (deadline: string | null): string => `its deadline was ${deadline ?? 'now'}`;

const reportHead = (
  run: RolloutRun,
  step: RolloutStep,
  number: number,
): Pick<RolloutStepReport, 'step' | 'weight' | 'shadow' | 'bakeMs' | 'approval'> =>
  step.kind === 'approval'
    ? {
        step: number,
        weight: rolloutState(run).weight,
        shadow: rolloutState(run).shadow,
        bakeMs: 0,
        approval: step.environment,
      }
    : { step: number, weight: step.weight, shadow: step.shadow, bakeMs: step.bakeMs, approval: '' };

/** Records the intent, sets the weight, reads it back, and records that it is there; a step that got so far goes on. */
async function apply(
  run: RolloutRun,
  { weight, shadow, bakeMs, analysis }: TrafficStep,
  number: number,
): Promise<Exclude<Applied, { kind: 'fenced' }>> {
  const of = run.rollout.steps.length;
  const data = { step: number, of, weight, shadow };
  const state = rolloutState(run);
  if (state.step === number && state.applied) return { kind: 'verified', how: 'before' };
  // A step that was begun before an interruption is gone on with.
  if (state.step === number) await requireLease(run);
  else await record(run, [draft(run, 'rollout.step.started', data, String(number))]);
  const applied = await setTraffic(
    run,
    { version: run.candidate, weight, shadow, previous: run.previous },
    `step ${number}`,
  );
  if (applied.kind === 'failed') return applied;
  const { id } = run.mirror;
  if (id !== undefined && environmentOf(run.known.state, run.environment).deployment?.id !== id)
    run.pending.push(draft(run, 'deployment.created', { deployment: id }, String(id)));
  await record(run, [draft(run, 'rollout.step.applied', { ...data, verified: applied.how }, String(number))]);
  // A step that is over at once would be no news by the time it is told.
  if (bakeMs > 0 || analysis.length > 0)
    await run.mirror.say('in_progress', `step ${number} of ${of}: ${weight} % on ${run.candidate.version}`);
  return applied;
}

/** A share of traffic for one version; all other traffic is for `previous`. */
export interface Share {
  readonly version: RolledVersion;
  readonly weight: number;
  readonly shadow: number;
  readonly previous: RolledVersion | undefined;
}

/** A share as drivers are told of it, under one key for one step however often it is sent. */
export function trafficTarget(run: RolloutRun, share: Share, step: string): TrafficTarget {
  const { version, weight, shadow, previous } = share;
  const { operation } = run.ledger;
  return {
    ...version,
    weight,
    shadow,
    previous,
    drainSeconds: 0,
    model: operation.model,
    environment: run.environment,
    fence: run.fence,
    idempotencyKey: eventId(operation, {
      ...about(run),
      type: 'rollout.step.started',
      data: { step: 0, of: 0, weight, shadow },
      step: `${run.id}/${step}/${run.fence}`,
    }),
  };
}

/** Sets a share of traffic. The caller has just seen that the lease is ours. @throws LeaseLost */
export async function setTraffic(
  run: RolloutRun,
  share: Share,
  step: string,
): Promise<Exclude<Applied, { kind: 'fenced' }>> {
  const applied = await applyWeight(run.runtime, run.traffic, trafficTarget(run, share, step));
  if (applied.kind === 'fenced') throw new LeaseLost(applied.message);
  return applied;
}

/** Renews the lease in good time and notices when it was taken. @throws LeaseLost */
async function showLife(run: RolloutRun): Promise<void> {
  const { clock } = run.runtime;
  if (clock.now() - run.checked < LIFE_SIGN_MS) return;
  await requireLease(run);
  const lease = run.known.state.environments[run.environment]?.lease;
  if (!lease || Date.parse(lease.expires) - clock.now() > lease.minutes * 30_000) return;
  await record(run, [draft(run, 'lease.renewed', {}, lease.expires)]);
}
