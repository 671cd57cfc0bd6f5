import type { TargetWish } from '../lib/registry/last-known-good.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import { planRollback, type RollbackPlan } from '../lib/registry/plan-rollback.ts';
import { authorOf } from '../runtime/ledger/open-ledger.ts';
import type { Resolution } from '../runtime/stores/store.ts';
import { findStored } from '../runtime/stores/stored-version.ts';
import { type CaseFile, record, say } from './case-file.ts';

/** What one rollback looks for, and what it has found out about versions on the way. */
export interface Search {
  wish: TargetWish;
  /** Act only while this version serves; empty for whatever serves. */
  ifServing: string;
  quarantine: boolean;
  /** The version whose callers must go on working; `undefined` for the one that is rolled back. */
  callersOf: string | undefined;
  readonly unfit: Map<string, string>;
  readonly notes: Map<string, string>;
  /** Versions whose bytes were looked for. */
  readonly looked: Set<string>;
}

export const LEASE_MINUTES = 30;

function planOn(file: CaseFile, search: Search, ledger: Ledger): RollbackPlan {
  const { inputs, runtime, open } = file;
  return planRollback(ledger, {
    operation: open.operation,
    run: authorOf(runtime).run,
    environment: inputs.environment,
    wish: search.wish,
    limits: {
      skip: inputs.skipVersions,
      force: inputs.force,
      allowIncompatible: inputs.allowIncompatible,
      callersOf: search.callersOf,
      unfit: search.unfit,
      notes: search.notes,
    },
    ifServing: search.ifServing,
    reason: runtime.redact(inputs.reason),
    trigger: inputs.trigger,
    quarantine: search.quarantine,
    leaseMinutes: LEASE_MINUTES,
    now: runtime.clock.now(),
  });
}

/** Whether a version's bytes still lie where serving will fetch them from. */
async function look(
  { runtime, inputs, ledger, ledgerState }: CaseFile,
  version: string,
): Promise<Resolution> {
  return ledgerState === 'unreachable'
    ? { kind: 'unknown', reason: 'its bytes were not looked for, as GitHub is down' }
    : findStored(runtime, ledger, version, inputs.storeNetwork);
}

async function lookAt(file: CaseFile, search: Search, version: string): Promise<void> {
  search.looked.add(version);
  const found = await look(file, version);
  if (found.kind === 'there') return;
  if (found.kind === 'unknown') {
    search.notes.set(version, found.reason);
    return;
  }
  const reason = `${found.kind === 'gone' ? 'is gone' : 'is not what it was'}: ${found.reason}`;
  search.unfit.set(version, reason);
  say(file, `${version} is passed over: it ${reason}`);
}

/** The plan as things stand, with a target whose bytes were looked for. Nothing is changed. */
export async function findTarget(file: CaseFile, search: Search): Promise<RollbackPlan> {
  for (;;) {
    const plan = planOn(file, search, file.ledger);
    if (plan.kind !== 'go' || search.looked.has(plan.to)) return plan;
    await lookAt(file, search, plan.to);
  }
}

/** Decides anew on the newest tip, and records the decision, with the lease, in one commit. */
export async function takeOver(file: CaseFile, search: Search, found: RollbackPlan): Promise<RollbackPlan> {
  // What served when we looked is what is to be replaced; if it does not serve any more, somebody else was faster.
  if ('from' in found) search.ifServing ||= found.from;
  for (;;) {
    let plan = found;
    await record(file, (ledger) => {
      plan = planOn(file, search, ledger);
      return plan.kind === 'go' && search.looked.has(plan.to) ? plan.drafts : [];
    });
    if (plan.kind !== 'go' || search.looked.has(plan.to)) return plan;
    await lookAt(file, search, plan.to);
  }
}
