import { durationText } from '../lib/duration.ts';
import { planResume } from '../lib/registry/plan-control.ts';
import { type Standing, standing } from '../lib/registry/standing.ts';
import { environmentOf, openRollout } from '../lib/registry/state.ts';
import { endedRuns, type OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { warnOfClock } from './clock-warning.ts';
import { carryOn, control } from './control.ts';
import { flush } from './flush.ts';
import { idleResult } from './idle-result.ts';
import type { Inputs } from './inputs.ts';
import { refreshForOutages } from './outage-copy.ts';
import { concluded } from './promotion-result.ts';
import { type PromotionResult, refusedResult } from './result.ts';

/** From this on a tick is late enough to be told. */
const LATE_MS = 3_600_000;

/**
 * `operation: resume`: goes on with the rollout under way if there is anything to do about it. This is what a schedule
 * runs: when nothing is due it looks at the ledger twice and writes nothing.
 */
export async function resume(runtime: Runtime, inputs: Inputs, ledger: OpenLedger): Promise<PromotionResult> {
  const state = (await ledger.store.peek())?.state;
  const now = runtime.clock.now();
  // The events are not read for a look; the rollout's own times tell whether it waits for a wrong clock.
  if (state !== undefined) warnOfClock(runtime, openRollout(environmentOf(state, inputs.environment))?.since);
  const stands: Standing =
    state === undefined ? { kind: 'none' } : standing(environmentOf(state, inputs.environment), now);
  if (!(await isWanted(runtime, inputs, stands))) {
    if (state !== undefined && !inputs.dryRun) {
      await flush(runtime, inputs, ledger, state);
      const { environment } = inputs;
      await refreshForOutages(runtime, ledger, state, { environment, atRest: stands.kind === 'none' });
    }
    return idleResult(inputs, state, stands);
  }
  warnOfLateness(runtime, stands);
  const { plan, after } = await control(runtime, inputs, ledger, planResume);
  if (plan.kind === 'refused') return refusedResult(inputs, plan.refusals);
  if (plan.kind === 'idle' || inputs.dryRun)
    return idleResult(inputs, after.state, standing(environmentOf(after.state, inputs.environment), now));
  const { run, ending } = await carryOn(runtime, inputs, ledger, { plan, after });
  return concluded({ runtime, inputs, ledger, material: undefined }, run, ending);
}

async function isWanted(runtime: Runtime, { reason }: Inputs, stands: Standing): Promise<boolean> {
  switch (stands.kind) {
    case 'none':
    case 'approval':
    case 'baking':
      return false;
    case 'paused':
      return reason !== '';
    case 'held':
      // An earlier attempt of this very run is over.
      return (
        stands.run === runtime.context.source.run || (await endedRuns(runtime, [stands.run])).has(stands.run)
      );
    case 'due':
      return true;
    default:
      return stands satisfies never;
  }
}

function warnOfLateness(runtime: Runtime, stands: Standing): void {
  if (stands.kind !== 'due' || stands.lateMs < LATE_MS) return;
  runtime.log.warning(
    `the rollout was to be looked at ${durationText(stands.lateMs)} ago: is the schedule that resumes it switched off, or are its runs dropped? Its bake is longer for it, and nothing of it is skipped.`,
  );
}
