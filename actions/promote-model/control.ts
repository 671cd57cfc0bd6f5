import type { Ledger } from '../lib/registry/ledger.ts';
import type { ControlPlan, ControlRequest } from '../lib/registry/plan-control.ts';
import { environmentOf, type LedgerState, type RolloutState } from '../lib/registry/state.ts';
import { authorOf, endedRuns, type OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { openTraffic } from '../runtime/traffic/catalog.ts';
import { carryThrough, openRun } from './begin.ts';
import type { RolloutEnding } from './ending.ts';
import type { Inputs } from './inputs.ts';
import { recordedRolloutFile } from './rollout-file.ts';
import type { RolloutRun } from './rollout-run.ts';
import { requireWholeLedger } from './whole-ledger.ts';

/** A plan as it was taken on the newest ledger, and that ledger with it recorded. */
export interface Controlled {
  readonly plan: ControlPlan;
  readonly after: Ledger;
  readonly commit: string;
}

/** Decides about the rollout under way on the newest tip, and records the decision in one commit. */
export async function control(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
  planner: (state: LedgerState, request: ControlRequest) => ControlPlan,
  options: { readonly approvers?: readonly string[]; readonly touchesTraffic?: boolean } = {},
): Promise<Controlled> {
  const { store, operation } = ledger;
  const { run } = authorOf(runtime);
  const { approvers = [], touchesTraffic = true } = options;
  await requireWholeLedger(runtime, inputs, ledger);
  let plan: ControlPlan = { kind: 'idle' };
  const { ledger: after, commit } = await store.append(async ({ state }) => {
    const holder = environmentOf(state, inputs.environment).lease?.owner.run;
    const ended = await endedRuns(runtime, holder === undefined ? [] : [holder]);
    plan = planner(state, {
      operation,
      run,
      environment: inputs.environment,
      version: inputs.version.kind === 'exact' ? inputs.version.version : undefined,
      leaseMinutes: inputs.leaseMinutes,
      now: runtime.clock.now(),
      ended: (id) => ended.has(id),
      reason: runtime.redact(inputs.reason),
      approvers,
    });
    if (plan.kind !== 'go') return { drafts: [] };
    if (touchesTraffic) await requireWay(runtime, ledger, plan.rollout);
    return { drafts: inputs.dryRun ? [] : plan.drafts };
  });
  return { plan, after, commit };
}

/**
 * Looks whether traffic could be switched, before the environment is taken for it: a run that finds out later that a
 * secret is missing would keep it from everybody else.
 */
async function requireWay(runtime: Runtime, ledger: OpenLedger, { spec }: RolloutState): Promise<void> {
  const { rollout } = await recordedRolloutFile(ledger, spec);
  openTraffic(runtime, rollout.traffic);
}

/** Carries on what a control plan has taken the lease for, by the file that the rollout was begun with. */
export async function carryOn(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
  { plan, after }: { readonly plan: Extract<ControlPlan, { kind: 'go' }>; readonly after: Ledger },
): Promise<{ readonly run: RolloutRun; readonly ending: RolloutEnding }> {
  const { fence, preempted, rollout } = plan;
  const file = await recordedRolloutFile(ledger, rollout.spec);
  const run = openRun(runtime, inputs, ledger, {
    ledger: after,
    rollout: rollout.id,
    fence,
    preempted,
    file,
  });
  return { run, ending: await carryThrough(run, inputs) };
}
