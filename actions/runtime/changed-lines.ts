import { ActionError, isSurvivable } from '../lib/errors.ts';
import type { ChangedFile, ChangedLines } from '../lib/findings/changed-lines.ts';
import { addedLines } from '../lib/findings/patch-lines.ts';
import type { PullFile, PullFiles } from './github/pull-files.ts';
import type { PullRequest, Runtime } from './runtime.ts';

const GIT_TIMEOUT_MS = 30_000;
/** Each file costs a process; of more files it is known that they changed, and not where. */
const MAX_DIFFERENCES = 200;
/** Nothing of the repository may start a program, and paths are not patterns. */
const QUIET = ['--no-ext-diff', '--no-textconv', '--find-renames', '--no-color'] as const;
const LITERAL = { GIT_LITERAL_PATHSPECS: '1' } as const;

/**
 * The lines that the pull request of this run adds or changes: from the clone when it has the base commit, else from
 * GitHub. It only puts findings in order, so that not knowing it is never an error.
 *
 * @param files - those whose lines matter, as they are named in findings
 * @param pulls - asked only when the clone cannot tell
 * @returns `undefined` outside pull requests and when neither can tell, with a notice
 */
export async function changedLines(
  runtime: Runtime,
  files: readonly string[],
  pulls: () => Promise<PullFiles>,
): Promise<ChangedLines | undefined> {
  const { pullRequest } = runtime.context;
  if (pullRequest === undefined) return undefined;
  try {
    return (
      (await fromClone(runtime, pullRequest, new Set(files))) ??
      byPath((await (await pulls()).files(pullRequest.number)).flatMap(changedFile))
    );
  } catch (error) {
    if (!isSurvivable(error)) throw error;
    runtime.log.notice(
      `Which lines the pull request changed is not known, so findings are shown in the order of the data: ${error.message} A checkout with "fetch-depth: 2" answers it without GitHub.`,
    );
    return undefined;
  }
}

const byPath = (files: readonly ChangedFile[]): ChangedLines =>
  new Map(files.map((file) => [file.path, file]));

/** What GitHub lists of a file, as changed lines of it; nothing of a file that is gone. */
function changedFile({ path, previous, status, changes, patch }: PullFile): readonly ChangedFile[] {
  if (status === 'removed' || status === 'unchanged') return [];
  const renamed = status === 'renamed' && previous !== undefined ? { previous } : {};
  return [{ path, ...renamed, lines: linesOf(status, changes, patch) }];
}

function linesOf(status: string, changes: number, patch: string | undefined): ChangedFile['lines'] {
  if (status === 'added') return 'all';
  if (patch !== undefined) return addedLines(patch) ?? 'unknown';
  return status === 'renamed' && changes === 0 ? [] : 'unknown';
}

/** `undefined` where the clone does not have both sides, or git is not to be had. */
async function fromClone(
  runtime: Runtime,
  pullRequest: PullRequest,
  files: ReadonlySet<string>,
): Promise<ChangedLines | undefined> {
  const git = gitIn(runtime);
  const range = await rangeOf(git, pullRequest);
  const listed = range && (await git('diff', '--raw', '-z', '--diff-filter=d', ...QUIET, ...range, '--'));
  // Output that was cut does not end in a NUL.
  if (!range || listed === undefined || (listed !== '' && !listed.endsWith('\0'))) return undefined;
  const found: ChangedFile[] = [];
  let differences = 0;
  for (const entry of rawEntries(listed)) {
    const asked = files.has(entry.path) && !isPlain(entry) && differences < MAX_DIFFERENCES;
    if (asked) differences += 1;
    const { path, previous } = entry;
    const paths = previous === undefined ? [path] : [previous, path];
    const patch = asked ? await git('diff', '--unified=0', ...QUIET, ...range, '--', ...paths) : undefined;
    found.push(...changedFile({ ...entry, changes: isPlain(entry) ? 0 : 1, patch }));
  }
  return byPath(found);
}

/** An added file is new as a whole; one that was only moved has no new line. */
const isPlain = ({ status, similarity }: RawEntry): boolean =>
  status === 'added' || (status === 'renamed' && similarity === 100);

type Git = (...args: readonly string[]) => Promise<string | undefined>;

/** Git's answer, `undefined` when it has none. */
const gitIn =
  (runtime: Runtime): Git =>
  async (...args) => {
    try {
      const result = await runtime.commands.run(['git', '-c', 'core.quotePath=off', ...args], {
        timeoutMs: GIT_TIMEOUT_MS,
        env: LITERAL,
      });
      return result.exitCode === 0 ? result.stdout : undefined;
    } catch (error) {
      if (error instanceof ActionError && error.code === 'not-found') return undefined;
      throw error;
    }
  };

/**
 * The two commits between which the pull request lies. A workflow checks out GitHub's merge of base and head, whose
 * first parent is the base as it was merged; or the head itself, which is compared with where it branched off.
 */
async function rangeOf(git: Git, pullRequest: PullRequest): Promise<readonly [string, string] | undefined> {
  const shown = await git('rev-list', '--parents', '--max-count=1', 'HEAD');
  const [commit, first, second] = shown?.trim().split(' ') ?? [];
  if (commit === undefined || !isCommit(commit)) return undefined;
  if (first !== undefined && second === pullRequest.headSha) return [first, commit];
  if (commit !== pullRequest.headSha || !isCommit(pullRequest.baseSha)) return undefined;
  const base = (await git('merge-base', pullRequest.baseSha, commit))?.trim();
  return base !== undefined && isCommit(base) ? [base, commit] : undefined;
}

const isCommit = (text: string): boolean => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text);

interface RawEntry extends Pick<PullFile, 'path' | 'previous' | 'status'> {
  /** Percent of the file before that a rename or copy kept. */
  readonly similarity: number;
}

/** What GitHub calls Git's letters. */
const STATUS: Readonly<Record<string, string>> = { A: 'added', R: 'renamed', C: 'copied' };

/** `:100644 100644 abc def M NUL path NUL`; renames (`R086`) and copies have two paths. */
function rawEntries(listed: string): readonly RawEntry[] {
  const parts = listed.split('\0');
  const entries: RawEntry[] = [];
  for (let at = 0; at + 1 < parts.length; ) {
    const letters = parts[at]?.split(' ').at(-1) ?? '';
    const two = /^[RC]/.test(letters);
    const [first = '', second = ''] = [parts[at + 1], parts[at + 2]];
    entries.push({
      status: STATUS[letters.slice(0, 1)] ?? 'modified',
      similarity: Number(letters.slice(1)),
      path: two ? second : first,
      previous: two ? first : undefined,
    });
    at += two ? 3 : 2;
  }
  return entries;
}
