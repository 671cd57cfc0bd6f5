import { createHash } from 'node:crypto';
import type {
  BareRepository as RealRepository,
  TreeEntry,
} from '../../actions/local/services/github/bare-repository.ts';
import { type CommitFields, parseCommit } from '../../actions/local/services/github/commit-text.ts';

/** How the real one refuses. */
export class GitError extends Error {}

interface Row {
  readonly mode: string;
  readonly sha: string;
}

type Change = Parameters<RealRepository['writeTree']>[1][number];

const AUTHOR = 'github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>';
const NONE = '0'.repeat(40);
const FOLDER = '40000';

/**
 * The remote of the local GitHub, in memory: the same objects under the same names as git's own, without a process
 * for each. A test that runs hundreds of promotions takes it in place of the real one; `fault-table-git.test.ts`
 * holds it against git.
 */
export class BareRepository implements Partial<RealRepository> {
  readonly path = '';
  readonly #objects = new Map<string, { readonly type: string; readonly content: Buffer }>();
  readonly #trees = new Map<string, ReadonlyMap<string, Row>>();
  readonly #refs = new Map<string, string>();

  static async open(_path: string, defaultBranch: string): Promise<BareRepository> {
    const repository = new BareRepository();
    await repository.commitFiles(defaultBranch, { 'README.md': '# Repository\n' }, 'First commit');
    return repository;
  }

  /** Takes over everything another repository holds, which costs nothing: objects never change. */
  become(other: BareRepository): void {
    for (const [sha, object] of other.#objects) this.#objects.set(sha, object);
    for (const [sha, rows] of other.#trees) this.#trees.set(sha, rows);
    for (const [ref, sha] of other.#refs) this.#refs.set(ref, sha);
  }

  async commitFiles(
    branch: string,
    files: Readonly<Record<string, string | Uint8Array>>,
    message: string,
    from?: string,
  ): Promise<string> {
    const ref = `refs/heads/${branch}`;
    const parent = await this.resolve(this.#refs.has(ref) ? ref : (from ?? ref));
    const entries: Change[] = [];
    for (const [path, content] of Object.entries(files))
      entries.push({ path, mode: '100644', sha: await this.writeBlob(Buffer.from(content)) });
    const tree = await this.writeTree(parent && (await this.treeOf(parent)), entries);
    const commit = await this.writeCommit({ tree, message, parents: parent === undefined ? [] : [parent] });
    this.#refs.set(ref, commit);
    return commit;
  }

  /** The object that a ref, sha or `<commit>:<path>` names, with `^{commit}` or `^{tree}` behind it or not. */
  async resolve(name: string): Promise<string | undefined> {
    const [, start = '', wanted, path] = /^(.*?)(?:\^\{(commit|tree)\})?(?::(.*))?$/s.exec(name) ?? [];
    const sha = this.#refs.get(start) ?? (this.#objects.has(start) ? start : undefined);
    if (sha === undefined) return undefined;
    const type = this.#objects.get(sha)?.type;
    if (path === undefined && (wanted === undefined || wanted === type)) return sha;
    if (type !== 'commit' && type !== 'tree') return undefined;
    const tree = type === 'commit' ? await this.treeOf(sha) : sha;
    if (path === undefined) return wanted === 'tree' ? tree : undefined;
    let at: string | undefined = tree;
    for (const part of path.split('/').filter(Boolean)) at = at && this.#rows(at).get(part)?.sha;
    return at;
  }

  async commitOf(ref: string): Promise<string | undefined> {
    for (const name of [ref, `refs/heads/${ref}`, `refs/tags/${ref}`]) {
      const sha = await this.resolve(`${name}^{commit}`);
      if (sha !== undefined) return sha;
    }
    return undefined;
  }

  async typeOf(sha: string): Promise<string | undefined> {
    return this.#objects.get(sha)?.type;
  }

  async read(sha: string, type: string): Promise<Buffer> {
    const found = this.#objects.get(sha);
    if (found?.type !== type) throw new GitError(`git cat-file: there is no ${type} ${sha}`);
    return found.content;
  }

  #put(type: string, content: Buffer): string {
    const sha = createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
    this.#objects.set(sha, { type, content });
    return sha;
  }

  async writeBlob(content: Uint8Array): Promise<string> {
    return this.#put('blob', Buffer.from(content));
  }

  async treeOf(commit: string): Promise<string> {
    return (await this.readCommit(commit)).tree;
  }

  #rows(tree: string): ReadonlyMap<string, Row> {
    return this.#trees.get(tree) ?? new Map();
  }

  async writeTree(base: string | undefined, entries: readonly Change[]): Promise<string> {
    return this.#changed(base, entries) ?? this.#putTree(new Map());
  }

  /** The tree after the changes, `undefined` when nothing is left in it. */
  #changed(base: string | undefined, entries: readonly Change[]): string | undefined {
    const rows = new Map(base === undefined ? [] : this.#rows(base));
    const below = new Map<string, Change[]>();
    for (const entry of entries) {
      const [head = '', ...rest] = entry.path.split('/');
      if (rest.length > 0) below.set(head, [...(below.get(head) ?? []), { ...entry, path: rest.join('/') }]);
      else if (entry.sha === null) rows.delete(head);
      else rows.set(head, { mode: entry.mode, sha: entry.sha });
    }
    for (const [head, changes] of below) {
      const before = rows.get(head);
      const sha = this.#changed(before?.mode === FOLDER ? before.sha : undefined, changes);
      if (sha === undefined) rows.delete(head);
      else rows.set(head, { mode: FOLDER, sha });
    }
    return rows.size === 0 ? undefined : this.#putTree(rows);
  }

  #putTree(rows: ReadonlyMap<string, Row>): string {
    // Git sorts folders as if their names ended with a slash.
    const key = ([name, { mode }]: readonly [string, Row]) => (mode === FOLDER ? `${name}/` : name);
    const sorted = [...rows].sort((a, b) => Buffer.compare(Buffer.from(key(a)), Buffer.from(key(b))));
    const pieces = sorted.flatMap(([name, { mode, sha }]) => [
      Buffer.from(`${mode} ${name}\0`),
      Buffer.from(sha, 'hex'),
    ]);
    const sha = this.#put('tree', Buffer.concat(pieces));
    this.#trees.set(sha, new Map(sorted));
    return sha;
  }

  async entries(tree: string, recursive: boolean): Promise<readonly TreeEntry[]> {
    const all: TreeEntry[] = [];
    for (const [name, { mode, sha }] of this.#rows(tree)) {
      const { type = 'blob', content } = this.#objects.get(sha) ?? {};
      const size = type === 'blob' ? content?.length : undefined;
      all.push({ path: name, mode: mode.padStart(6, '0'), type, sha, size });
      if (!recursive || type !== 'tree') continue;
      for (const entry of await this.entries(sha, true))
        all.push({ ...entry, path: `${name}/${entry.path}` });
    }
    return all;
  }

  async writeCommit({ tree, parents, message }: Omit<CommitFields, 'author'>): Promise<string> {
    const by = `${AUTHOR} ${Math.floor(Date.now() / 1_000)} +0000`;
    const head = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`)];
    return this.#put(
      'commit',
      Buffer.from([...head, `author ${by}`, `committer ${by}`, '', message].join('\n')),
    );
  }

  async readCommit(sha: string): Promise<CommitFields> {
    return parseCommit((await this.read(sha, 'commit')).toString());
  }

  /** Commits of `to` that `from` does not have, newest first. */
  async log(to: string, from?: string, atMost = 250): Promise<readonly string[]> {
    const known = new Set(from === undefined ? [] : await this.log(from, undefined, Number.MAX_SAFE_INTEGER));
    const found = new Set<string>();
    const open = [to];
    for (let sha = open.shift(); sha !== undefined && found.size < atMost; sha = open.shift()) {
      if (known.has(sha) || found.has(sha)) continue;
      found.add(sha);
      open.push(...(await this.readCommit(sha)).parents);
    }
    return [...found];
  }

  async isAncestor(ancestor: string, commit: string): Promise<boolean> {
    return (await this.log(commit, undefined, Number.MAX_SAFE_INTEGER)).includes(ancestor);
  }

  async mergeBase(one: string, other: string): Promise<string | undefined> {
    const known = new Set(await this.log(one, undefined, Number.MAX_SAFE_INTEGER));
    return (await this.log(other, undefined, Number.MAX_SAFE_INTEGER)).find((sha) => known.has(sha));
  }

  async changedFiles(from: string, to: string) {
    const files = async (commit: string) =>
      new Map((await this.entries(await this.treeOf(commit), true)).map((entry) => [entry.path, entry]));
    const [before, after] = [await files(from), await files(to)];
    const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
    return paths.flatMap((path) => {
      const [old, now] = [before.get(path), after.get(path)];
      if ((now ?? old)?.type !== 'blob' || old?.sha === now?.sha) return [];
      return [{ path, letter: old === undefined ? 'A' : now === undefined ? 'D' : 'M' }];
    });
  }

  async refs(prefix: string) {
    return [...this.#refs]
      .filter(([ref]) => ref.startsWith(prefix))
      .map(([ref, sha]) => ({ ref, sha, type: this.#objects.get(sha)?.type ?? '' }));
  }

  async objectOf(ref: string): Promise<string | undefined> {
    return this.#refs.get(ref);
  }

  async isLegalRef(ref: string): Promise<boolean> {
    return /^refs\/[\w-]+(\/[\w-][\w.-]*)+$/.test(ref) && !/\.\.|\.lock(\/|$)|\.$/.test(ref);
  }

  async moveRef(ref: string, to: string, from: string = NONE): Promise<boolean> {
    if ((this.#refs.get(ref) ?? NONE) !== from) return false;
    this.#refs.set(ref, to);
    return true;
  }

  async deleteRef(ref: string): Promise<boolean> {
    return this.#refs.delete(ref);
  }
}
