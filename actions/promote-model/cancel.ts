import { errorMessage } from '../lib/errors.ts';
import { draft, leaseReleased, type RolloutRun, record, rolloutState } from './rollout-run.ts';
import { trafficTarget } from './take-step.ts';
import { allBack, wayBackCompleted, wayBackStarted } from './way-back.ts';

const RECORD_MS = 2_000;
const TRAFFIC_MS = 3_000;
const STATUS_MS = 1_500;
const REASON = 'the run was cancelled';

/**
 * GitHub leaves a cancelled step 7.5 s. Traffic stays as it is; one attempt each is made to record the pause and to show
 * it, and any later run finds its way without. With `on-cancel: rollback` the way back is begun instead: its intent is
 * recorded, traffic is told, and the next run reads back whether it followed.
 */
export async function leaveCancelled(run: RolloutRun): Promise<void> {
  const back = run.settings.onCancel === 'rollback';
  const recorded = await inTime(run, RECORD_MS, () => (back ? beginWayBack(run) : pause(run)));
  if (!recorded) return;
  if (back) await inTime(run, TRAFFIC_MS, () => tellTraffic(run));
  await inTime(run, STATUS_MS, () =>
    run.mirror.say('in_progress', back ? `going back: ${REASON}` : `paused: ${REASON}`),
  );
}

async function pause(run: RolloutRun): Promise<void> {
  const { step, pauses } = rolloutState(run);
  const paused = draft(run, 'rollout.paused', { step, reason: REASON }, String(pauses));
  await record(run, [paused, leaseReleased(run)], { tries: 1 });
}

async function beginWayBack(run: RolloutRun): Promise<void> {
  const drafts = [
    wayBackStarted(run, 'cancel', REASON),
    // The ledger's pointer file is all there is to change, and this commit changes it.
    ...(run.traffic === undefined ? [wayBackCompleted(run)] : []),
    leaseReleased(run),
  ];
  await record(run, drafts, { tries: 1 });
  if (run.traffic !== undefined)
    run.runtime.log.warning(
      `all traffic is asked back from ${run.candidate.version}; operation resume reads back whether it came`,
    );
}

/** There is no time left to read back: the next run does that, and sets the same again if need be. */
async function tellTraffic(run: RolloutRun): Promise<void> {
  await run.traffic?.driver.set(trafficTarget(run, allBack(run), 'back'));
}

/** Whether some last words got out in time. Timers of the runtime are over with the run. */
async function inTime(run: RolloutRun, ms: number, work: () => Promise<void>): Promise<boolean> {
  try {
    const late = new Promise<never>((_, fail) => {
      AbortSignal.timeout(ms).addEventListener('abort', () => fail(new Error(`not within ${ms} ms`)));
    });
    await Promise.race([work(), late]);
    return true;
  } catch (error) {
    run.runtime.log.debug(`after the cancellation: ${errorMessage(error)}`);
    return false;
  }
}
