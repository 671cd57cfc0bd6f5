import { compatibilityText } from '../lib/registry/compatibility.ts';
import { type Ledger, ledgerPath } from '../lib/registry/ledger.ts';
import { type PromotionPlan, type PromotionRequest, planPromotion } from '../lib/registry/plan-promotion.ts';
import { environmentOf } from '../lib/registry/state.ts';
import type { TreeFile } from '../runtime/github/git-data.ts';
import { authorOf, endedRuns, type OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { openTraffic } from '../runtime/traffic/catalog.ts';
import { approversOf } from './approvers.ts';
import { carryThrough, openRun } from './begin.ts';
import { flush } from './flush.ts';
import type { Inputs } from './inputs.ts';
import { lostBytes } from './lost-bytes.ts';
import { ownWishes } from './mirror-wishes.ts';
import { concluded, describePlan } from './promotion-result.ts';
import { evidenceFiles } from './register.ts';
import { gatherMaterial, type Material, registrationRequest } from './request.ts';
import { type PromotionResult, refusedResult } from './result.ts';
import { plannedSteps, type RolloutFile, readRolloutFile } from './rollout-file.ts';
import { storeModel } from './store-model.ts';
import { requireWholeLedger } from './whole-ledger.ts';

/** `operation: promote`: registers the version if it is new, checks the evidence, and carries the rollout out. */
export async function promote(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
): Promise<PromotionResult> {
  const file = await readRolloutFile(runtime, inputs);
  openTraffic(runtime, file.rollout.traffic);
  const gathered = await gatherMaterial(runtime, inputs);
  await requireWholeLedger(runtime, inputs, ledger);
  const lost = await lostBytes(runtime, inputs, ledger, gathered);
  if (lost !== undefined) return refusedResult(inputs, [lost]);
  const { material, wish } = await storeModel(runtime, inputs, ledger, gathered);
  const { plan, after } = await decide(runtime, { ...inputs, version: wish }, ledger, material, file);
  const compatibility = compatibilityOf(plan, runtime.redact(inputs.reason));
  const ground = { runtime, inputs, ledger, material, compatibility };
  // An earlier attempt may have ended right behind the end of its rollout, with its mirrors untold.
  if (plan.kind === 'finished' && !inputs.dryRun) await flush(runtime, inputs, ledger, after.state);
  if (plan.kind !== 'go' || inputs.dryRun) return describePlan(ground, plan, file.rollout);
  const run = openRun(runtime, inputs, ledger, {
    ledger: after,
    rollout: plan.rollout,
    fence: plan.fence,
    preempted: false,
    file,
  });
  return concluded(ground, run, await carryThrough(run, inputs));
}

/** Whether callers of what serves get on with the version, in words. */
const compatibilityOf = (plan: PromotionPlan, reason: string): string => {
  if (plan.kind !== 'go' || plan.compatibility === undefined) return '';
  const text = compatibilityText(plan.version, plan.compatibility);
  return plan.compatibility.kind === 'incompatible' ? `${text}; let through: ${reason}` : text;
};

/** Takes the decision and records it in one commit; `after` is the ledger with it. */
async function decide(
  runtime: Runtime,
  inputs: Inputs,
  { store, operation }: OpenLedger,
  material: Material,
  file: RolloutFile,
): Promise<{ readonly plan: PromotionPlan; readonly after: Ledger }> {
  const { run } = authorOf(runtime);
  const { rollout, spec, text } = file;
  const approvers = await approversOf(runtime);
  const files: readonly TreeFile[] = [
    ...evidenceFiles(inputs.modelName, material.evidence),
    ...(spec === null ? [] : [{ path: ledgerPath.rollout(inputs.modelName, spec), content: text }]),
  ];
  const requestOn = async ({ state, events }: Ledger): Promise<PromotionRequest> => {
    const holder = environmentOf(state, inputs.environment).lease?.owner.run;
    const ended = await endedRuns(runtime, holder === undefined ? [] : [holder]);
    return {
      ...registrationRequest(runtime, inputs, material),
      operation,
      run,
      environment: inputs.environment,
      requireStage: inputs.requireStage,
      minSoakMs: inputs.minSoakMs,
      steps: plannedSteps(rollout.steps),
      spec,
      settings: {
        onFailure: rollout.onFailure ?? inputs.onFailure,
        onInconclusive: rollout.onInconclusive ?? inputs.onInconclusive,
        onCancel: inputs.onCancel,
        quarantineOnFailure: inputs.quarantineOnFailure,
        mirrors: ownWishes(inputs),
      },
      deadlineMs: rollout.deadlineMs,
      approvers,
      requestedBefore: (id) =>
        events.some(({ type, rollout: known }) => type === 'rollout.requested' && known === id),
      reason: runtime.redact(inputs.reason),
      incompatible: inputs.allowIncompatible ? runtime.redact(inputs.reason) : '',
      leaseMinutes: inputs.leaseMinutes,
      now: runtime.clock.now(),
      ended: (id) => ended.has(id),
    };
  };
  let plan: PromotionPlan = { kind: 'refused', refusals: [] };
  const appended = await store.append(async (ledger) => {
    plan = planPromotion(ledger.state, await requestOn(ledger));
    return plan.kind === 'go' && !inputs.dryRun ? { drafts: plan.drafts, files } : { drafts: [] };
  });
  return { plan, after: appended.ledger };
}
