import { ActionError, errorMessage } from '../../lib/errors.ts';
import type { Clock } from '../runtime.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';
import { createGitFiles } from './git-files.ts';
import type { WriteResult } from './github.ts';
import { publishCommit } from './publish-commit.ts';

export interface TreeFile {
  readonly path: string;
  readonly content: string;
}

/** A commit on `parent` (none: a root commit) that adds or replaces files. */
export interface CommitRequest {
  readonly parent: string | undefined;
  readonly files: readonly TreeFile[];
  readonly message: string;
}

/** A commit and what it was made on; the first parent is the branch it was merged into. */
export interface CommitParents {
  readonly sha: string;
  readonly parents: readonly string[];
}

/** Git objects and refs: what the ledger is published through, and what `git:` locations read. Files up to 100 MB. */
export interface GitData {
  /** The commit a branch points at, `undefined` if there is no such branch. */
  branchTip(branch: string): Promise<string | undefined>;
  /** Whether there is a tag of this name, beside which a branch would be ambiguous. */
  hasTag(name: string): Promise<boolean>;
  /** The commit that a branch, tag or sha names. @throws ActionError not-found */
  commitOf(ref: string): Promise<string>;
  /** The names of blobs by path, of the files at or below some paths of a commit. */
  listFiles(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** A file at a commit, `undefined` if it is not there. */
  readFile(commit: string, path: string): Promise<Uint8Array | undefined>;
  /** The bytes of a blob, compared with its name; `path` is for messages. */
  readBlob(blob: string, path: string): Promise<Uint8Array>;
  /** Stores a commit without a branch. Content-addressed: safe to repeat. @throws ActionError invalid-input when it would hold a secret */
  commit(request: CommitRequest): Promise<string>;
  /**
   * Moves a branch to a commit whose parent is its tip (or creates it), fast-forward only. Decided by re-reading the
   * branch: `refused` with status 422 means that somebody else's commit is there and ours is not, so build on the new
   * tip and try again.
   */
  publish(branch: string, commit: string): Promise<WriteResult<{ readonly commit: string }>>;
  /** Whether `ancestor` is `commit` or lies in its history. */
  contains(commit: string, ancestor: string): Promise<boolean>;
  /** The merge base of two commits. @throws ActionError not-found when they have none */
  mergeBase(base: string, head: string): Promise<string>;
  /** A commit and those before it with their parents, newest first as GitHub lists them. @throws ActionError not-found */
  commitsBefore(commit: string, limit: number): Promise<readonly CommitParents[]>;
}

const GIT = '/repos/{owner}/{repo}/git';
const COMPARE = 'GET /repos/{owner}/{repo}/compare/{basehead}';

const readSha = (answer: Answer): string => answer.text('sha');

/** @param redact - a commit that would hold a secret is refused: bytes that are hashed cannot be altered on the way */
export function createGitData(api: RepositoryApi, clock: Clock, redact: (text: string) => string): GitData {
  const { known, commit } = createCommits(api, redact);
  const branchTip = (branch: string) => refTip(api, `heads/${branch}`);

  async function contains(commit: string, ancestor: string): Promise<boolean> {
    if (commit === ancestor) return true;
    const compared = { basehead: `${ancestor}...${commit}`, per_page: 1 };
    const status = await api.find(COMPARE, compared, (answer) => answer.text('status'));
    return status === 'ahead' || status === 'identical';
  }

  return {
    ...createGitFiles(api),
    branchTip,
    contains,
    commit,
    hasTag: async (name) => (await refTip(api, `tags/${name}`)) !== undefined,

    // GitHub says 422 to a name that it cannot resolve.
    commitOf: (ref) =>
      api.get('GET /repos/{owner}/{repo}/commits/{ref}', { ref, per_page: 1 }, readSha, [404, 422]),

    publish: (branch, commit) =>
      publishCommit(
        { api, clock, branchTip, contains, parentsOf: async (of) => (await known(of)).parents },
        branch,
        commit,
      ),

    mergeBase: (base, head) =>
      api.get(COMPARE, { basehead: `${base}...${head}`, per_page: 1 }, (answer) =>
        answer.object('merge_base_commit').text('sha'),
      ),

    commitsBefore: (commit, limit) =>
      api.list(
        'GET /repos/{owner}/{repo}/commits',
        { sha: commit },
        (answer) => ({ sha: readSha(answer), parents: answer.list('parents').map(readSha) }),
        { atMost: limit },
      ),
  };
}

/** The object of a ref. A repository without commits has none, and GitHub says 409 to the question. */
async function refTip(api: RepositoryApi, ref: string): Promise<string | undefined> {
  try {
    return await api.find(`GET ${GIT}/ref/{ref}`, { ref }, (answer) => answer.object('object').text('sha'));
  } catch (error) {
    if (isEmptyRepository(error)) return undefined;
    throw error;
  }
}

const isEmptyRepository = (error: unknown): boolean => /repository is empty/i.test(errorMessage(error));

interface KnownCommit {
  readonly tree: string;
  readonly parents: readonly string[];
}

/** Makes commits. They never change: what was made or read here is not asked for again. */
function createCommits(api: RepositoryApi, redact: (text: string) => string) {
  const commits = new Map<string, KnownCommit>();

  async function known(commit: string): Promise<KnownCommit> {
    const found =
      commits.get(commit) ??
      (await api.get(`GET ${GIT}/commits/{commit_sha}`, { commit_sha: commit }, (answer) => ({
        tree: answer.object('tree').text('sha'),
        parents: answer.list('parents').map(readSha),
      })));
    commits.set(commit, found);
    return found;
  }

  async function commit({ parent, files, message }: CommitRequest): Promise<string> {
    refuseSecrets(redact, files, message);
    const base = parent === undefined ? {} : { base_tree: (await known(parent)).tree };
    const entries = files.map(({ path, content }) => ({ path, mode: '100644', type: 'blob', content }));
    const tree = await api.store(`POST ${GIT}/trees`, { ...base, tree: entries }, readSha).catch((error) => {
      throw isEmptyRepository(error) ? emptyRepository(error) : error;
    });
    const parents = parent === undefined ? [] : [parent];
    // No author: GitHub signs commits of bots only when it may name the author itself.
    const made = await api.store(`POST ${GIT}/commits`, { message, tree, parents }, readSha);
    commits.set(made, { tree, parents });
    return made;
  }

  return { known, commit };
}

const emptyRepository = (cause: unknown): ActionError =>
  new ActionError(
    'ledger-conflict',
    'the repository has no commit yet, and GitHub makes no branch in an empty repository. Push a first commit, for example a README, and run the job again.',
    { cause },
  );

/** @throws ActionError invalid-input for files or a message that a redactor would alter: what is hashed cannot be */
export function refuseSecrets(
  redact: (text: string) => string,
  files: readonly TreeFile[],
  message: string,
): void {
  const leaking = files.find((file) => redact(file.content) !== file.content);
  if (leaking || redact(message) !== message)
    throw new ActionError(
      'invalid-input',
      `commit "${redact(message).split('\n')[0]}": ${leaking?.path ?? 'the message'} would hold a secret. Remove it from the values that are recorded.`,
    );
}
