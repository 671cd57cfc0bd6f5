import { analysisVariables } from '../lib/rollout/analysis-variables.ts';
import { type CheckOutcome, runCheck } from '../runtime/preflight/run-check.ts';
import { closing } from './closing.ts';
import type { RolloutEnding } from './ending.ts';
import { draft, leaseReleased, type RolloutRun, record, requireLease } from './rollout-run.ts';
import { pauseAt } from './stop.ts';

/**
 * Runs the checks before the first request reaches the version. A failed one ends the rollout, of which no traffic has
 * seen anything; one that could not tell is doubtful, as an analysis may be.
 *
 * @returns the ending, or `undefined` to go on
 */
export async function checkBefore(run: RolloutRun): Promise<RolloutEnding | undefined> {
  const { preflight } = run.rollout;
  if (preflight.length === 0) return undefined;
  const { clock } = run.runtime;
  const values = analysisVariables(
    {
      stable: run.previous,
      model: run.ledger.operation.model,
      environment: run.environment,
      weight: 0,
      since: clock.now(),
    },
    run.candidate,
    clock.now(),
  );
  const outcomes: CheckOutcome[] = [];
  for (const check of preflight) {
    await requireLease(run);
    outcomes.push(await runCheck(run.runtime, check, values));
  }
  run.preflight.push(
    ...outcomes.map(({ name, kind, message }) => ({ name, passed: kind === 'passed', message })),
  );
  run.pending.push(draft(run, 'rollout.preflight', { checks: run.preflight }, String(run.fence)));
  const failed = outcomes.find(({ kind }) => kind === 'failed');
  if (failed !== undefined) return end(run, `preflight ${failed.name}: ${failed.message}`);
  const unknown = outcomes.find(({ kind }) => kind === 'unknown');
  const wish = run.settings.onInconclusive;
  if (unknown === undefined || wish === 'continue') return undefined;
  const reason = `preflight ${unknown.name} could not tell: ${unknown.message}`;
  return wish === 'pause' ? pauseAt(run, 0, { because: 'inconclusive', reason }) : end(run, reason);
}

async function end(run: RolloutRun, reason: string): Promise<RolloutEnding> {
  await record(run, [
    draft(run, 'rollout.aborted', { reason }),
    ...closing(run, 'failure', reason),
    leaseReleased(run),
  ]);
  return { kind: 'failed', reason };
}
