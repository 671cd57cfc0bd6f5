import type { Draft } from '../lib/registry/events.ts';
import { ABORT } from '../lib/registry/plan-control.ts';
import { closing } from './closing.ts';
import type { RolloutEnding } from './ending.ts';
import { draft, leaseReleased, type RolloutRun, record, requireLease } from './rollout-run.ts';
import { type Share, setTraffic } from './take-step.ts';

const fromTo = (run: RolloutRun) => ({
  from: run.candidate.version,
  to: run.previous?.version ?? null,
});

/** The record that all traffic is back. */
export const wayBackCompleted = (run: RolloutRun): Draft => draft(run, 'rollback.completed', fromTo(run));

/** The intent to give all traffic back. */
export const wayBackStarted = (run: RolloutRun, trigger: string, reason: string): Draft =>
  draft(run, 'rollback.started', { ...fromTo(run), trigger, reason }, String(run.fence));

/** What the newest way back of this rollout was begun for: `analysis`, `abort`, `cancel`. */
const triggerOf = ({ known, candidate, environment }: RolloutRun): string => {
  const started = known.events.findLast(
    (event) =>
      event.type === 'rollback.started' && event.env === environment && event.data.from === candidate.version,
  );
  return started?.type === 'rollback.started' ? started.data.trigger : '';
};

/** All traffic for what served before; without a version before, none for the candidate. */
export const allBack = ({ previous, candidate }: RolloutRun): Share =>
  previous === undefined
    ? { version: candidate, weight: 0, shadow: 0, previous: undefined }
    : { version: previous, weight: 100, shadow: 0, previous: candidate };

/**
 * Sets all traffic on what served before. Where somebody was pushed aside, a change of theirs may have been on its way,
 * and even undo the first of ours: that one is not waited for, and the second is the last.
 */
async function giveBack(run: RolloutRun): ReturnType<typeof setTraffic> {
  const { preempted, traffic } = run;
  if (!preempted || traffic === undefined) return setTraffic(run, allBack(run), 'back');
  await setTraffic({ ...run, traffic: { ...traffic, verifyTimeoutMs: 0 } }, allBack(run), 'back');
  await requireLease(run);
  return setTraffic(run, allBack(run), 'back again');
}

/** Takes the way back that the ledger says was begun, and records its end. @throws LeaseLost */
export async function turnBack(run: RolloutRun, reason: string): Promise<RolloutEnding> {
  const applied = await giveBack(run);
  if (applied.kind === 'failed') {
    const message = run.runtime.redact(applied.message);
    // The lease is kept: until somebody has looked, only a rollback may touch this environment.
    await record(run, [
      draft(run, 'rollback.failed', { ...fromTo(run), reason: message }, String(run.fence)),
      ...closing(run, 'error', `the way back failed: ${message}`),
    ]);
    return { kind: 'failed', reason: `${reason}; the rollback failed too: ${message}` };
  }
  const aborted = triggerOf(run) === ABORT;
  await record(run, [
    wayBackCompleted(run),
    ...(aborted ? [draft(run, 'rollout.aborted', { reason })] : []),
    ...closing(run, aborted ? 'inactive' : 'failure', `${aborted ? 'aborted' : 'rolled back'}: ${reason}`),
    leaseReleased(run),
  ]);
  return { kind: aborted ? 'aborted' : 'rolled-back', reason };
}
