import type { GateDocument } from '../../lib/documents/gate.ts';
import { isSurvivable } from '../../lib/errors.ts';
import { HISTORY_MARKER, markerText } from '../../lib/history/history-branch.ts';
import { historyPath, historyText, withPoint } from '../../lib/history/history-file.ts';
import { historyPage, type KeyHistory } from '../../lib/history/history-page.ts';
import { pointOf } from '../../lib/history/history-point.ts';
import type { HistoryPoint } from '../../lib/policy/history.ts';
import type { MetricsView } from '../../lib/policy/metrics-view.ts';
import type { RunContext, Runtime } from '../../runtime/runtime.ts';
import { type BranchChange, updateBranch } from '../../runtime/update-branch.ts';
import { historyAt } from './history-branch.ts';
import { type HistoryInputs, historyKey } from './load-history.ts';

/** What became of the point. Nothing of it changes the verdict. */
export type Recorded =
  | { readonly kind: 'off' }
  /** Not a run that may write: only those of the default branch are. */
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'recorded'; readonly branch: string; readonly commit: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Events whose runs are about the branch itself, and not about what somebody proposes for it. */
const WRITING_EVENTS: ReadonlySet<string> = new Set([
  'push',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
]);
const TRIES = 20;
/** Histories of other gates that the page shows beside this one's: each costs a request. */
const SHOWN_BESIDE = 7;

/**
 * Adds the judged commit to the history branch, and draws its page anew. Concurrent runs lose nothing: each adds its
 * point to what the others wrote, and a run that is started again replaces its own. A branch that cannot be written
 * is a warning.
 */
export async function recordHistory(
  runtime: Runtime,
  inputs: HistoryInputs,
  document: GateDocument,
  candidate: MetricsView,
): Promise<Recorded> {
  const { history: branch } = inputs;
  if (branch === undefined) return { kind: 'off' };
  const reason = whyNot(runtime.context, branch);
  if (reason !== undefined) {
    runtime.log.info(`history: nothing is written to ${branch}: ${reason}`);
    return { kind: 'skipped', reason };
  }
  try {
    return await write(runtime, branch, historyKey(inputs), pointOf(document, candidate));
  } catch (error) {
    if (!isSurvivable(error)) throw error;
    return failed(runtime, branch, error.message);
  }
}

/** Why a run may not write; `undefined` when it may. */
function whyNot(context: RunContext, branch: string): string | undefined {
  const { event, pullRequest, source, defaultBranch } = context;
  if (event === '') return 'this is not a run on GitHub';
  if (pullRequest !== undefined || !WRITING_EVENTS.has(event))
    return `the event is ${event}; only pushes to the default branch, schedules and dispatches are recorded`;
  // A schedule always runs on the default branch, whether or not its event names it.
  const onDefault = source.ref === `refs/heads/${defaultBranch}` || event === 'schedule';
  if (!onDefault) return `${source.ref} is not the default branch`;
  if (branch === defaultBranch) return 'it is the default branch; name a branch of its own';
  if (source.commit === '') return 'the commit is not known';
  return undefined;
}

async function write(runtime: Runtime, branch: string, key: string, point: HistoryPoint): Promise<Recorded> {
  const { git } = await runtime.github();
  const options = { git, clock: runtime.clock, branch, random: Math.random, tries: TRIES };
  const updated = await updateBranch(options, (tip) => changeOn(runtime, { branch, key, point }, tip));
  switch (updated.kind) {
    case 'done':
    case 'unchanged':
      return { kind: 'recorded', branch, commit: updated.commit };
    case 'refused':
      return failed(
        runtime,
        branch,
        `${updated.message} The job needs "permissions: contents: write", and rules for the branch must let it push`,
      );
    case 'lost':
      return failed(runtime, branch, updated.message);
    default:
      return updated satisfies never;
  }
}

interface Addition {
  readonly branch: string;
  readonly key: string;
  readonly point: HistoryPoint;
}

/** The files that add the point to the branch as it is at a commit. */
async function changeOn(
  runtime: Runtime,
  { branch, key, point }: Addition,
  tip: string | undefined,
): Promise<BranchChange | undefined> {
  const before = tip === undefined ? undefined : await historyAt(runtime, branch, tip);
  const known = (await before?.points(key)) ?? [];
  const text = historyText(withPoint(known, point));
  if (text === historyText(known)) return undefined;
  const keys = [...new Set([...(before?.keys ?? []), key])].sort();
  const beside = keys.filter((other) => other !== key);
  const histories: KeyHistory[] = [{ key, points: withPoint(known, point) }];
  for (const other of beside.slice(0, SHOWN_BESIDE))
    histories.push({ key: other, points: (await before?.points(other)) ?? [] });
  const { source, serverUrl } = runtime.context;
  const page = historyPage({
    repository: source.repository,
    repositoryUrl: `${serverUrl}/${source.repository}`,
    branch,
    histories: histories.sort((a, b) => (a.key < b.key ? -1 : 1)),
    others: beside.slice(SHOWN_BESIDE),
  });
  return {
    message: `${key}: ${point.verdict} at ${point.commit.slice(0, 7)}`,
    files: [
      { path: HISTORY_MARKER, content: markerText(keys) },
      { path: historyPath(key), content: text },
      { path: 'index.html', content: page },
    ],
  };
}

function failed(runtime: Runtime, branch: string, reason: string): Recorded {
  runtime.log.warning(`history: this run is not recorded on ${branch}: ${reason}`);
  return { kind: 'failed', reason };
}
