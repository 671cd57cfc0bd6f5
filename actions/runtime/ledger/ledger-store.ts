import { ActionError } from '../../lib/errors.ts';
import { chainEvents, type Witness, witnessProblem } from '../../lib/registry/chain.ts';
import type { Draft } from '../../lib/registry/events.ts';
import {
  appendEvents,
  emptyLedger,
  type Ledger,
  ledgerFiles,
  ledgerPath,
} from '../../lib/registry/ledger.ts';
import { type Author, eventId, type Operation } from '../../lib/registry/operation.ts';
import { sealBefore } from '../../lib/registry/seal.ts';
import type { LedgerState } from '../../lib/registry/state.ts';
import type { TreeFile } from '../github/git-data.ts';
import { isFinalRefusal, MOVED } from '../github/publish-commit.ts';
import type { Clock } from '../runtime.ts';
import { claimedState } from './claimed-state.ts';
import { isTag, stuck, tampered, unwritable } from './ledger-errors.ts';
import type { LedgerRemote } from './ledger-remote.ts';
import { type FoundLedger, LedgerReader } from './read-ledger.ts';

/** The ledger as it lies on its branch. */
export type LedgerReading =
  /** No branch, or no such model on it. */
  | { readonly kind: 'absent'; readonly tip: string | undefined }
  | { readonly kind: 'sound'; readonly tip: string; readonly ledger: Ledger }
  /** Somebody changed it; `ledger` is what the chain still proves. */
  | { readonly kind: 'tampered'; readonly problem: string; readonly ledger: Ledger };

/** What to append, decided anew on every tip. Files ride along in the same commit. */
export interface Addition {
  readonly drafts: readonly Draft[];
  readonly files?: readonly TreeFile[];
}

/** The ledger after an addition, and the commit it lies in. */
export interface Appended {
  readonly ledger: Ledger;
  readonly commit: string;
}

/** What a commit of the branch says of the model, unproven. */
export interface ClaimedLedger {
  readonly tip: string;
  readonly state: LedgerState;
}

/** How an addition is insisted on. */
interface AppendOptions {
  /** How often to build and publish; 1 for a single shot. */
  readonly tries?: number;
  /** After a lost race it is tried again as soon as there is hope, before others that wait longer. */
  readonly urgent?: boolean;
}

/** A model's ledger, as the actions use it. */
export interface LedgerStore {
  /** @throws ActionError github-denied, github-unavailable, ledger-conflict for a branch that is something else */
  read(): Promise<LedgerReading>;
  /**
   * The same with all events from the first on, each of them and every seal proven: one read for each month of the
   * ledger's history.
   */
  whole(): Promise<LedgerReading>;
  /**
   * What the newest `state.json` claims, in at most two reads and unproven: enough to see whether anything is due.
   * `undefined` when there is no ledger of this model.
   *
   * @throws ActionError ledger-tampered for a file that is no state; github-denied, github-unavailable
   */
  peek(): Promise<ClaimedLedger | undefined>;
  /**
   * Appends what `plan` asks for on the newest tip, exactly once: a draft whose id is in the ledger is left out,
   * and a lost race or a lost reply leads to a new reading, never to a repeated write. `plan` may be asked several
   * times; only its last answer counts.
   *
   * @throws what `plan` throws; ActionError ledger-tampered, ledger-conflict, github-denied
   */
  append(plan: (ledger: Ledger) => Promise<Addition> | Addition, options?: AppendOptions): Promise<Appended>;
  /** A file beside the ledger, at the tip that was read last. */
  readFile(path: string): Promise<Uint8Array | undefined>;
}

export interface GitLedgerOptions {
  readonly remote: LedgerRemote;
  readonly clock: Clock;
  readonly branch: string;
  readonly operation: Operation;
  readonly author: Author;
  /** A number from 0 to 1 for the waits between tries. */
  readonly random: () => number;
}

const MAX_TRIES = 50;
const MOST_DOUBLINGS = 5;
const LONGEST_WAIT_MS = 60_000;

/**
 * The longest wait after so many tries that came to nothing, in multiples of what a try takes here. Of those who try at
 * the same time one wins, and whoever waits for less than a try loses again and only costs requests.
 *
 * @param took - milliseconds of the try before
 */
function longestWait(attempt: number, took: number, urgent: boolean): number {
  const multiple = urgent ? 1 : 2 ** Math.min(attempt, MOST_DOUBLINGS);
  return Math.min(LONGEST_WAIT_MS, took * multiple);
}

/** A ledger on a branch, published by a compare-and-swap on its tip. */
export class GitLedgerStore implements LedgerStore {
  readonly #options: GitLedgerOptions;
  readonly #model: string;
  readonly #reader: LedgerReader;
  #reading: LedgerReading | undefined;
  #seen: Witness = { seq: 0, hash: '' };

  constructor(options: GitLedgerOptions) {
    this.#options = options;
    this.#model = options.operation.model;
    this.#reader = new LedgerReader(options.remote, options.branch, this.#model);
  }

  async read(): Promise<LedgerReading> {
    const { remote, branch } = this.#options;
    const tip = await remote.branchTip(branch);
    const known = this.#reading;
    if (known !== undefined && known.kind !== 'tampered' && known.tip === tip) return known;
    this.#reading = this.#judge(tip, tip === undefined ? undefined : await this.#reader.at(tip));
    if (this.#reading.kind === 'sound') this.#seen = this.#reading.ledger.state.head;
    return this.#reading;
  }

  async whole(): Promise<LedgerReading> {
    const { remote, branch } = this.#options;
    const tip = await remote.branchTip(branch);
    return this.#judge(tip, tip === undefined ? undefined : await this.#reader.wholeAt(tip));
  }

  async peek(): Promise<ClaimedLedger | undefined> {
    const { remote, branch } = this.#options;
    const tip = await remote.branchTip(branch);
    if (tip === undefined) return undefined;
    if (this.#reading?.kind === 'sound' && this.#reading.tip === tip)
      return { tip, state: this.#reading.ledger.state };
    const path = ledgerPath.state(this.#model);
    const bytes = await remote.readFile(tip, path);
    if (bytes === undefined) return undefined;
    const text = new TextDecoder().decode(bytes);
    return { tip, state: claimedState(text, this.#model, `branch ${branch}: ${path}`) };
  }

  async append(
    plan: (ledger: Ledger) => Promise<Addition> | Addition,
    { tries = MAX_TRIES, urgent = false }: AppendOptions = {},
  ): Promise<Appended> {
    const { clock, random } = this.#options;
    let last: Lost | undefined;
    let took = 0;
    for (let attempt = 0; attempt < tries; attempt++) {
      if (attempt > 0) await clock.sleep(Math.ceil(longestWait(attempt, took, urgent) * random()));
      const began = clock.now();
      const { base, addition } = await this.#prepare(plan, last);
      if (addition === undefined) return { ledger: base.ledger, commit: last?.commit ?? '' };
      const outcome = await this.#attempt(base, addition);
      if (outcome.kind === 'done') return outcome.appended;
      last = outcome;
      took = clock.now() - began;
    }
    throw new ActionError(
      'ledger-conflict',
      `the ledger on branch ${this.#options.branch} could not be written in ${tries} tries (${last?.message ?? ''}); run the job again`,
    );
  }

  async readFile(path: string): Promise<Uint8Array | undefined> {
    const { remote, branch } = this.#options;
    const reading = this.#reading;
    const tip = reading?.kind === 'tampered' ? await remote.branchTip(branch) : reading?.tip;
    return tip === undefined ? undefined : remote.readFile(tip, path);
  }

  /**
   * What to build on, and what to add to it; no addition when the attempt before has arrived after all. The first
   * time it builds on what is known here, if that leads to a write: whether it was still the tip, publishing finds out.
   */
  async #prepare(
    plan: (ledger: Ledger) => Promise<Addition> | Addition,
    last: Lost | undefined,
  ): Promise<{ readonly base: Base; readonly addition: Addition | undefined }> {
    const known = this.#reading;
    if (last === undefined && known?.kind === 'sound') {
      const addition = await soundOrNothing(() => plan(known.ledger));
      if (addition !== undefined && this.#newDrafts(known.ledger, addition).length > 0)
        return { base: known, addition };
    }
    const base = await this.#readSound();
    if (last !== undefined && hasAll(base.ledger, last.ids)) return { base, addition: undefined };
    if (last?.refused) throw stuck(this.#options.branch, last.message);
    return { base, addition: await plan(base.ledger) };
  }

  /** The drafts of an addition that are not in the ledger yet. */
  #newDrafts(ledger: Ledger, { drafts }: Addition): readonly Draft[] {
    const known = new Set(ledger.events.map((event) => event.id));
    return drafts.filter((draft) => !known.has(eventId(this.#options.operation, draft)));
  }

  async #attempt({ tip, ledger }: Base, addition: Addition): Promise<Attempt> {
    const { remote, branch, operation, author, clock } = this.#options;
    const drafts = this.#newDrafts(ledger, addition);
    if (drafts.length === 0) return { kind: 'done', appended: { ledger, commit: tip ?? '' } };
    if (tip === undefined && (await remote.hasTag(branch))) throw isTag(branch);
    const times = [ledger.events.at(-1)?.ts ?? '', clock.iso()].sort();
    // Clocks of runners differ; time in the ledger never runs backwards.
    const ts = times.at(-1) ?? '';
    const seal = sealBefore(ts, ledger, this.#reader.files);
    const all = seal === undefined ? drafts : [seal.draft, ...drafts];
    const events = chainEvents(ledger.state.head, all, { operation, author, ts });
    const next = appendEvents(ledger, events);
    const files = [
      ...(seal === undefined ? [] : [seal.file]),
      ...ledgerFiles(next, events),
      ...(addition.files ?? []),
    ];
    const commit = await remote.commit({ parent: tip, files, message: commitMessage(this.#model, drafts) });
    const result = await remote.publish(branch, commit);
    if (result.kind === 'done') {
      this.#reading = { kind: 'sound', tip: commit, ledger: next };
      this.#seen = next.state.head;
      this.#reader.remember(ledger, next, files);
      return { kind: 'done', appended: { ledger: next, commit } };
    }
    if (result.kind === 'refused' && isFinalRefusal(result)) throw unwritable(branch, result);
    const refused = result.kind === 'refused' && result.status !== MOVED;
    return { kind: 'lost', refused, commit, message: result.message, ids: events.map(({ id }) => id) };
  }

  /** @throws ActionError ledger-tampered */
  async #readSound(): Promise<Base> {
    const reading = await this.read();
    switch (reading.kind) {
      case 'absent':
        return { tip: reading.tip, ledger: emptyLedger(this.#model) };
      case 'sound':
        return reading;
      case 'tampered':
        throw tampered(this.#options.branch, reading.problem);
      default:
        return reading satisfies never;
    }
  }

  #judge(tip: string | undefined, found: FoundLedger | undefined): LedgerReading {
    if (found === undefined || found.kind === 'absent') {
      if (this.#seen.seq === 0) return { kind: 'absent', tip };
      const problem =
        tip === undefined ? 'the branch was deleted' : `the files of ${this.#model} were deleted`;
      return { kind: 'tampered', problem, ledger: emptyLedger(this.#model) };
    }
    const { ledger } = found;
    const problem = found.kind === 'tampered' ? found.problem : witnessProblem(ledger.events, this.#seen);
    return problem === undefined
      ? { kind: 'sound', tip: tip ?? '', ledger }
      : { kind: 'tampered', problem, ledger };
  }
}

/** A ledger and the commit it lies in; none before the branch was made. */
interface Base {
  readonly tip: string | undefined;
  readonly ledger: Ledger;
}

/** A write that did not arrive, or did so without an answer. */
interface Lost {
  readonly kind: 'lost';
  /** The update itself is refused, although nobody was faster. */
  readonly refused: boolean;
  readonly commit: string;
  readonly message: string;
  readonly ids: readonly string[];
}

type Attempt = { readonly kind: 'done'; readonly appended: Appended } | Lost;

/** What a plan says about a ledger that may be outdated; a refusal of such a ledger means nothing. */
async function soundOrNothing(plan: () => Promise<Addition> | Addition): Promise<Addition | undefined> {
  try {
    return await plan();
  } catch {
    return undefined;
  }
}

function hasAll(ledger: Ledger, ids: readonly string[]): boolean {
  const known = new Set(ledger.events.map((event) => event.id));
  return ids.every((id) => known.has(id));
}

function commitMessage(model: string, drafts: readonly Draft[]): string {
  const [first] = drafts;
  const about = [first?.version, first?.env].filter((part) => part !== undefined).join(' ');
  return `${model}: ${about === '' ? '' : `${about}: `}${drafts.map(({ type }) => type).join(', ')}`;
}
