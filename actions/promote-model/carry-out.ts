import { isCancellation } from '../lib/errors.ts';
import { isOverdue } from '../lib/registry/standing.ts';
import { environmentOf } from '../lib/registry/state.ts';
import { leaveCancelled } from './cancel.ts';
import { closing } from './closing.ts';
import type { RolloutEnding } from './ending.ts';
import { checkBefore } from './preflight.ts';
import { draft, LeaseLost, leaseReleased, type RolloutRun, record, rolloutState } from './rollout-run.ts';
import { pauseAt, stopAt } from './stop.ts';
import { deadlineReason, takeStep } from './take-step.ts';
import { turnBack } from './way-back.ts';

/**
 * Carries a rollout out from where the ledger says it stands: checks it before the first request, sets each weight,
 * reads it back, waits, analyses, and goes on, waits for a later run, pauses or rolls back. Every effect is preceded by
 * its intent in the ledger and followed by its outcome.
 */
export async function carryOut(run: RolloutRun): Promise<RolloutEnding> {
  try {
    return await climb(run);
  } catch (error) {
    if (error instanceof LeaseLost) return { kind: 'superseded', reason: await whoTookOver(run, error) };
    if (run.runtime.signal.aborted || isCancellation(error)) await leaveCancelled(run);
    throw error;
  }
}

async function climb(run: RolloutRun): Promise<RolloutEnding> {
  const begun = rolloutState(run);
  if (begun.phase === 'rolling-back') return turnBack(run, begun.reason);
  if (begun.step === 0) {
    const refused = await checkBefore(run);
    if (refused !== undefined) return refused;
  }
  const { steps } = run.rollout;
  for (let index = Math.max(0, begun.step - 1); index < steps.length; index++) {
    const step = steps[index];
    if (step === undefined) break;
    const { deadline } = begun;
    if (isOverdue(begun, run.runtime.clock.now()))
      return pauseAt(run, index + 1, { because: 'deadline', reason: deadlineReason(deadline) });
    const ending = await takeStep(run, step, index + 1);
    if (ending.kind === 'waiting') return ending;
    if (ending.kind !== 'passed') return stopAt(run, index + 1, ending);
  }
  return complete(run);
}

async function complete(run: RolloutRun): Promise<RolloutEnding> {
  const { keepPreviousWarmMs } = run.rollout;
  const warmUntil =
    keepPreviousWarmMs > 0 && run.previous !== undefined
      ? new Date(run.runtime.clock.now() + keepPreviousWarmMs).toISOString()
      : null;
  await record(run, [
    draft(run, 'rollout.completed', { previous: run.previous?.version ?? null, warmUntil }),
    ...(isProven(run) ? [draft(run, 'version.verified', {})] : []),
    ...closing(run, 'success', `${run.candidate.version} serves all traffic`),
    leaseReleased(run),
  ]);
  return { kind: 'completed' };
}

/** Whether every check and every step of the rollout, in whatever run, was passed and not only gone on from. */
function isProven({ known, id, pending, rollout, environment }: RolloutRun): boolean {
  const checked = environmentOf(known.state, environment).rollout?.preflight ?? false;
  return (
    (checked || rollout.preflight.length === 0) &&
    ![...known.events, ...pending].some(
      (event) =>
        event.type === 'rollout.step.passed' && event.rollout === id && event.data.verdict !== 'pass',
    )
  );
}

/** What the ledger says of whoever has taken the environment over. */
async function whoTookOver(run: RolloutRun, lost: LeaseLost): Promise<string> {
  const reading = await run.ledger.store.read();
  if (reading.kind !== 'sound') return lost.message;
  const { rollout, lease } = environmentOf(reading.ledger.state, run.environment);
  if (rollout?.id !== run.id) return `the rollout of ${rollout?.version ?? 'another version'} has begun`;
  if (rollout.phase !== 'running') return `the rollout is ${rollout.phase}: ${rollout.reason}`;
  return lease === null ? lost.message : `run ${lease.owner.run} holds ${run.environment} now`;
}
