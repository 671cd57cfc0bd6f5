import type { LedgerEvent } from '../../lib/registry/events.ts';
import type { LedgerState } from '../../lib/registry/state.ts';
import type { BareRepository } from '../services/github/bare-repository.ts';

const BRANCH = 'mlops-registry';
const FOLDER = 'models/penguins';

/** The registry's ledger as it lies on its branch. */
export class LedgerView {
  readonly #remote: BareRepository;

  constructor(remote: BareRepository) {
    this.#remote = remote;
  }

  /** The folded state; `undefined` before the first registration. */
  async state(): Promise<LedgerState | undefined> {
    const text = await this.#read(`${FOLDER}/state.json`);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** Every event, oldest first. */
  async events(): Promise<readonly LedgerEvent[]> {
    const commit = await this.#remote.commitOf(BRANCH);
    if (commit === undefined) return [];
    const entries = await this.#remote.entries(await this.#remote.treeOf(commit), true);
    const months = entries.filter(
      ({ path }) => path.startsWith(`${FOLDER}/events/`) && path.endsWith('.jsonl'),
    );
    const texts = await Promise.all(months.map(({ path }) => this.#read(path)));
    return texts
      .join('\n')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): LedgerEvent => JSON.parse(line))
      .sort((a, b) => a.seq - b.seq);
  }

  async #read(path: string): Promise<string | undefined> {
    const sha = await this.#remote.resolve(`${BRANCH}:${path}`);
    return sha === undefined ? undefined : (await this.#remote.read(sha, 'blob')).toString('utf8');
  }
}
