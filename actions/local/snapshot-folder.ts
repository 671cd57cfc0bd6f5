import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ActionError, errorMessage } from '../lib/errors.ts';

const run = promisify(execFile);

/** What the files in a folder become in the remote. */
export interface Snapshot {
  /** A commit of the folder as it is now, uncommitted changes included. */
  readonly commit: string;
  /** The commit it was made from: the folder's own `HEAD`; `undefined` when the folder is no git repository. */
  readonly head: string | undefined;
  /** The folder's current branch; empty when it has none. */
  readonly branch: string;
}

/** Never part of a snapshot, even where no `.gitignore` says so. */
const EXCLUDED = ['node_modules/', '.mlops-local/', '__pycache__/', '.venv/'];

/**
 * Commits a folder's files, as they are, into a bare repository. The folder's own repository, index and refs are
 * only read.
 *
 * @throws ActionError not-found, invalid-file when git refuses
 */
export async function snapshotFolder(remote: string, folder: string): Promise<Snapshot> {
  const temporary = await mkdtemp(join(tmpdir(), 'snapshot-'));
  const env = { ...process.env, ...IDENTITY, GIT_INDEX_FILE: join(temporary, 'index') };
  const git = async (...args: string[]): Promise<string> => {
    const { stdout } = await run('git', ['--git-dir', remote, ...args], {
      cwd: folder,
      env,
      maxBuffer: 2 ** 26,
    });
    return stdout.trim();
  };
  try {
    await appendFile(join(remote, 'info', 'exclude'), `${EXCLUDED.join('\n')}\n`);
    const own = await ownRepository(folder);
    if (own) await git('fetch', '--quiet', '--no-tags', folder, own.head);
    await git('--work-tree', folder, 'add', '--all', '--', '.');
    const tree = await git('write-tree');
    if (own && (await git('rev-parse', `${own.head}^{tree}`)) === tree) return { commit: own.head, ...own };
    const parent = own ? ['-p', own.head] : [];
    const commit = await git('commit-tree', tree, ...parent, '-m', 'Files of the working folder');
    return { commit, head: own?.head, branch: own?.branch ?? '' };
  } catch (error) {
    throw new ActionError('invalid-file', `${folder}: git cannot read it: ${errorMessage(error)}`, {
      cause: error,
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

const IDENTITY = {
  GIT_AUTHOR_NAME: 'local',
  GIT_AUTHOR_EMAIL: 'local@localhost',
  GIT_COMMITTER_NAME: 'local',
  GIT_COMMITTER_EMAIL: 'local@localhost',
};

/** The state of the git repository whose top is this folder; a folder somewhere inside one counts as plain files. */
async function ownRepository(
  folder: string,
): Promise<{ readonly head: string; readonly branch: string } | undefined> {
  const ask = async (...args: string[]): Promise<string> =>
    (await run('git', args, { cwd: folder })).stdout.trim();
  try {
    if ((await realpath(await ask('rev-parse', '--show-toplevel'))) !== (await realpath(folder)))
      return undefined;
    const head = await ask('rev-parse', '--verify', 'HEAD');
    return { head, branch: await ask('branch', '--show-current') };
  } catch {
    return undefined;
  }
}

/** The top of the git repository around a file, else the file's own folder. */
export async function enclosingFolder(file: string): Promise<string> {
  const folder = dirname(file);
  try {
    return (await run('git', ['rev-parse', '--show-toplevel'], { cwd: folder })).stdout.trim();
  } catch {
    return folder;
  }
}
