import { basename, join } from 'node:path';
import { ActionError } from '../lib/errors.ts';
import type { Runtime } from './runtime.ts';

const GIT_TIMEOUT_MS = 30_000;

/**
 * A file of another commit, put into a temporary folder: through GitHub's API in a workflow, with the local
 * repository elsewhere.
 *
 * @returns the path of the copy
 * @throws ActionError not-found
 */
export async function fileFromGit(
  runtime: Runtime,
  location: { readonly ref: string; readonly path: string },
): Promise<string> {
  const folder = await runtime.files.temporaryFolder('git');
  if (runtime.context.event === '') return fromLocalRepository(runtime, location, folder);
  const { git } = await runtime.github();
  const commit = await git.commitOf(location.ref);
  const content = await git.readFile(commit, location.path);
  if (!content) throw missing(location, commit);
  const path = join(folder, basename(location.path));
  await runtime.files.write(path, content);
  return path;
}

/** `git unpack-file` writes the bytes of a blob as they are: no filters, no attributes, no line ends changed. */
async function fromLocalRepository(
  runtime: Runtime,
  location: { readonly ref: string; readonly path: string },
  folder: string,
): Promise<string> {
  const git = async (...args: string[]): Promise<string> => {
    const result = await runtime.commands.run(['git', ...args], { timeoutMs: GIT_TIMEOUT_MS });
    if (result.exitCode !== 0) throw missing(location, result.stderr.trim().split('\n')[0] ?? '');
    return result.stdout.trim();
  };
  const directory = await git('rev-parse', '--absolute-git-dir');
  const blob = await git('rev-parse', '--verify', '--end-of-options', `${location.ref}:${location.path}`);
  const name = await git(
    '-C',
    folder,
    `--git-dir=${directory}`,
    `--work-tree=${folder}`,
    'unpack-file',
    blob,
  );
  return join(folder, name);
}

const missing = (location: { readonly ref: string; readonly path: string }, detail: string): ActionError =>
  new ActionError(
    'not-found',
    `git:${location.ref}:${location.path}: there is no such file at that ref (${detail})`,
  );
