import { ActionError } from '../../lib/errors.ts';
import { accidentOf, readChain } from '../../lib/registry/chain.ts';
import {
  appendEvents,
  emptyLedger,
  LEDGER_MARKER,
  type Ledger,
  ledgerPath,
  stateText,
} from '../../lib/registry/ledger.ts';
import { parseEvent } from '../../lib/registry/parse-event.ts';
import type { LedgerState } from '../../lib/registry/state.ts';
import { blobName } from '../github/blob-name.ts';
import type { TreeFile } from '../github/git-data.ts';
import { someAtOnce } from '../scan/some-at-once.ts';
import type { LedgerRemote } from './ledger-remote.ts';

/** What a commit says about a model. */
export type FoundLedger =
  | { readonly kind: 'absent' }
  | { readonly kind: 'sound'; readonly ledger: Ledger }
  | { readonly kind: 'tampered'; readonly problem: string; readonly ledger: Ledger };

/** A file of events that was read and proven here, and the ledger at its end. */
interface ProvenFile {
  readonly path: string;
  readonly blob: string;
  readonly text: string;
  readonly ledger: Ledger;
}

const MONTH_FILE = /\/\d{4}-\d{2}\.jsonl$/;

/**
 * Reads a model's ledger at commits of its branch and proves all of it: every event by the chain, the state by the
 * events. One listing tells by the names of blobs which files are there and which are as they were: of those that are
 * known, nothing is read again, and of a file that has grown only the new lines are checked.
 */
export class LedgerReader {
  readonly #remote: LedgerRemote;
  readonly #branch: string;
  readonly #model: string;
  /** The files from the first on, in order. */
  #proven: readonly ProvenFile[] = [];

  constructor(remote: LedgerRemote, branch: string, model: string) {
    this.#remote = remote;
    this.#branch = branch;
    this.#model = model;
  }

  /** @throws ActionError ledger-conflict for a branch that is something else */
  async at(commit: string): Promise<FoundLedger> {
    const model = this.#model;
    const [state, readme, folder] = [
      ledgerPath.state(model),
      ledgerPath.readme(model),
      ledgerPath.eventsFolder(model),
    ];
    const files = await this.#remote.listFiles(commit, [ledgerPath.marker, state, readme, folder]);
    this.#requireMarker(files.get(ledgerPath.marker));
    const months = [...files.keys()].filter((path) => MONTH_FILE.test(path)).sort();
    if (!files.has(state) && !files.has(readme) && months.length === 0) return { kind: 'absent' };
    const { ledger, broken } = await this.#prove(months.map((path) => [path, files.get(path) ?? '']));
    const problem = broken ?? (await this.#stateProblem(ledger, files.get(state)));
    return problem === undefined ? { kind: 'sound', ledger } : { kind: 'tampered', problem, ledger };
  }

  /** Takes note of files that were just written, which make the ledger what it is now. */
  remember(ledger: Ledger, written: readonly TreeFile[]): void {
    for (const { path, content } of written.filter(({ path }) => MONTH_FILE.test(path))) {
      const before = this.#proven.filter((file) => file.path !== path);
      this.#proven = [...before, { path, blob: blobName(content), text: content, ledger }];
    }
  }

  #requireMarker(blob: string | undefined): void {
    if (blob === blobName(LEDGER_MARKER)) return;
    throw new ActionError(
      'ledger-conflict',
      `branch ${this.#branch} is not a ledger of ours (its ${ledgerPath.marker} is ${blob === undefined ? 'missing' : 'another'}); name another branch in ledger-branch, or move this one away`,
    );
  }

  async #prove(
    files: readonly (readonly [path: string, blob: string])[],
  ): Promise<{ readonly ledger: Ledger; readonly broken?: string }> {
    const differs = files.findIndex(([path, blob], at) => {
      const known = this.#proven[at];
      return known?.path !== path || known.blob !== blob;
    });
    const same = differs < 0 ? files.length : differs;
    const texts = await someAtOnce(files.slice(same), async ([path, blob]) =>
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(await this.#remote.readBlob(blob, path)),
    );
    const proven = this.#proven.slice(0, same);
    let ledger = proven.at(-1)?.ledger ?? emptyLedger(this.#model);
    for (const [index, text] of texts.entries()) {
      const [path = '', blob = ''] = files[same + index] ?? [];
      const known = index === 0 ? this.#proven[same] : undefined;
      const grown = known?.path === path && text.startsWith(known.text) ? known : undefined;
      const read = readMore(this.#model, grown?.ledger ?? ledger, { path, text, known: grown?.text ?? '' });
      ledger = read.ledger;
      if (read.broken !== undefined) {
        this.#proven = proven;
        return read;
      }
      proven.push({ path, blob, text, ledger });
    }
    this.#proven = proven;
    return { ledger };
  }

  async #stateProblem(ledger: Ledger, blob: string | undefined): Promise<string | undefined> {
    const path = ledgerPath.state(this.#model);
    if (blob === undefined) return `${path} is missing`;
    if (blob === blobName(stateText(ledger.state))) return undefined;
    const text = new TextDecoder().decode(await this.#remote.readBlob(blob, path));
    return `${path} ${stateFlaw(text) ?? 'is not what the events add up to: it was edited, or events were cut off'}`;
  }
}

/** The ledger after the lines of a file that come after the known ones. */
function readMore(
  model: string,
  ledger: Ledger,
  { path, text, known }: { readonly path: string; readonly text: string; readonly known: string },
): { readonly ledger: Ledger; readonly broken?: string } {
  const linesBefore = known === '' ? 0 : known.split('\n').length - 1;
  const part = { path, text: text.slice(known.length), linesBefore };
  const { events, ...rest } = readChain(model, [part], parseEvent, ledger.state.head);
  return { ledger: appendEvents(ledger, events), ...rest };
}

/** What is wrong with `state.json` in itself; `undefined` if it can be read. */
function stateFlaw(text: string): string | undefined {
  const accident = accidentOf(text);
  if (accident !== undefined) return accident;
  try {
    const value: unknown = JSON.parse(text);
    const version = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
    if (typeof version === 'number' && version > 1)
      return `has format ${version}: it was written by a newer version of the actions, use that one`;
    return version === 1 ? undefined : 'is not the state of a ledger';
  } catch {
    return 'is not JSON: it was edited or cut off';
  }
}

/**
 * The state that `state.json` claims, not proven by the events: enough to see whether anything is due.
 *
 * @param where - path for messages
 * @throws ActionError ledger-tampered for a text that is no state of this model
 */
export function claimedState(text: string, model: string, where: string): LedgerState {
  const flaw = stateFlaw(text);
  const value: unknown = flaw === undefined ? JSON.parse(text) : undefined;
  if (isStateOf(value, model)) return value;
  throw new ActionError('ledger-tampered', `${where} ${flaw ?? `is not the state of ${model}`}`);
}

const isStateOf = (value: unknown, model: string): value is LedgerState =>
  typeof value === 'object' &&
  value !== null &&
  'model' in value &&
  value.model === model &&
  ['head', 'versions', 'quarantine', 'environments'].every(
    (key) => typeof Reflect.get(value, key) === 'object' && Reflect.get(value, key) !== null,
  );
