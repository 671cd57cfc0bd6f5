import { planApproval } from '../lib/registry/plan-control.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { approversOf } from './approvers.ts';
import { carryOn, control } from './control.ts';
import type { Inputs } from './inputs.ts';
import { concluded } from './promotion-result.ts';
import { type PromotionResult, refusedResult, rolloutBody } from './result.ts';

/**
 * `operation: approve`: lets the rollout past the approval it waits for, and goes on with it. Meant for a job behind a
 * GitHub environment with reviewers: who started it, and who let it through, is what counts as approval.
 */
export async function approve(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
): Promise<PromotionResult> {
  const approvers = await approversOf(runtime);
  const { plan, after, commit } = await control(runtime, inputs, ledger, planApproval, { approvers });
  if (plan.kind === 'refused') return refusedResult(inputs, plan.refusals);
  const body = rolloutBody(inputs, after, commit);
  if (plan.kind === 'idle')
    return {
      verdict: 'pass',
      message: `nothing to do: step ${body.step} of ${body.of} is approved already`,
      body: { ...body, status: 'noop' },
    };
  if (inputs.dryRun)
    return {
      verdict: 'pass',
      message: `step ${plan.rollout.step} of ${plan.rollout.of} would be approved`,
      body: { ...body, status: 'planned' },
    };
  const people = [...new Set([...approvers, runtime.context.actor || 'local'])];
  runtime.log.info(`step ${plan.rollout.step} of ${plan.rollout.of} is approved by ${people.join(', ')}`);
  const { run, ending } = await carryOn(runtime, inputs, ledger, { plan, after });
  return concluded({ runtime, inputs, ledger, material: undefined }, run, ending);
}
