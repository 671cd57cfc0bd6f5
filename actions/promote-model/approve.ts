import { type Reviewed, reviewOf } from '../lib/registry/approval.ts';
import { type ControlPlan, type ControlRequest, planApproval } from '../lib/registry/plan-control.ts';
import { ledgerConflict } from '../lib/registry/refusal.ts';
import { environmentOf, type LedgerState, openRollout } from '../lib/registry/state.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { approvalsOf } from './approvers.ts';
import { carryOn, control } from './control.ts';
import type { Inputs } from './inputs.ts';
import { concluded } from './promotion-result.ts';
import { type PromotionResult, refusedResult, rolloutBody } from './result.ts';
import { recordedRolloutFile } from './rollout-file.ts';

/** The step that waits for an approval now. */
interface Asked {
  readonly rollout: string;
  readonly step: number;
  readonly reviewed: Reviewed;
}

/** Which step waits, and whether GitHub asked people about the environment that it names; outside GitHub nobody is asked. */
async function askedNow(runtime: Runtime, inputs: Inputs, ledger: OpenLedger): Promise<Asked | undefined> {
  const reading = await ledger.store.read();
  if (runtime.context.source.run === 0 || reading.kind !== 'sound') return undefined;
  const open = openRollout(environmentOf(reading.ledger.state, inputs.environment));
  if (open === undefined) return undefined;
  const { rollout } = await recordedRolloutFile(ledger, open.spec);
  const step = rollout.steps[open.step - 1];
  if (step?.kind !== 'approval') return undefined;
  const reviewed = reviewOf(step.environment, await approvalsOf(runtime));
  return { rollout: open.id, step: open.step, reviewed };
}

/** Why a step is not let through although it waits for just that. */
function objection(asked: Asked | undefined, { requireReviewer }: Inputs, { rollout }: GoOn) {
  if (asked === undefined) return undefined;
  if (asked.rollout !== rollout.id || asked.step !== rollout.step)
    return 'the rollout has gone on to another step meanwhile; run the job again';
  const { reviewed } = asked;
  if (reviewed.kind === 'elsewhere') return reviewed.reason;
  return reviewed.kind === 'unreviewed' && requireReviewer
    ? `${reviewed.reason}; require-reviewer asks for a reviewer`
    : undefined;
}

type GoOn = Extract<ControlPlan, { kind: 'go' }>;

/**
 * `operation: approve`: lets the rollout past the approval it waits for, and goes on with it. Meant for a job behind a
 * GitHub environment with reviewers: who started it, and who let it through, is what counts as approval.
 */
export async function approve(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
): Promise<PromotionResult> {
  const asked = await askedNow(runtime, inputs, ledger);
  const reviewed = asked?.reviewed;
  const approvers = reviewed?.kind === 'reviewed' ? reviewed.by : [];
  const planner = (state: LedgerState, request: ControlRequest): ControlPlan => {
    const plan = planApproval(state, request);
    const reason = plan.kind === 'go' ? objection(asked, inputs, plan) : undefined;
    return reason === undefined ? plan : { kind: 'refused', refusals: [ledgerConflict(reason)] };
  };
  const { plan, after, commit } = await control(runtime, inputs, ledger, planner, { approvers });
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
  if (reviewed?.kind === 'unreviewed')
    runtime.log.warning(`${reviewed.reason}. Who started this run counts as the approval.`);
  const people = [...new Set([...approvers, runtime.context.actor || 'local'])];
  runtime.log.info(`step ${plan.rollout.step} of ${plan.rollout.of} is approved by ${people.join(', ')}`);
  const { run, ending } = await carryOn(runtime, inputs, ledger, { plan, after });
  return concluded({ runtime, inputs, ledger, material: undefined }, run, ending);
}
