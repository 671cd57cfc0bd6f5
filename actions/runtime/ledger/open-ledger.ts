import { ActionError } from '../../lib/errors.ts';
import type { Operation } from '../../lib/registry/operation.ts';
import { parseRemote } from '../../lib/registry/remote-address.ts';
import type { Runtime } from '../runtime.ts';
import { GitRemote } from './git-remote.ts';
import { GitLedgerStore, type LedgerStore } from './ledger-store.ts';

/** A ledger that is opened for one operation of this run. */
export interface OpenLedger {
  readonly store: LedgerStore;
  readonly operation: Operation;
}

/** What this step is about, for the ids of what it records. */
export interface OperationName {
  readonly action: string;
  readonly operation: string;
  readonly model: string;
  readonly branch: string;
  /** Address of the git repository that holds the branch; this one, through GitHub's API, if absent. */
  readonly remote?: string | undefined;
}

/** Who runs this, from the run itself and never from commits or inputs. */
export const authorOf = ({ context: { source, actor, job } }: Runtime) => ({
  actor: actor || 'local',
  run: { id: source.run, attempt: source.attempt, job, workflow: source.workflow, sha: source.commit },
});

/** Opens the ledger of a model. @throws ActionError invalid-input for an address that is none; github-denied without a token, where one is needed */
export async function openLedger(runtime: Runtime, name: OperationName): Promise<OpenLedger> {
  const remote = name.remote === undefined ? (await runtime.github()).git : openRemote(runtime, name.remote);
  const { source, job, runner } = runtime.context;
  const operation: Operation = {
    repository: source.repository,
    // Outside GitHub nothing is re-run: every start is a wish of its own.
    run: source.run > 0 ? String(source.run) : `local:${runtime.clock.iso()}`,
    job,
    runner,
    action: name.action,
    operation: name.operation,
    model: name.model,
  };
  const store = new GitLedgerStore({
    remote,
    clock: runtime.clock,
    branch: name.branch,
    operation,
    author: authorOf(runtime),
    random: Math.random,
  });
  return { store, operation };
}

function openRemote(runtime: Runtime, text: string): GitRemote {
  const parsed = parseRemote('ledger-remote', text);
  if ('problem' in parsed) throw new ActionError('invalid-input', parsed.problem);
  return new GitRemote(runtime, parsed.address);
}

/** Which of the runs that hold leases have ended, as far as GitHub tells; a run that cannot be read counts as alive. */
export async function endedRuns(runtime: Runtime, runs: readonly number[]): Promise<ReadonlySet<number>> {
  const ended = new Set<number>();
  for (const run of new Set(runs)) {
    if (run === 0 || run === runtime.context.source.run) continue;
    try {
      const { status } = await (await runtime.github()).runs.get(run);
      if (status === 'completed') ended.add(run);
    } catch {
      runtime.log.debug(`run ${run} cannot be read; its lease counts as held`);
    }
  }
  return ended;
}

/** Where people read the history of a model; empty outside GitHub. */
export const ledgerUrl = ({ context }: Runtime, branch: string, model: string): string =>
  context.source.repository === ''
    ? ''
    : `${context.serverUrl}/${context.source.repository}/blob/${branch}/models/${model}/README.md`;
