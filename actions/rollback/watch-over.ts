import { digestOf } from '../lib/registry/state.ts';
import { runAnalysis } from '../runtime/analysis/run-analysis.ts';
import { watchedMetrics } from '../runtime/analysis/watched-metrics.ts';
import { type CaseFile, say, warn } from './case-file.ts';
import { recordHeld, signsOfLife } from './hold-lease.ts';
import type { Way } from './read-rollout.ts';
import type { Switched } from './switch-back.ts';

/** What was put back. */
interface Restored {
  readonly from: string;
  readonly to: string;
  readonly fence: number;
}

const GOOD: Switched = { outcome: 'good', reason: '', metrics: [], secondsToSafe: null };
const LONGEST_WAIT_MS = 60_000;

/** Whether there is anything to wait for after the switch. */
export const isWatched = ({ inputs }: CaseFile, { verify }: Way): boolean =>
  verify.length > 0 || inputs.drainMs > 0;

async function drain(file: CaseFile, until: number, onProgress: () => Promise<void>): Promise<void> {
  const { clock } = file.runtime;
  for (let left = until - clock.now(); left > 0; left = until - clock.now()) {
    await onProgress();
    await clock.sleep(Math.min(left, LONGEST_WAIT_MS));
  }
}

/**
 * Watches the version that was put back, and gives the replaced one its time to drain, under the lease. A version that
 * is not well keeps the lease: whoever goes on from there takes it over.
 */
export async function watchOver(file: CaseFile, { from, to, fence }: Restored, way: Way): Promise<Switched> {
  if (!isWatched(file, way)) return GOOD;
  const { inputs, runtime, ledger } = file;
  const { environment } = inputs;
  const since = runtime.clock.now();
  const onProgress = signsOfLife(file, fence);
  const { finding } = await runAnalysis(runtime, {
    analysis: way.verify,
    bakeMs: way.verify.length === 0 ? 0 : inputs.verifyWindowMs,
    since,
    tallies: {},
    patienceMs: Number.POSITIVE_INFINITY,
    candidate: { version: to, digest: digestOf(ledger.state, to) ?? '' },
    stable: undefined,
    model: inputs.modelName,
    environment,
    weight: 100,
    onProgress,
  });
  const metrics = watchedMetrics(finding);
  const about = { version: to, env: environment, fence };
  if (finding.verdict === 'fail') {
    const reason = `${to} serves, but is not well: ${finding.reason}`;
    say(file, reason);
    await recordHeld(file, fence, () => [
      { ...about, type: 'rollback.failed', data: { from, to, reason }, step: `${to} ${fence}` },
    ]);
    return { ...GOOD, outcome: 'sick', reason, metrics };
  }
  const untold =
    finding.verdict === 'pass' ? '' : `whether ${to} is well could not be told: ${finding.reason}`;
  if (untold !== '') warn(file, untold);
  else if (way.verify.length > 0) say(file, `${to} is well`);
  await drain(file, since + inputs.drainMs, onProgress);
  await recordHeld(file, fence, () => [{ ...about, type: 'lease.released', data: {}, step: `${fence}` }]);
  return { ...GOOD, reason: untold, metrics };
}
