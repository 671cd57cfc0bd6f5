import { ActionError } from '../../lib/errors.ts';
import {
  type ChainReading,
  chainEvents,
  readChain,
  type Witness,
  witnessProblem,
} from '../../lib/registry/chain.ts';
import type { Draft } from '../../lib/registry/events.ts';
import {
  appendEvents,
  emptyLedger,
  LEDGER_MARKER,
  type Ledger,
  ledgerFiles,
  ledgerOf,
  ledgerPath,
  stateText,
} from '../../lib/registry/ledger.ts';
import { type Author, eventId, type Operation } from '../../lib/registry/operation.ts';
import { parseEvent } from '../../lib/registry/parse-event.ts';
import type { GitData, TreeFile } from '../github/git-data.ts';
import type { Clock } from '../runtime.ts';

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

/** Where a model's ledger is kept. This one is a branch written through GitHub; a plain git remote could be another. */
export interface LedgerStore {
  /** @throws ActionError github-denied, github-unavailable, ledger-conflict for a branch that is something else */
  read(): Promise<LedgerReading>;
  /**
   * Appends what `plan` asks for on the newest tip, exactly once: a draft whose id is in the ledger is left out,
   * and a lost race or a lost reply leads to a new reading, never to a repeated write.
   *
   * @param tries - how often to build and publish, 1 for a single shot
   * @throws what `plan` throws; ActionError ledger-tampered, ledger-conflict, github-denied
   */
  append(
    plan: (ledger: Ledger) => Promise<Addition> | Addition,
    options?: { readonly tries?: number },
  ): Promise<Appended>;
  /** A file beside the ledger, at the tip that was read last. */
  readFile(path: string): Promise<Uint8Array | undefined>;
}

export interface GitLedgerOptions {
  readonly git: GitData;
  readonly clock: Clock;
  readonly branch: string;
  readonly operation: Operation;
  readonly author: Author;
  /** A number from 0 to 1 for the waits between tries. */
  readonly random: () => number;
}

const MAX_TRIES = 50;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;
/** Answers after which another try can only give the same. */
const FINAL_STATUS: ReadonlySet<number> = new Set([401, 403, 404]);

/** A ledger on a branch of the repository, published through fast-forward updates: a compare-and-swap on its tip. */
export class GitLedgerStore implements LedgerStore {
  readonly #options: GitLedgerOptions;
  readonly #model: string;
  #reading: LedgerReading | undefined;
  #seen: Witness = { seq: 0, hash: '' };

  constructor(options: GitLedgerOptions) {
    this.#options = options;
    this.#model = options.operation.model;
  }

  async read(): Promise<LedgerReading> {
    const { git, branch } = this.#options;
    const tip = await git.branchTip(branch);
    const known = this.#reading;
    if (known !== undefined && known.kind !== 'tampered' && known.tip === tip) return known;
    this.#reading = tip === undefined ? this.#withoutBranch() : await this.#readAt(tip);
    if (this.#reading.kind === 'sound') this.#seen = this.#reading.ledger.state.head;
    return this.#reading;
  }

  async append(
    plan: (ledger: Ledger) => Promise<Addition> | Addition,
    options: { readonly tries?: number } = {},
  ): Promise<Appended> {
    const tries = options.tries ?? MAX_TRIES;
    const { clock, random } = this.#options;
    let last: Attempt = { kind: 'lost', commit: '', message: '', ids: [] };
    for (let attempt = 0; attempt < tries; attempt++) {
      if (attempt > 0) {
        const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
        await clock.sleep(Math.ceil(ceiling * random()));
      }
      const reading = await this.#readSound();
      if (last.kind === 'lost' && last.ids.length > 0 && hasAll(reading.ledger, last.ids))
        return { ledger: reading.ledger, commit: last.commit };
      last = await this.#attempt(reading, await plan(reading.ledger));
      if (last.kind === 'done') return last.appended;
    }
    throw new ActionError(
      'ledger-conflict',
      `the ledger on branch ${this.#options.branch} could not be written in ${tries} tries (${last.kind === 'lost' ? last.message : ''}); run the job again`,
    );
  }

  async readFile(path: string): Promise<Uint8Array | undefined> {
    const reading = this.#reading;
    const tip =
      reading?.kind === 'tampered' ? await this.#options.git.branchTip(this.#options.branch) : reading?.tip;
    return tip === undefined ? undefined : this.#options.git.readFile(tip, path);
  }

  async #attempt(
    reading: { readonly tip: string | undefined; readonly ledger: Ledger },
    addition: Addition,
  ): Promise<Attempt> {
    const { git, branch, operation, author, clock } = this.#options;
    const { tip, ledger } = reading;
    const known = new Set(ledger.events.map((event) => event.id));
    const drafts = addition.drafts.filter((draft) => !known.has(eventId(operation, draft)));
    if (drafts.length === 0) return { kind: 'done', appended: { ledger, commit: tip ?? '' } };
    const times = [ledger.events.at(-1)?.ts ?? '', clock.iso()].sort();
    // Clocks of runners differ; time in the ledger never runs backwards.
    const events = chainEvents(ledger.state.head, drafts, {
      operation,
      author,
      ts: times.at(-1) ?? '',
    });
    const next = appendEvents(ledger, events);
    const commit = await git.commit({
      parent: tip,
      files: [...ledgerFiles(next, events), ...(addition.files ?? [])],
      message: commitMessage(this.#model, drafts),
    });
    const result = await git.publish(branch, commit);
    if (result.kind === 'done') {
      this.#reading = { kind: 'sound', tip: commit, ledger: next };
      this.#seen = next.state.head;
      return { kind: 'done', appended: { ledger: next, commit } };
    }
    if (result.kind === 'refused' && FINAL_STATUS.has(result.status))
      throw new ActionError(
        'github-denied',
        `branch ${branch} cannot be written (${result.status}: ${result.message}); the job needs "permissions: contents: write", and rules for the branch must let it push`,
      );
    return { kind: 'lost', commit, message: result.message, ids: events.map((event) => event.id) };
  }

  /** @throws ActionError ledger-tampered */
  async #readSound(): Promise<{ readonly tip: string | undefined; readonly ledger: Ledger }> {
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

  #withoutBranch(): LedgerReading {
    if (this.#seen.seq === 0) return { kind: 'absent', tip: undefined };
    return { kind: 'tampered', problem: 'the branch was deleted', ledger: emptyLedger(this.#model) };
  }

  async #readAt(tip: string): Promise<LedgerReading> {
    const { git, branch } = this.#options;
    const text = async (path: string): Promise<string | undefined> => {
      const bytes = await git.readFile(tip, path);
      return bytes && new TextDecoder().decode(bytes);
    };
    const marker = await text(ledgerPath.marker);
    if (marker !== LEDGER_MARKER)
      throw new ActionError(
        'ledger-conflict',
        `branch ${branch} is not a ledger of ours (its ${ledgerPath.marker} is ${marker === undefined ? 'missing' : 'another'}); name another branch in ledger-branch, or move this one away`,
      );
    const state = await text(ledgerPath.state(this.#model));
    if (state === undefined) return this.#withoutState(tip, await text(ledgerPath.readme(this.#model)));
    const files = [];
    for (const month of monthsOf(state)) {
      const path = ledgerPath.events(this.#model, month);
      files.push({ path, text: (await text(path)) ?? '' });
    }
    const chain = readChain(this.#model, files, parseEvent);
    const ledger = ledgerOf(this.#model, chain.events);
    const problem = this.#problemOf(chain, ledger, state);
    return problem === undefined ? { kind: 'sound', tip, ledger } : { kind: 'tampered', problem, ledger };
  }

  #withoutState(tip: string, readme: string | undefined): LedgerReading {
    if (readme === undefined && this.#seen.seq === 0) return { kind: 'absent', tip };
    const problem = `${ledgerPath.state(this.#model)} is missing`;
    return { kind: 'tampered', problem, ledger: emptyLedger(this.#model) };
  }

  #problemOf(chain: ChainReading, ledger: Ledger, state: string): string | undefined {
    if (chain.broken !== undefined) return chain.broken;
    if (stateText(ledger.state) !== state)
      return `${ledgerPath.state(this.#model)} is not what the events add up to: it was edited, or events were cut off`;
    return witnessProblem(chain.events, this.#seen);
  }
}

type Attempt =
  | { readonly kind: 'done'; readonly appended: Appended }
  | {
      readonly kind: 'lost';
      readonly commit: string;
      readonly message: string;
      readonly ids: readonly string[];
    };

function hasAll(ledger: Ledger, ids: readonly string[]): boolean {
  const known = new Set(ledger.events.map((event) => event.id));
  return ids.every((id) => known.has(id));
}

/** The refusal to go on with a ledger that somebody changed. */
export const tampered = (branch: string, problem: string): ActionError =>
  new ActionError(
    'ledger-tampered',
    `the ledger on branch ${branch} was changed by somebody else: ${problem}. Put the branch back to the last commit made by this action (git log shows it) and forbid pushes to it with a ruleset.`,
  );

/** The months that a `state.json` lists, in order; none when it cannot be read, which then shows as a difference. */
function monthsOf(state: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(state);
    if (typeof value !== 'object' || value === null || !('months' in value) || !Array.isArray(value.months))
      return [];
    return value.months.filter((month: unknown) => typeof month === 'string' && /^\d{4}-\d{2}$/.test(month));
  } catch {
    return [];
  }
}

function commitMessage(model: string, drafts: readonly Draft[]): string {
  const [first] = drafts;
  const about = [first?.version, first?.env].filter((part) => part !== undefined).join(' ');
  return `${model}: ${about === '' ? '' : `${about}: `}${drafts.map(({ type }) => type).join(', ')}`;
}
