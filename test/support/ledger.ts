import type { Draft } from '../../actions/lib/registry/events.ts';
import type { Ledger } from '../../actions/lib/registry/ledger.ts';
import type { LedgerRemote } from '../../actions/runtime/ledger/ledger-remote.ts';
import { GitLedgerStore } from '../../actions/runtime/ledger/ledger-store.ts';
import type { Clock } from '../../actions/runtime/runtime.ts';

export const LEDGER_BRANCH = 'mlops-registry';

/** A store as a run would open it; a run that is run again has the same number. */
export const storeOn = (
  remote: LedgerRemote,
  clock: Clock,
  run: number,
  options: { readonly branch?: string; readonly random?: () => number } = {},
): GitLedgerStore =>
  new GitLedgerStore({
    remote,
    clock,
    branch: options.branch ?? LEDGER_BRANCH,
    operation: {
      repository: 'octo/models',
      run: String(run),
      job: 'test',
      action: 'promote-model',
      operation: 'promote',
      model: 'churn',
    },
    author: {
      actor: 'octo',
      run: { id: run, attempt: 1, job: 'test', workflow: 'w.yml', sha: '0'.repeat(40) },
    },
    random: options.random ?? Math.random,
  });

/** The plainest event there is, told apart by a name. */
export const note = (name: string, reason = name): Draft => ({
  type: 'retrain.skipped',
  data: { reason },
  step: name,
});

/** What the plain events of a ledger say, in order. */
export const notesOf = (ledger: Ledger): readonly string[] =>
  ledger.events.flatMap((event) => (event.type === 'retrain.skipped' ? [event.data.reason] : []));
