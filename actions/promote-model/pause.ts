import { planPause } from '../lib/registry/plan-control.ts';
import { environmentOf } from '../lib/registry/state.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { control } from './control.ts';
import type { Inputs } from './inputs.ts';
import { type PromotionResult, refusedResult, rolloutBody } from './result.ts';

/** `operation: pause`: stops the rollout under way where it is. A run that carries it out stops before its next effect. */
export async function pause(runtime: Runtime, inputs: Inputs, ledger: OpenLedger): Promise<PromotionResult> {
  const { plan, after, commit } = await control(runtime, inputs, ledger, planPause, {
    touchesTraffic: false,
  });
  if (plan.kind === 'refused') return refusedResult(inputs, plan.refusals);
  const { rollout } = environmentOf(after.state, inputs.environment);
  const paused = inputs.dryRun ? 'would be' : 'is';
  return {
    verdict: 'pass',
    message: `the rollout of ${rollout?.version} to ${inputs.environment} ${paused} paused at ${rollout?.weight} % of traffic: ${inputs.reason}`,
    body: {
      ...rolloutBody(inputs, after, commit),
      status: inputs.dryRun ? 'planned' : 'paused',
      reasons: [inputs.reason],
    },
  };
}
