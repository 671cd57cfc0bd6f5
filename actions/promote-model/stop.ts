import type { Draft } from '../lib/registry/events.ts';
import type { RolloutEnding } from './ending.ts';
import { draft, leaseReleased, type RolloutRun, record, rolloutState } from './rollout-run.ts';
import type { StepEnding } from './take-step.ts';
import { turnBack, wayBackStarted } from './way-back.ts';

type Stopped = Exclude<StepEnding, { kind: 'passed' | 'waiting' }>;
type Paused = Extract<RolloutEnding, { kind: 'paused' }>;

/** Pauses, or takes the way back, as the rollout was begun under. */
export async function stopAt(run: RolloutRun, step: number, ending: Stopped): Promise<RolloutEnding> {
  const { kind } = ending;
  const reason = run.runtime.redact(ending.reason);
  if (kind === 'deadline') return pauseAt(run, step, { because: 'deadline', reason });
  const { onInconclusive, onFailure, quarantineOnFailure } = run.settings;
  const doubtful = kind === 'inconclusive';
  const { pauses } = rolloutState(run);
  const failed = doubtful ? [] : [draft(run, 'rollout.step.failed', { step, reason }, `${step}/${pauses}`)];
  if ((doubtful ? onInconclusive : onFailure) !== 'rollback')
    return pauseAt(run, step, { because: doubtful ? 'inconclusive' : 'failure', reason }, failed);
  // Only the analysis can prove a model bad: a weight that could not be set does not, nor does a doubt.
  const quarantine = kind === 'failed' && quarantineOnFailure && !servesAlready(run);
  await record(run, [
    ...failed,
    ...(quarantine ? [draft(run, 'version.quarantined', { reason })] : []),
    wayBackStarted(run, kind === 'failed' ? 'analysis' : kind, reason),
  ]);
  return turnBack(run, reason);
}

/** In quarantine, the bytes that go on serving would be nothing to go back to: then a person has to judge them. */
function servesAlready({ candidate, previous, runtime, environment }: RolloutRun): boolean {
  if (previous === undefined || previous.digest !== candidate.digest) return false;
  runtime.log.warning(
    `${candidate.version} holds the same bytes as ${previous.version}, which goes on serving ${environment}, so they are not put in quarantine: one of the two was measured by chance, or ${previous.version} is bad too and is to be rolled back`,
  );
  return true;
}

/** Leaves traffic as it is until somebody has looked. */
export async function pauseAt(
  run: RolloutRun,
  step: number,
  { because, reason }: Omit<Paused, 'kind'>,
  before: readonly Draft[] = [],
): Promise<RolloutEnding> {
  const { pauses } = rolloutState(run);
  await record(run, [
    ...before,
    draft(run, 'rollout.paused', { step, reason }, String(pauses)),
    leaseReleased(run),
  ]);
  await run.mirror.say('in_progress', `paused: ${reason}`);
  return { kind: 'paused', because, reason };
}
