import type { WriteResult } from './github.ts';

export interface TreeFile {
  readonly path: string;
  readonly content: string;
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
  /** Moves a branch to a commit whose parent is its tip (or creates it), fast-forward only. One shot. */
  publish(branch: string, commit: string): Promise<WriteResult<{ readonly commit: string }>>;
  /** Whether `ancestor` is `commit` or lies in its history. */
  contains(commit: string, ancestor: string): Promise<boolean>;
  /** The merge base of two commits. */
  mergeBase(base: string, head: string): Promise<string>;
}
