import { ActionError, errorMessage } from '../../lib/errors.ts';
import type { Runtime } from '../../runtime/runtime.ts';

const GIT_TIMEOUT_MS = 30_000;

/** A file at a commit; `text` is `undefined` when the commit does not have it. */
export interface FileAt {
  readonly commit: string;
  readonly text: string | undefined;
}

/**
 * A text file of another commit of this repository: through GitHub's API, else from the clone.
 *
 * @param ref - branch, tag or commit
 * @throws ActionError github-denied when neither can tell: whether the file exists there must be known, because
 * falling back to the checked-out policy would let a pull request choose its own
 */
export async function fileAt(runtime: Runtime, ref: string, path: string): Promise<FileAt> {
  try {
    const { git } = await runtime.github();
    const commit = await git.commitOf(ref);
    const content = await git.readFile(commit, path);
    return { commit, text: content && new TextDecoder('utf-8', { fatal: true }).decode(content) };
  } catch (error) {
    if (!(error instanceof ActionError) || !/^github-/.test(error.code)) throw error;
    const local = await fromClone(runtime, ref, path);
    if (local) return local;
    throw new ActionError(
      'github-denied',
      `${path} at ${ref} cannot be read (${errorMessage(error)}), and the clone does not have that commit; give github-token with "contents: read", or check out with "fetch-depth: 0"`,
      { cause: error },
    );
  }
}

async function fromClone(runtime: Runtime, ref: string, path: string): Promise<FileAt | undefined> {
  const git = (...args: string[]) => runtime.commands.run(['git', ...args], { timeoutMs: GIT_TIMEOUT_MS });
  const resolved = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
  const commit = resolved.stdout.trim();
  if (resolved.exitCode !== 0 || !/^[0-9a-f]{40}$/.test(commit)) return undefined;
  const listed = await git('ls-tree', '--name-only', commit, '--', path);
  if (listed.exitCode !== 0) return undefined;
  if (listed.stdout.trim() === '') return { commit, text: undefined };
  const shown = await git('show', `${commit}:${path}`);
  return shown.exitCode === 0 ? { commit, text: shown.stdout } : undefined;
}
