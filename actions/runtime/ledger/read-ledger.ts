import { type Digest, sha256 } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import { emptyLedger, LEDGER_MARKER, type Ledger, ledgerPath, stateText } from '../../lib/registry/ledger.ts';
import { monthOfSeal, parseSeal, unproven } from '../../lib/registry/seal.ts';
import { blobName } from '../github/blob-name.ts';
import type { TreeFile } from '../github/git-data.ts';
import { stateFlaw } from './claimed-state.ts';
import { fileProblem, type LedgerListing, ledgerListing, listedPaths } from './ledger-listing.ts';
import type { LedgerRemote } from './ledger-remote.ts';
import { type ProvenFile, proveFiles } from './prove-files.ts';
import { sealProblem } from './verify-seals.ts';

/** What a commit says about a model. */
export type FoundLedger =
  | { readonly kind: 'absent' }
  | { readonly kind: 'sound'; readonly ledger: Ledger }
  | { readonly kind: 'tampered'; readonly problem: string; readonly ledger: Ledger };

/** Where reading begins: at the first event, or at a seal. */
interface Beginning {
  readonly seal: { readonly blob: string; readonly month: string; readonly digest: Digest } | undefined;
  readonly ledger: Ledger;
  /** The files before it, for which the seal stands, with the names of their blobs. */
  readonly sealed: ReadonlyMap<string, string>;
}

/** The ledger as far as it is proven, and what is wrong with it, if anything is. */
interface Checked {
  readonly ledger: Ledger;
  readonly problem: string | undefined;
}

/**
 * Reads a model's ledger at commits of its branch and proves it: from the newest seal on every event by the chain, the
 * state by the events, and by the names of blobs, which one listing tells, that all before is as it was sealed. Nothing
 * that is known is read again, and of a file that has grown only the new lines are checked.
 */
export class LedgerReader {
  readonly #remote: LedgerRemote;
  readonly #branch: string;
  readonly #model: string;
  readonly #first: Beginning;
  #beginning: Beginning;
  /** The files since the beginning, in order. */
  #proven: readonly ProvenFile[] = [];
  #files: ReadonlyMap<string, string> = new Map();

  constructor(remote: LedgerRemote, branch: string, model: string) {
    this.#remote = remote;
    this.#branch = branch;
    this.#model = model;
    this.#first = { seal: undefined, ledger: emptyLedger(model), sealed: new Map() };
    this.#beginning = this.#first;
  }

  /** The names of blobs of all files of events and seals, by path, of the ledger that was read or written last. */
  get files(): ReadonlyMap<string, string> {
    return this.#files;
  }

  /** @throws ActionError ledger-conflict for a branch that is something else */
  async at(commit: string): Promise<FoundLedger> {
    const listing = await this.#list(commit);
    if (listing === undefined) return { kind: 'absent' };
    const checked = await this.#sinceSeal(listing);
    this.#files = new Map([...listing.events, ...listing.seals]);
    return this.#found(checked, listing);
  }

  /**
   * The same from the first event on, all of them, and whether every seal stands for what it should: one read for each
   * month of its history.
   */
  async wholeAt(commit: string): Promise<FoundLedger> {
    const listing = await this.#list(commit);
    if (listing === undefined) return { kind: 'absent' };
    const { ledger, problem } = await this.#sinceFirst(listing);
    return this.#found({ ledger, problem: problem ?? sealProblem(listing, ledger) }, listing);
  }

  /** Takes note of files that were just written, which make the ledger what it is now. */
  remember(before: Ledger, now: Ledger, written: readonly TreeFile[]): void {
    for (const { path, content } of written) {
      const blob = blobName(content);
      const { events = [], seals = [] } = ledgerListing(new Map([[path, blob]]), this.#model) ?? {};
      if (seals.length > 0) {
        const seal = { blob, month: monthOfSeal(path), digest: sha256(content) };
        this.#beginning = { seal, ledger: before, sealed: this.#files };
        this.#proven = [];
      }
      if (events.length > 0) {
        const others = this.#proven.filter((file) => file.path !== path);
        this.#proven = [...others, { path, blob, text: content, ledger: now }];
      }
      this.#files = new Map([...this.#files, ...events, ...seals]);
    }
  }

  async #list(commit: string): Promise<LedgerListing | undefined> {
    const files = await this.#remote.listFiles(commit, listedPaths(this.#model));
    this.#requireMarker(files.get(ledgerPath.marker));
    return ledgerListing(files, this.#model);
  }

  #requireMarker(blob: string | undefined): void {
    if (blob === blobName(LEDGER_MARKER)) return;
    throw new ActionError(
      'ledger-conflict',
      `branch ${this.#branch} is not a ledger of ours (its ${ledgerPath.marker} is ${blob === undefined ? 'missing' : 'another'}); name another branch in ledger-branch, or move this one away`,
    );
  }

  /** From the newest seal on, or from the first event on without one; so too when the seal proves nothing. */
  async #sinceSeal(listing: LedgerListing): Promise<Checked> {
    const beginning = await this.#begin(listing.seals.at(-1));
    if ('flaw' in beginning) return this.#distrust(listing, beginning.flaw);
    const { seal, ledger: before, sealed } = beginning;
    const files = listing.events.filter(
      ([path]) => seal === undefined || path > ledgerPath.events(this.#model, seal.month),
    );
    const known = beginning === this.#beginning ? this.#proven : [];
    const { ledger, broken, files: proven } = await proveFiles(before, files, known, this.#read);
    if (seal !== undefined) {
      const next = ledger.events.find(({ seq }) => seq === before.state.head.seq + 1);
      const doubt = unproven(seal.month, seal.digest, next);
      if (doubt !== undefined)
        return this.#distrust(listing, `${ledgerPath.sealed(this.#model, seal.month)}: ${doubt}`);
    }
    this.#beginning = beginning;
    this.#proven = proven;
    return { ledger, problem: broken ?? fileProblem(listing, sealed, ledger) };
  }

  async #sinceFirst(listing: LedgerListing): Promise<Checked> {
    const { ledger, broken } = await proveFiles(this.#first.ledger, listing.events, [], this.#read);
    return { ledger, problem: broken ?? fileProblem(listing, this.#first.sealed, ledger) };
  }

  /** What the chain proves without a seal that was changed. */
  async #distrust(listing: LedgerListing, flaw: string): Promise<Checked> {
    const { ledger, problem = flaw } = await this.#sinceFirst(listing);
    return { ledger, problem };
  }

  async #begin(
    newest: readonly [path: string, blob: string] | undefined,
  ): Promise<Beginning | { readonly flaw: string }> {
    if (this.#beginning.seal?.blob === newest?.[1]) return this.#beginning;
    if (newest === undefined) return this.#first;
    const [path, blob] = newest;
    const text = new TextDecoder().decode(await this.#remote.readBlob(blob, path));
    const parsed = parseSeal(text, this.#model);
    if ('problem' in parsed) return { flaw: `${path} ${parsed.problem}` };
    const { ledger, files } = parsed.seal;
    return {
      seal: { blob, month: monthOfSeal(path), digest: sha256(text) },
      ledger,
      sealed: files,
    };
  }

  async #found({ ledger, problem }: Checked, listing: LedgerListing): Promise<FoundLedger> {
    const wrong = problem ?? (await this.#stateProblem(ledger, listing.state));
    return wrong === undefined ? { kind: 'sound', ledger } : { kind: 'tampered', problem: wrong, ledger };
  }

  async #stateProblem(ledger: Ledger, blob: string | undefined): Promise<string | undefined> {
    const path = ledgerPath.state(this.#model);
    if (blob === undefined) return `${path} is missing`;
    if (blob === blobName(stateText(ledger.state))) return undefined;
    const text = new TextDecoder().decode(await this.#remote.readBlob(blob, path));
    return `${path} ${stateFlaw(text) ?? 'is not what the events add up to: it was edited, or events were cut off'}`;
  }

  readonly #read = (blob: string, path: string): Promise<Uint8Array> => this.#remote.readBlob(blob, path);
}
