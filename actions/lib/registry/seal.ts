import { type Digest, sha256 } from '../digest.ts';
import { errorMessage } from '../errors.ts';
import { accidentOf, eventLines } from './chain.ts';
import type { Draft, LedgerEvent } from './events.ts';
import { monthOf } from './fold.ts';
import { type Ledger, ledgerPath } from './ledger.ts';
import { remember } from './memory.ts';
import { parseEvent } from './parse-event.ts';
import { isStateOf } from './state.ts';

/**
 * What stands for all events up to the end of a month, so that nobody has to read them again. The next event of the
 * chain, `ledger.sealed`, carries the sha256 of its text: whoever believes the chain from there on believes the seal.
 */
interface Seal {
  /** The last month that it stands for. */
  readonly month: string;
  /** The state at its end, and the events that are still looked for. */
  readonly ledger: Ledger;
  /** The names of blobs of the files it stands for, events and earlier seals, by path: none may change any more. */
  readonly files: ReadonlyMap<string, string>;
}

/** A seal as it is written. */
interface NewSeal {
  readonly draft: Draft;
  /** sha256 of the file's content, which the draft carries. */
  readonly digest: Digest;
  readonly file: { readonly path: string; readonly content: string };
}

/** The text of a seal: a line that says what it is, then its events as they stand in the files of events. */
function sealText({ month, ledger: { state, since, events }, files }: Seal): string {
  const paths = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  // Not canonical: the order of versions is that of their registration.
  const head = { v: 1, month, since: since ?? '', files: Object.fromEntries(paths), state };
  return `${JSON.stringify(head)}\n${eventLines(events)}`;
}

/**
 * The seal that an event at a time brings with it: the first in a new month seals what was before.
 *
 * @param files - names of blobs of all files of events and seals, by path
 */
export function sealBefore(
  ts: string,
  ledger: Ledger,
  files: ReadonlyMap<string, string>,
): NewSeal | undefined {
  const last = ledger.events.at(-1);
  if (last === undefined || monthOf(last.ts) >= monthOf(ts)) return undefined;
  const month = monthOf(last.ts);
  const content = sealText({ month, ledger: remember(ledger), files });
  const digest = sha256(content);
  return {
    draft: { type: 'ledger.sealed', data: { month, file: digest }, step: month },
    digest,
    file: { path: ledgerPath.sealed(ledger.state.model, month), content },
  };
}

/** The seal that a text is, not proven yet; or what is wrong with it. */
export function parseSeal(
  text: string,
  model: string,
): { readonly seal: Seal } | { readonly problem: string } {
  const [head = '', ...lines] = text.split('\n');
  const accident = accidentOf(text);
  if (accident !== undefined) return { problem: accident };
  try {
    const value: unknown = JSON.parse(head);
    const version = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
    if (typeof version === 'number' && version > 1)
      return {
        problem: `has format ${version}: it was written by a newer version of the actions, use that one`,
      };
    if (typeof value !== 'object' || value === null || !isHead(value, model))
      return { problem: `is no seal of ${model}` };
    const events: LedgerEvent[] = [];
    for (const [index, line] of lines.slice(0, -1).entries()) {
      const parsed = parseEvent(JSON.parse(line));
      if ('problem' in parsed) return { problem: `line ${index + 2}: the event ${parsed.problem}` };
      events.push(parsed.event);
    }
    const { month, since, files, state } = value;
    return { seal: { month, ledger: { state, since, events }, files: new Map(Object.entries(files)) } };
  } catch (error) {
    return { problem: `is not JSON: ${errorMessage(error)}` };
  }
}

interface SealHead {
  readonly v: 1;
  readonly month: string;
  readonly since: string;
  readonly files: Readonly<Record<string, string>>;
  readonly state: Ledger['state'];
}

const isHead = (value: object, model: string): value is SealHead =>
  'v' in value &&
  value.v === 1 &&
  'month' in value &&
  typeof value.month === 'string' &&
  'since' in value &&
  typeof value.since === 'string' &&
  'files' in value &&
  typeof value.files === 'object' &&
  value.files !== null &&
  'state' in value &&
  isStateOf(value.state, model);

/** The month up to which a seal stands, by its path. */
export const monthOfSeal = (path: string): string => path.slice(-'YYYY-MM.jsonl'.length, -'.jsonl'.length);

/** Why an event does not prove a seal; `undefined` if it does. */
export function unproven(month: string, digest: Digest, event: LedgerEvent | undefined): string | undefined {
  if (event?.type !== 'ledger.sealed') return 'no event of the chain speaks of it';
  return event.data.month === month && event.data.file === digest
    ? undefined
    : `it is not what event ${event.seq} sealed`;
}
