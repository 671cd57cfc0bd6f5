import type { Inputs } from './inputs.ts';
import { draft, leaseReleased, type RolloutRun, record, rolloutState } from './rollout-run.ts';

/** What a rollout waits for while no run is there, and when there is something to do again. */
export interface Waiting {
  readonly kind: 'waiting';
  readonly for: 'bake' | 'approval';
  /** ISO 8601; `null` for as long as it takes. */
  readonly resumeAfter: string | null;
}

/** Until when a run that begins now may wait, in milliseconds since 1970. */
export const patientUntil = ({ wait, maxWaitMs }: Inputs, now: number): number =>
  ({ inline: Number.POSITIVE_INFINITY, checkpoint: now + maxWaitMs, none: now })[wait];

/** Leaves a bake to a later run. What was measured is kept; a look that changed nothing leaves no trace of itself. */
export async function leaveBaking(
  run: RolloutRun,
  {
    step,
    tallies,
    measured,
    resumeAfter,
  }: {
    readonly step: number;
    readonly tallies: Readonly<Record<string, unknown>>;
    readonly measured: boolean;
    readonly resumeAfter: number;
  },
): Promise<Waiting> {
  const until = new Date(resumeAfter).toISOString();
  const news = measured || rolloutState(run).until !== until;
  await record(run, [
    ...(news ? [draft(run, 'rollout.step.measured', { step, tallies, until }, `${step}/${run.fence}`)] : []),
    leaseReleased(run),
  ]);
  return { kind: 'waiting', for: 'bake', resumeAfter: until };
}

/** Leaves a step to the person who is to approve it. */
export async function leaveToApprover(run: RolloutRun): Promise<Waiting> {
  const { deadline } = await record(run, [leaseReleased(run)]);
  return { kind: 'waiting', for: 'approval', resumeAfter: deadline };
}
