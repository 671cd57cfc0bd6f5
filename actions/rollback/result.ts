import type { Envelope } from '../lib/documents/envelope.ts';
import type { NamedVersion, RollbackDocument } from '../lib/documents/rollback.ts';
import type { RollbackPlan } from '../lib/registry/plan-rollback.ts';
import { digestOf } from '../lib/registry/state.ts';
import type { Verdict } from '../lib/verdict.ts';
import type { CaseFile } from './case-file.ts';

/** Everything `rollback.json` says beside its head, and the verdict with its sentence. */
export interface RollbackResult {
  readonly verdict: Verdict;
  readonly message: string;
  readonly body: Omit<RollbackDocument, keyof Envelope>;
}

/** Versions beyond these are of no interest to anybody. */
const MOST_CANDIDATES = 50;

const named = ({ ledger }: CaseFile, version: string | null): NamedVersion | null => {
  const digest = digestOf(ledger.state, version);
  return version === null || digest === undefined ? null : { version, digest };
};

/** What is said of every rollback, done or not. */
export const bodyOf = (
  file: CaseFile,
  about: {
    readonly status: RollbackDocument['status'];
    readonly from: string | null;
    readonly to: string | null;
    readonly candidates: RollbackPlan['candidates'];
  },
): RollbackResult['body'] => ({
  status: about.status,
  model: file.inputs.modelName,
  environment: file.inputs.environment,
  reason: file.inputs.reason,
  trigger: file.inputs.trigger,
  from: named(file, about.from),
  to: named(file, about.to),
  candidates: about.candidates.slice(0, MOST_CANDIDATES),
  attempts: [],
  secondsToSafe: null,
  quarantined: false,
  metrics: [],
  evidence: [],
  incident: null,
  retrain: { mode: file.inputs.retrain, runId: null, skipped: 'nothing was rolled back' },
  deployment: null,
  alert: 'off',
  ledger: {
    branch: file.inputs.ledgerBranch,
    commit: file.commit,
    seq: file.ledger.state.head.seq,
    head: file.ledger.state.head.hash,
    state: file.ledgerState,
  },
  pendingEvents: file.pending,
  timeline: file.timeline,
  warnings: file.warnings,
});

/** The verdict of a step that did what it was to do. */
export const goodVerdict = ({ warnings }: CaseFile): Verdict => (warnings.length > 0 ? 'warn' : 'pass');

/** The result of a rollback that changed nothing. */
export function withoutEffect(file: CaseFile, plan: RollbackPlan): RollbackResult {
  const { environment } = file.inputs;
  const verdict = goodVerdict(file);
  const about = {
    from: 'from' in plan ? plan.from : null,
    to: 'to' in plan ? plan.to : null,
    candidates: plan.candidates,
  };
  switch (plan.kind) {
    case 'noop':
      return {
        verdict,
        message: `nothing to do: ${plan.reason}`,
        body: bodyOf(file, { ...about, status: 'noop' }),
      };
    case 'refused':
      return { verdict: 'fail', message: plan.reason, body: bodyOf(file, { ...about, status: 'failed' }) };
    case 'switched':
    case 'go':
      return {
        verdict,
        message: `${environment} would be rolled back from ${plan.from} to ${plan.to}`,
        body: bodyOf(file, { ...about, status: 'planned' }),
      };
    default:
      return plan satisfies never;
  }
}
