import { planAbort } from '../lib/registry/plan-control.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { carryOn, control } from './control.ts';
import { flush } from './flush.ts';
import type { Inputs } from './inputs.ts';
import { concluded } from './promotion-result.ts';
import { type PromotionResult, refusedResult, rolloutBody } from './result.ts';

/** `operation: abort`: gives all traffic back to the version before. Nobody has proved the new one bad: no quarantine. */
export async function abort(runtime: Runtime, inputs: Inputs, ledger: OpenLedger): Promise<PromotionResult> {
  const { plan, after, commit } = await control(runtime, inputs, ledger, planAbort);
  if (plan.kind === 'refused') return refusedResult(inputs, plan.refusals);
  const body = rolloutBody(inputs, after, commit);
  if (plan.kind === 'idle') {
    // An earlier attempt may have ended right behind the end of its way back, with its mirrors untold.
    if (!inputs.dryRun) await flush(runtime, inputs, ledger, after.state);
    return {
      verdict: 'pass',
      message: `nothing to do: the rollout of ${body.version} to ${inputs.environment} was aborted before`,
      body: { ...body, status: 'noop' },
    };
  }
  if (inputs.dryRun)
    return {
      verdict: 'pass',
      message: `the rollout of ${body.version} to ${inputs.environment} would be aborted, and all traffic go to ${plan.rollout.previous ?? 'no version'}`,
      body: { ...body, status: 'planned' },
    };
  const { run, ending } = await carryOn(runtime, inputs, ledger, { plan, after });
  return concluded({ runtime, inputs, ledger, material: undefined }, run, ending);
}
