import { ActionError } from '../../lib/errors.ts';
import { HISTORY_MARKER, readMarker } from '../../lib/history/history-branch.ts';
import { historyPath, parseHistory } from '../../lib/history/history-file.ts';
import type { HistoryPoint } from '../../lib/policy/history.ts';
import { withCompiler } from '../../lib/schema/schema-compiler.ts';
import type { Runtime } from '../../runtime/runtime.ts';

const GIT_TIMEOUT_MS = 30_000;

/** A history's branch at one commit. */
export interface HistoryBranch {
  /** The keys it holds, as its marker names them. */
  readonly keys: readonly string[];
  /** The points of a key, oldest first; none for a key that it does not hold. @throws ActionError invalid-file */
  points(key: string): Promise<readonly HistoryPoint[]>;
}

/** A text file of a branch at one commit; `undefined` where it does not have it. */
type ReadText = (path: string) => Promise<string | undefined>;

/** The branch at a commit, through GitHub. @throws ActionError invalid-file when it is not a history of ours */
export async function historyAt(runtime: Runtime, branch: string, commit: string): Promise<HistoryBranch> {
  const { git } = await runtime.github();
  return openBranch(branch, async (path) => {
    const bytes = await git.readFile(commit, path);
    return bytes && new TextDecoder().decode(bytes);
  });
}

/**
 * The newest state of the branch: through GitHub's API in a workflow, from the clone elsewhere.
 *
 * @returns `undefined` when there is no such branch yet
 * @throws ActionError invalid-file, github-denied, github-unavailable
 */
export async function openHistory(runtime: Runtime, branch: string): Promise<HistoryBranch | undefined> {
  if (runtime.context.event === '') return fromClone(runtime, branch);
  const { git } = await runtime.github();
  const tip = await git.branchTip(branch);
  return tip === undefined ? undefined : historyAt(runtime, branch, tip);
}

async function fromClone(runtime: Runtime, branch: string): Promise<HistoryBranch | undefined> {
  const git = (...args: string[]) => runtime.commands.run(['git', ...args], { timeoutMs: GIT_TIMEOUT_MS });
  for (const ref of [`refs/heads/${branch}`, `refs/remotes/origin/${branch}`]) {
    const found = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
    if (found.exitCode !== 0) continue;
    const commit = found.stdout.trim();
    return openBranch(branch, async (path) => {
      const shown = await git('show', `${commit}:${path}`);
      return shown.exitCode === 0 ? shown.stdout : undefined;
    });
  }
  return undefined;
}

async function openBranch(branch: string, read: ReadText): Promise<HistoryBranch> {
  const marker = await read(HISTORY_MARKER);
  const where = (path: string): string => `${branch}:${path}`;
  if (marker === undefined)
    throw new ActionError(
      'invalid-file',
      `the branch ${branch} is not a history of ours: it has no ${HISTORY_MARKER}; name another branch in the input history`,
    );
  return {
    keys: readMarker(marker, where(HISTORY_MARKER)),
    async points(key) {
      const path = historyPath(key);
      const text = await read(path);
      return text === undefined ? [] : withCompiler(() => parseHistory(text, where(path)));
    },
  };
}
