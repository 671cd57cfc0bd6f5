import { chainEvents, eventLines } from '../../lib/registry/chain.ts';
import type { Draft, LedgerEvent } from '../../lib/registry/events.ts';
import { monthOf } from '../../lib/registry/fold.ts';
import {
  appendEvents,
  emptyLedger,
  type Ledger,
  ledgerFiles,
  ledgerPath,
} from '../../lib/registry/ledger.ts';
import { remember } from '../../lib/registry/memory.ts';
import { sealBefore } from '../../lib/registry/seal.ts';
import { blobName } from '../../runtime/github/blob-name.ts';

/** A ledger as many runs in a row would leave it, without a commit for each of them. */
export class WrittenLedger {
  readonly #model: string;
  readonly #sealed: boolean;
  readonly #blobs = new Map<string, string>();
  readonly #old = new Map<string, string>();
  /** All events, from the first on. */
  readonly events: LedgerEvent[] = [];
  #ledger: Ledger;

  /** @param sealed - whether its months are sealed; without it as it was written before there were seals */
  constructor(model: string, sealed: boolean) {
    this.#model = model;
    this.#sealed = sealed;
    this.#ledger = emptyLedger(model);
  }

  /** The ledger as a reader has it. */
  get ledger(): Ledger {
    return this.#ledger;
  }

  /** What one run records at a time. */
  append(ts: string, run: number, drafts: readonly Draft[]): void {
    const last = this.#ledger.events.at(-1);
    if (last !== undefined && monthOf(last.ts) !== monthOf(ts)) this.#closeMonth(monthOf(last.ts));
    const seal = this.#sealed ? sealBefore(ts, this.#ledger, new Map(this.#blobs)) : undefined;
    if (seal !== undefined) {
      this.#keep(seal.file.path, seal.file.content);
      this.#ledger = remember(this.#ledger);
    }
    const added = chainEvents(
      this.#ledger.state.head,
      seal === undefined ? drafts : [seal.draft, ...drafts],
      {
        operation: {
          repository: 'octo/models',
          run: String(run),
          job: 'promote',
          action: 'promote-model',
          operation: 'promote',
          model: this.#model,
        },
        author: {
          actor: 'alice',
          run: {
            id: run,
            attempt: 1,
            job: 'promote',
            workflow: 'octo/models/.github/workflows/promote.yml@refs/heads/main',
            sha: '4'.repeat(40),
          },
        },
        ts,
      },
    );
    this.events.push(...added);
    this.#ledger = appendEvents(this.#ledger, added);
  }

  /** All files of the model, by path, and the mark of the branch. */
  files(): ReadonlyMap<string, string> {
    const newest = ledgerFiles(this.#ledger, this.#ledger.events).map(
      ({ path, content }) => [path, content] as const,
    );
    return new Map([...newest, ...this.#old]);
  }

  #closeMonth(month: string): void {
    const events = this.#ledger.events.filter(({ ts }) => monthOf(ts) === month);
    this.#keep(ledgerPath.events(this.#model, month), eventLines(events));
  }

  #keep(path: string, content: string): void {
    this.#old.set(path, content);
    this.#blobs.set(path, blobName(content));
  }
}
