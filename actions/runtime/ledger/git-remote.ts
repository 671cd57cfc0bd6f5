import { join } from 'node:path';
import { ActionError } from '../../lib/errors.ts';
import type { RemoteAddress } from '../../lib/registry/remote-address.ts';
import { blobName } from '../github/blob-name.ts';
import { type CommitRequest, refuseSecrets } from '../github/git-data.ts';
import type { WriteResult } from '../github/github.ts';
import { isFinalRefusal, MOVED } from '../github/publish-commit.ts';
import type { CommandResult, Runtime } from '../runtime.ts';
import { type GitProgram, openGitProgram } from './git-program.ts';
import type { LedgerRemote } from './ledger-remote.ts';

const PUSHES = 4;
const LONGEST_FILE = 100 * 1024 * 1024;

type Published = WriteResult<{ readonly commit: string }>;

/**
 * A ledger's branch in any git repository, through the `git` program: fetched into a bare repository of our own, and
 * pushed with a lease, which is the compare-and-swap of git. After a refusal or a lost reply the remote itself is asked
 * what became of it.
 */
export class GitRemote implements LedgerRemote {
  readonly #runtime: Runtime;
  readonly #address: RemoteAddress;
  #program: Promise<GitProgram> | undefined;

  constructor(runtime: Runtime, address: RemoteAddress) {
    this.#runtime = runtime;
    this.#address = address;
    for (const secret of address.secrets) runtime.secret(secret);
  }

  branchTip(branch: string): Promise<string | undefined> {
    return this.#refTip(`refs/heads/${branch}`);
  }

  async hasTag(name: string): Promise<boolean> {
    return (await this.#refTip(`refs/tags/${name}`)) !== undefined;
  }

  async listFiles(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    await this.#fetch(commit);
    const listed = await this.#ask(['ls-tree', '-r', '-z', '--full-tree', commit, '--', ...paths]);
    return new Map(
      listed.split('\0').flatMap((line) => {
        const [, blob = '', path = ''] = /^\d+ blob ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? [];
        return path === '' ? [] : [[path, blob] as const];
      }),
    );
  }

  /** Through a file: what a program prints is text, cut where it is long and freed of secrets. */
  async readBlob(blob: string, path: string): Promise<Uint8Array> {
    const { folder } = await this.#git();
    const name = await this.#ask(['-C', folder, `--work-tree=${folder}`, 'unpack-file', blob]);
    const file = join(folder, name.trim());
    const bytes = await this.#runtime.files.read(file, LONGEST_FILE);
    await this.#runtime.files.remove(file);
    if (blobName(bytes) === blob) return bytes;
    throw new ActionError(
      'digest-mismatch',
      `${path}: came with other bytes than blob ${blob}. Run the job again.`,
    );
  }

  async readFile(commit: string, path: string): Promise<Uint8Array | undefined> {
    const blob = (await this.listFiles(commit, [path])).get(path);
    return blob === undefined ? undefined : this.readBlob(blob, path);
  }

  async commit({ parent, files, message }: CommitRequest): Promise<string> {
    refuseSecrets((text) => this.#runtime.redact(text), files, message);
    const { folder } = await this.#git();
    const env = { GIT_INDEX_FILE: join(folder, 'index') };
    if (parent !== undefined) await this.#fetch(parent);
    await this.#ask(['read-tree', parent ?? '--empty'], { env });
    const entries = [];
    for (const { path, content } of files) {
      const blob = await this.#ask(['hash-object', '-w', '--stdin'], { stdin: content });
      entries.push(`100644 ${blob.trim()}\t${path}\0`);
    }
    await this.#ask(['update-index', '-z', '--index-info'], { env, stdin: entries.join('') });
    const tree = (await this.#ask(['write-tree'], { env })).trim();
    const parents = parent === undefined ? [] : ['-p', parent];
    return (await this.#ask(['commit-tree', tree, ...parents, '-F', '-'], { stdin: message })).trim();
  }

  async publish(branch: string, commit: string): Promise<Published> {
    const shown = await this.#ask(['rev-list', '--parents', '--max-count=1', commit]);
    const parent = shown.trim().split(' ')[1];
    for (let tries = 1; ; tries++) {
      const pushed = await this.#push(`refs/heads/${branch}`, commit, parent ?? '');
      if (pushed.kind === 'done' || isDenied(pushed)) return pushed;
      const tip = await this.branchTip(branch);
      if (tip === commit) return { kind: 'done', value: { commit } };
      if (tip !== parent)
        return { kind: 'refused', status: MOVED, message: `${branch} has moved to ${tip ?? 'nothing'}` };
      if (tries === PUSHES) return pushed;
      await this.#runtime.clock.sleep(200 * 2 ** tries);
    }
  }

  async #push(ref: string, commit: string, expected: string): Promise<Published> {
    const lease = `--force-with-lease=${ref}:${expected}`;
    const result = await this.#run(['push', '--porcelain', lease, this.#address.url, `${commit}:${ref}`]);
    if (result.exitCode === 0) return { kind: 'done', value: { commit } };
    const message = reasonOf(result);
    if (/\[(remote )?rejected\]/.test(result.stdout)) return { kind: 'refused', status: 409, message };
    return ACCESS.test(result.stderr)
      ? { kind: 'refused', status: 403, message }
      : { kind: 'unknown', message };
  }

  async #refTip(ref: string): Promise<string | undefined> {
    const result = await this.#run(['ls-remote', '--refs', this.#address.url, ref]);
    if (result.exitCode !== 0) throw this.#unreachable(result);
    const line = result.stdout.split('\n').find((one) => one.endsWith(`\t${ref}`));
    return line?.split('\t')[0];
  }

  /** Brings a commit here, without its history. */
  async #fetch(commit: string): Promise<void> {
    const { run } = await this.#git();
    const isHere = async () => (await run(['cat-file', '-e', `${commit}^{tree}`])).exitCode === 0;
    if (await isHere()) return;
    const options = ['--quiet', '--no-tags', '--depth=1', '--no-write-fetch-head'];
    const result = await this.#run(['fetch', ...options, this.#address.url, commit]);
    if (result.exitCode !== 0 || !(await isHere())) throw this.#unreachable(result);
  }

  async #ask(
    args: readonly string[],
    options?: { readonly stdin?: string; readonly env?: Readonly<Record<string, string>> },
  ): Promise<string> {
    const { run } = await this.#git();
    const result = await run(args, options);
    if (result.exitCode === 0) return result.stdout;
    throw new ActionError(
      'invalid-file',
      `git ${args[0]}, in the copy of ${this.#address.shown}: ${reasonOf(result)}`,
    );
  }

  async #run(args: readonly string[]): Promise<CommandResult> {
    return (await this.#git()).run(args, { network: true });
  }

  #git(): Promise<GitProgram> {
    this.#program ??= openGitProgram(this.#runtime);
    return this.#program;
  }

  #unreachable(result: CommandResult): ActionError {
    const { shown } = this.#address;
    const reason = reasonOf(result);
    return ACCESS.test(result.stderr)
      ? new ActionError(
          'github-denied',
          `ledger-remote: ${shown} does not let us in (${reason}). Give an address and credentials that may read and write it.`,
        )
      : new ActionError(
          'github-unavailable',
          `ledger-remote: ${shown} cannot be reached (${reason}). Check the address and the network, and run the job again.`,
        );
  }
}

const ACCESS =
  /authentication failed|permission denied|could not read (username|password)|access denied|not authorized|returned error: 40[13]/i;

const isDenied = (result: Published): boolean => result.kind === 'refused' && isFinalRefusal(result);

/** The line in which git says why; its advice to people is left out. */
function reasonOf({ stdout, stderr, timedOut }: CommandResult): string {
  if (timedOut) return 'no answer in time';
  const lines = [...stdout.split('\n'), ...stderr.split('\n')].map((line) => line.trim());
  const said = lines.filter((line) => /^(!|remote:|fatal:|error:)/.test(line) && line.length > 7);
  return (
    (said.length > 0 ? said : lines.filter((line) => line !== '')).slice(0, 3).join('; ') ||
    'git gave no reason'
  );
}
