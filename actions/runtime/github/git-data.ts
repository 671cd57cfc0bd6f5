import { createHash } from 'node:crypto';
import { ActionError } from '../../lib/errors.ts';
import type { Clock } from '../runtime.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';
import type { WriteResult } from './github.ts';
import { publishCommit } from './publish-commit.ts';

export interface TreeFile {
  readonly path: string;
  readonly content: string;
}

/** A commit and what it was made on; the first parent is the branch it was merged into. */
export interface CommitParents {
  readonly sha: string;
  readonly parents: readonly string[];
}

/** Git objects and refs: what the ledger is published through, and what `git:` locations read. */
export interface GitData {
  /** The commit a branch points at, `undefined` if there is no such branch. */
  branchTip(branch: string): Promise<string | undefined>;
  /** The commit that a branch, tag or sha names. @throws ActionError not-found */
  commitOf(ref: string): Promise<string>;
  /** A file at a commit, `undefined` if it is not there; up to 100 MB. */
  readFile(commit: string, path: string): Promise<Uint8Array | undefined>;
  /** A commit object on `parent` (none: a root commit) that adds or replaces files. Content-addressed: safe to repeat. */
  commit(request: {
    readonly parent: string | undefined;
    readonly files: readonly TreeFile[];
    readonly message: string;
  }): Promise<string>;
  /**
   * Moves a branch to a commit whose parent is its tip (or creates it), fast-forward only. Decided by re-reading the
   * branch: `refused` means that somebody else's commit is there and ours is not, so build on the new tip and try again.
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
  const branchTip = (branch: string) =>
    api.find(`GET ${GIT}/ref/{ref}`, { ref: `heads/${branch}` }, (ref) => ref.object('object').text('sha'));

  async function contains(commit: string, ancestor: string): Promise<boolean> {
    if (commit === ancestor) return true;
    const compared = { basehead: `${ancestor}...${commit}`, per_page: 1 };
    const status = await api.find(COMPARE, compared, (answer) => answer.text('status'));
    return status === 'ahead' || status === 'identical';
  }

  const parentsOf = (commit: string) =>
    api.get(`GET ${GIT}/commits/{commit_sha}`, { commit_sha: commit }, (answer) =>
      answer.list('parents').map(readSha),
    );

  return {
    branchTip,
    contains,

    // GitHub says 422 to a name that it cannot resolve.
    commitOf: (ref) =>
      api.get('GET /repos/{owner}/{repo}/commits/{ref}', { ref, per_page: 1 }, readSha, [404, 422]),

    async readFile(commit, path) {
      const route = 'GET /repos/{owner}/{repo}/contents/{path}';
      // This media type gives a folder as an object too, instead of a list.
      const headers = { accept: 'application/vnd.github.object+json' };
      const file = await api.find(route, { path, ref: commit, headers }, readContent);
      if (file === undefined) return undefined;
      if (file.content !== undefined) return checked(file.content, file.sha, path);
      const blob = await api.get(`GET ${GIT}/blobs/{file_sha}`, { file_sha: file.sha }, (answer) =>
        answer.text('content'),
      );
      return checked(blob, file.sha, path);
    },

    async commit({ parent, files, message }) {
      const leaking = files.find((file) => redact(file.content) !== file.content);
      if (leaking || redact(message) !== message)
        throw new ActionError(
          'invalid-input',
          `commit "${message.split('\n')[0]}": ${leaking?.path ?? 'the message'} would hold a secret. Remove it from the values that are recorded.`,
        );
      const base =
        parent === undefined
          ? undefined
          : await api.get(`GET ${GIT}/commits/{commit_sha}`, { commit_sha: parent }, (answer) =>
              answer.object('tree').text('sha'),
            );
      const entries = files.map(({ path, content }) => ({ path, mode: '100644', type: 'blob', content }));
      const tree = await api.store(
        `POST ${GIT}/trees`,
        { ...(base === undefined ? {} : { base_tree: base }), tree: entries },
        readSha,
      );
      // No author: GitHub signs commits of bots only when it may name the author itself.
      return api.store(
        `POST ${GIT}/commits`,
        { message, tree, parents: parent === undefined ? [] : [parent] },
        readSha,
      );
    },

    publish: (branch, commit) =>
      publishCommit({ api, clock, branchTip, contains, parentsOf }, branch, commit),

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

/** GitHub inlines files up to 1 MB and names the blob of larger ones. */
function readContent(answer: Answer): { readonly sha: string; readonly content: string | undefined } {
  if (answer.text('type') !== 'file')
    throw new ActionError(
      'invalid-file',
      `${answer.text('path')}: is not a file but a ${answer.text('type')}`,
    );
  const inline = answer.optionalText('encoding') === 'base64' && answer.has('content');
  return { sha: answer.text('sha'), content: inline ? answer.text('content') : undefined };
}

/** Decodes a blob and compares it with its own name, which tells a truncated answer from a whole one. */
function checked(base64: string, sha: string, path: string): Uint8Array {
  const bytes = Buffer.from(base64, 'base64');
  const name = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  if (name !== sha)
    throw new ActionError(
      'digest-mismatch',
      `${path}: came as blob ${name}, GitHub promised ${sha}. Run the job again.`,
    );
  return new Uint8Array(bytes);
}
