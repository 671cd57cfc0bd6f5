import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommitFields, parseCommit } from './commit-text.ts';

/** How `git` refused. */
export class GitError extends Error {}

export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size: number | undefined;
}

/** A file that differs between two commits. */
export interface ComparedFile {
  /** `A`, `M`, `D` or `R`. */
  readonly letter: string;
  readonly path: string;
  readonly previous: string | undefined;
  /** Hunks without the head of the file; absent for binary files and mere renames. */
  readonly patch: string | undefined;
}

const AUTHOR = {
  name: 'github-actions[bot]',
  email: '41898282+github-actions[bot]@users.noreply.github.com',
};
const NONE = '0'.repeat(40);
const SHA = /^[0-9a-f]{40}$/;
const PLAIN_REF = /^refs\/[\w./-]+$/;
/** Objects that are remembered, and the largest whose content is. */
const REMEMBERED = 10_000;
const SMALL = 64 * 1024;

/** The remote: a bare repository that one can clone, driven by git's plumbing. */
export class BareRepository {
  readonly path: string;
  /** Objects never change: what is known of them saves a process each time it is asked for. */
  readonly #types = new Map<string, string>();
  readonly #contents = new Map<string, Buffer>();
  #refs: Promise<unknown> = Promise.resolve();

  private constructor(path: string) {
    this.path = path;
  }

  /** Opens the repository, or makes it with a first commit on the default branch. */
  static async open(path: string, defaultBranch: string): Promise<BareRepository> {
    const repository = new BareRepository(path);
    await repository.#run(['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, path], {
      bare: false,
    });
    if ((await repository.resolve(`refs/heads/${defaultBranch}`)) === undefined)
      await repository.commitFiles(defaultBranch, { 'README.md': '# Repository\n' }, 'First commit');
    return repository;
  }

  /** Commits files on a branch (made from `from` if it does not exist) and gives the new tip. */
  async commitFiles(
    branch: string,
    files: Readonly<Record<string, string | Uint8Array>>,
    message: string,
    from?: string,
  ): Promise<string> {
    const ref = `refs/heads/${branch}`;
    const tip = await this.resolve(ref);
    const parent = tip ?? (from === undefined ? undefined : await this.resolve(from));
    const entries = [];
    for (const [path, content] of Object.entries(files))
      entries.push({ path, mode: '100644', sha: await this.writeBlob(Buffer.from(content)) });
    const tree = await this.writeTree(parent === undefined ? undefined : await this.treeOf(parent), entries);
    const commit = await this.writeCommit({ tree, message, parents: parent === undefined ? [] : [parent] });
    await this.moveRef(ref, commit, tip ?? NONE);
    return commit;
  }

  /** The object that a ref, sha or `<commit>:<path>` names, `undefined` if there is none. */
  async resolve(name: string): Promise<string | undefined> {
    if (name.startsWith('-')) return undefined;
    const plain = await this.#withoutGit(name);
    if (plain !== undefined) return plain;
    const shown = await this.#try(['rev-parse', '--quiet', '--verify', '--end-of-options', name]);
    const sha = shown?.toString().trim();
    if (sha === undefined || !SHA.test(sha)) return undefined;
    return (await this.typeOf(sha)) === undefined ? undefined : sha;
  }

  /** What an object's own name or a ref's means, as far as no process need be asked. */
  async #withoutGit(name: string): Promise<string | undefined> {
    const [, start = '', wanted] = /^([\w./-]+?)(?:\^\{(commit|tree)\})?$/.exec(name) ?? [];
    const sha = SHA.test(start) ? start : await this.#looseRef(start);
    if (sha === undefined) return undefined;
    const type = wanted === undefined ? undefined : await this.typeOf(sha);
    return type === wanted && (wanted !== undefined || this.#types.has(sha)) ? sha : undefined;
  }

  /** The commit of a branch, tag or sha, in GitHub's order. */
  async commitOf(ref: string): Promise<string | undefined> {
    const names = ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`];
    if (SHA.test(ref)) names.unshift(ref);
    for (const name of names) {
      const sha = await this.resolve(`${name}^{commit}`);
      if (sha !== undefined) return sha;
    }
    return undefined;
  }

  async typeOf(sha: string): Promise<string | undefined> {
    const known = this.#types.get(sha);
    if (known !== undefined) return known;
    const type = (await this.#try(['cat-file', '-t', sha]))?.toString().trim();
    if (type !== undefined && SHA.test(sha)) remember(this.#types, sha, type);
    return type;
  }

  /** The raw content of an object. @throws GitError */
  async read(sha: string, type: 'blob' | 'commit' | 'tag'): Promise<Buffer> {
    const key = `${type} ${sha}`;
    const known = this.#contents.get(key);
    if (known !== undefined) return known;
    const content = await this.#run(['cat-file', type, sha]);
    if (content.length <= SMALL && SHA.test(sha)) remember(this.#contents, key, content);
    return content;
  }

  async writeBlob(content: Uint8Array): Promise<string> {
    const sha = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    if (this.#types.has(sha)) return sha;
    await this.#run(['hash-object', '-w', '--stdin'], { input: content });
    remember(this.#types, sha, 'blob');
    return sha;
  }

  async treeOf(commit: string): Promise<string> {
    return (await this.readCommit(commit)).tree;
  }

  /** A tree from another one with entries added, replaced or (without a sha) removed. @throws GitError for a bad path */
  async writeTree(
    base: string | undefined,
    entries: readonly { readonly path: string; readonly mode: string; readonly sha: string | null }[],
  ): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'git-index-'));
    const env = { GIT_INDEX_FILE: join(folder, 'index') };
    try {
      if (base !== undefined) await this.#run(['read-tree', base], { env });
      const lines = entries.map(
        ({ path, mode, sha }) => `${sha === null ? '0' : mode} ${sha ?? NONE}\t${path}\0`,
      );
      await this.#run(['update-index', '-z', '--index-info'], { env, input: Buffer.from(lines.join('')) });
      return this.#written('tree', await this.#run(['write-tree'], { env }));
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  async entries(tree: string, recursive: boolean): Promise<readonly TreeEntry[]> {
    const listed = await this.#run(['ls-tree', '-z', '-l', ...(recursive ? ['-r', '-t'] : []), tree]);
    return listed
      .toString()
      .split('\0')
      .flatMap((line) => {
        const match = /^(\d+) (\w+) (\w+) +(\d+|-)\t([\s\S]+)$/.exec(line);
        const [, mode = '', type = '', sha = '', size = '', path = ''] = match ?? [];
        return match ? [{ path, mode, type, sha, size: size === '-' ? undefined : Number(size) }] : [];
      });
  }

  async writeCommit(fields: Omit<CommitFields, 'author'>): Promise<string> {
    const parents = fields.parents.flatMap((parent) => ['-p', parent]);
    const input = Buffer.from(fields.message);
    return this.#written(
      'commit',
      await this.#run(['commit-tree', fields.tree, ...parents, '-F', '-'], { input }),
    );
  }

  #written(type: string, output: Buffer): string {
    const sha = output.toString().trim();
    remember(this.#types, sha, type);
    return sha;
  }

  async readCommit(sha: string): Promise<CommitFields> {
    return parseCommit((await this.read(sha, 'commit')).toString());
  }

  async writeTag(raw: string): Promise<string> {
    return (await this.#run(['mktag'], { input: Buffer.from(raw) })).toString().trim();
  }

  /** Whether the first commit is the second or lies in its history. */
  async isAncestor(ancestor: string, commit: string): Promise<boolean> {
    return (await this.#try(['merge-base', '--is-ancestor', ancestor, commit])) !== undefined;
  }

  async mergeBase(one: string, other: string): Promise<string | undefined> {
    return (await this.#try(['merge-base', one, other]))?.toString().trim();
  }

  /** Commits of `to` that `from` does not have, newest first. */
  async log(to: string, from?: string, atMost = 250): Promise<readonly string[]> {
    const range = from === undefined ? [to] : [to, `^${from}`];
    return lines(await this.#run(['rev-list', `--max-count=${atMost}`, ...range]));
  }

  async changedFiles(
    from: string,
    to: string,
  ): Promise<readonly { readonly path: string; readonly letter: string }[]> {
    const diff = await this.#run(['diff', '--no-renames', '--name-status', from, to]);
    return lines(diff).map((line) => ({ letter: line.slice(0, 1), path: line.slice(2) }));
  }

  /** What a commit changes against another, as GitHub lists it: renames found, with each file's hunks. */
  async comparedFiles(from: string, to: string): Promise<readonly ComparedFile[]> {
    const listed = await this.#run(['diff', '--raw', '-z', '--find-renames', from, to]);
    const parts = listed.toString().split('\0');
    const files: ComparedFile[] = [];
    for (let at = 0; at + 1 < parts.length; ) {
      const letter = parts[at]?.split(' ').at(-1)?.slice(0, 1) ?? 'M';
      const moved = letter === 'R';
      const [first = '', second = ''] = [parts[at + 1], parts[at + 2]];
      const paths = moved ? [first, second] : [first];
      const diff = (await this.#run(['diff', '--find-renames', from, to, '--', ...paths])).toString();
      const hunks = diff.search(/^@@ /m);
      files.push({
        letter,
        path: moved ? second : first,
        previous: moved ? first : undefined,
        patch: hunks < 0 ? undefined : diff.slice(hunks).replace(/\n$/, ''),
      });
      at += moved ? 3 : 2;
    }
    return files;
  }

  /** The tree of a merge, `undefined` on a conflict. */
  async mergeTree(one: string, other: string): Promise<string | undefined> {
    return (await this.#try(['merge-tree', '--write-tree', one, other]))?.toString().trim();
  }

  async refs(
    prefix: string,
  ): Promise<readonly { readonly ref: string; readonly sha: string; readonly type: string }[]> {
    const format = '%(refname) %(objectname) %(objecttype)';
    return lines(await this.#run(['for-each-ref', `--format=${format}`])).flatMap((line) => {
      const [ref = '', sha = '', type = ''] = line.split(' ');
      return ref.startsWith(prefix) ? [{ ref, sha, type }] : [];
    });
  }

  /** The object of a ref by its whole name. Unless git packed it away it is a file, and costs no process. */
  async objectOf(ref: string): Promise<string | undefined> {
    return (await this.#looseRef(ref)) ?? (await this.refs(ref)).find((one) => one.ref === ref)?.sha;
  }

  async #looseRef(ref: string): Promise<string | undefined> {
    if (!PLAIN_REF.test(ref) || ref.includes('..')) return undefined;
    const sha = (await readFile(join(this.path, ref), 'utf8').catch(() => '')).trim();
    return SHA.test(sha) ? sha : undefined;
  }

  async isLegalRef(ref: string): Promise<boolean> {
    return (await this.#try(['check-ref-format', ref])) !== undefined;
  }

  /** Moves a ref from the value it is thought to have: a true compare-and-swap. Gives whether it did. */
  moveRef(ref: string, to: string, from: string = NONE): Promise<boolean> {
    const move = this.#refs.then(async () => (await this.#try(['update-ref', ref, to, from])) !== undefined);
    this.#refs = move.catch(() => undefined);
    return move;
  }

  async deleteRef(ref: string): Promise<boolean> {
    return (await this.#try(['update-ref', '-d', ref])) !== undefined;
  }

  async #try(args: readonly string[]): Promise<Buffer | undefined> {
    try {
      return await this.#run(args);
    } catch (error) {
      if (error instanceof GitError) return undefined;
      throw error;
    }
  }

  #run(
    args: readonly string[],
    options: {
      readonly input?: Uint8Array;
      readonly env?: Readonly<Record<string, string>>;
      readonly bare?: boolean;
    } = {},
  ): Promise<Buffer> {
    const where = options.bare === false ? [] : ['--git-dir', this.path];
    const env = { ...isolated(), ...options.env };
    return new Promise((resolve, reject) => {
      const child = execFile(
        'git',
        ['-c', 'core.quotePath=false', ...where, ...args],
        { env, encoding: 'buffer', maxBuffer: 2 ** 28 },
        (error, stdout, stderr) =>
          error
            ? reject(new GitError(`git ${args[0]}: ${stderr.toString().trim() || error.message}`))
            : resolve(stdout),
      );
      child.stdin?.on('error', () => undefined); // git may answer without reading all of it
      child.stdin?.end(options.input ?? '');
    });
  }
}

function remember<T>(known: Map<string, T>, key: string, value: T): void {
  if (known.size >= REMEMBERED) known.clear();
  known.set(key, value);
}

const lines = (output: Buffer): readonly string[] =>
  output
    .toString()
    .split('\n')
    .filter((line) => line !== '');

/** The settings of the person whose machine this is must not change what the service does. */
const isolated = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: tmpdir(),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
  GIT_AUTHOR_NAME: AUTHOR.name,
  GIT_AUTHOR_EMAIL: AUTHOR.email,
  GIT_COMMITTER_NAME: AUTHOR.name,
  GIT_COMMITTER_EMAIL: AUTHOR.email,
});
