import { canonicalJson, type Digest, sha256 } from '../digest.ts';
import { errorMessage } from '../errors.ts';
import type { Draft, LedgerEvent } from './events.ts';
import { type Author, eventId, type Operation } from './operation.ts';
import { GENESIS } from './state.ts';

/** The hash of an event: sha256 of the canonical JSON of all its fields but `hash`. */
export const hashEvent = (event: Omit<LedgerEvent, 'hash'>): Digest => {
  const { hash: _, ...body } = { hash: '', ...event };
  return sha256(canonicalJson(body));
};

type Head = Pick<LedgerEvent, 'seq' | 'hash'>;

/** Events that follow on a head, numbered and chained, in the order of their drafts. */
export function chainEvents(
  head: Head,
  drafts: readonly Draft[],
  stamp: { readonly operation: Operation; readonly author: Author; readonly ts: string },
): readonly LedgerEvent[] {
  const events: LedgerEvent[] = [];
  for (const draft of drafts) {
    const before = events.at(-1) ?? head;
    const { step: _, ...body } = draft;
    const event = {
      v: 1 as const,
      seq: before.seq + 1,
      id: eventId(stamp.operation, draft),
      ts: stamp.ts,
      model: stamp.operation.model,
      ...stamp.author,
      ...body,
      prev: before.hash,
    };
    // As it will be read: whoever has written an event and whoever has read it fold it to the same text.
    events.push(JSON.parse(canonicalJson({ ...event, hash: hashEvent(event) })));
  }
  return events;
}

/** The lines of a file of events; the same bytes for the same events. */
export const eventLines = (events: readonly LedgerEvent[]): string =>
  events.map((event) => `${canonicalJson(event)}\n`).join('');

/** Events that are proven by the chain, and where and why it breaks, if it does. */
export interface ChainReading {
  readonly events: readonly LedgerEvent[];
  /** `events/2026-10.jsonl:3: …`; absent when the chain is whole. */
  readonly broken?: string;
}

/** A file of events, or what follows on lines of it that are proven already. */
export interface ChainPart {
  readonly path: string;
  readonly text: string;
  /** How many lines of the file come before `text`; none if absent. */
  readonly linesBefore?: number;
}

/** What a text that is not ours may be: accidents that git and its tools make. `undefined` for none of them. */
export function accidentOf(text: string): string | undefined {
  if (text.includes('\r'))
    return 'has line ends of Windows (CR LF), git has converted them (set "* -text" for the branch)';
  // Not with the flag m: for it lines also begin after U+2028, which JSON leaves as it is within a text.
  if (/(?:^|\n)(?:<{7}|={7}|>{7})/.test(text)) return 'holds a merge conflict';
  if (text.startsWith('version https://git-lfs')) return 'is a Git LFS pointer (take the branch out of LFS)';
  return undefined;
}

/** An event, or what is wrong with the shape of what should be one. */
export type ParsedEvent = { readonly event: LedgerEvent } | { readonly problem: string };

function parseLine(line: string, parseEvent: (value: unknown) => ParsedEvent): ParsedEvent {
  const accident = accidentOf(line);
  if (accident !== undefined) return { problem: accident };
  try {
    return parseEvent(JSON.parse(line));
  } catch (error) {
    return { problem: `is not JSON: ${errorMessage(error)}` };
  }
}

/** Whether the keys of all objects come in the order of canonical JSON. */
function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let before = '';
  for (const [key, item] of Object.entries(value)) {
    if (key < before || !isSorted(item)) return false;
    before = key;
  }
  return true;
}

/** Whether a line is the canonical JSON of its event; the usual one is told without writing it anew. */
const isCanonical = (event: LedgerEvent, line: string): boolean =>
  (JSON.stringify(event) === line && isSorted(event)) || canonicalJson(event) === line;

/** The hash of an event that is written canonically: that of its line without the one field. */
function hashOfLine(line: string, hash: Digest): Digest {
  const field = `"hash":"${hash}",`;
  const at = line.lastIndexOf(field);
  return sha256(line.slice(0, at) + line.slice(at + field.length));
}

function linkProblem(event: LedgerEvent, line: string, model: string, before: Head): string | undefined {
  if (event.model !== model) return `is about model ${event.model}`;
  if (event.seq !== before.seq + 1) return `has number ${event.seq}, expected ${before.seq + 1}`;
  if (event.prev !== before.hash) return `does not follow the event before (prev ${event.prev})`;
  const canonical = isCanonical(event, line);
  const hash = canonical ? hashOfLine(line, event.hash) : hashEvent(event);
  if (hash !== event.hash) return 'was changed after it was written (hash differs)';
  if (!canonical) return 'was reformatted after it was written';
  return undefined;
}

/**
 * Reads files of events in order and checks every link: numbers without gaps, hashes, the order and the bytes of
 * each line. Stops at the first break; what comes before it is proven.
 *
 * @param parseEvent - checks the shape of an event
 * @param head - the proven event that the first one follows; the beginning of the chain if absent
 * @returns the events of these files alone
 */
export function readChain(
  model: string,
  files: readonly ChainPart[],
  parseEvent: (value: unknown) => ParsedEvent,
  head: Head = { seq: 0, hash: GENESIS },
): ChainReading {
  const events: LedgerEvent[] = [];
  for (const { path, text, linesBefore = 0 } of files) {
    const lines = text.split('\n');
    const rest = lines.pop();
    for (const [index, line] of lines.entries()) {
      const parsed = parseLine(line, parseEvent);
      const problem =
        'problem' in parsed ? parsed.problem : linkProblem(parsed.event, line, model, events.at(-1) ?? head);
      const place = `${path}:${linesBefore + index + 1}`;
      if (problem !== undefined) return { events, broken: `${place}: the event ${problem}` };
      if ('event' in parsed) events.push(parsed.event);
    }
    if (rest !== '') return { events, broken: `${path}: the last line is cut off` };
  }
  return { events };
}

/** An event that was seen elsewhere, for example in the payload of a deployment. */
export interface Witness {
  readonly seq: number;
  readonly hash: string;
}

/**
 * Why a chain contradicts what was seen of it before: it was wound back or rewritten. `undefined` if it does not, or if
 * the event is no longer among these, which a sealed ledger leaves out.
 */
export function witnessProblem(events: readonly LedgerEvent[], witness: Witness): string | undefined {
  const last = events.at(-1)?.seq ?? 0;
  if (witness.seq > last)
    return `the ledger ends at event ${last}, but event ${witness.seq} was seen before: it was wound back`;
  const seen = events.find(({ seq }) => seq === witness.seq);
  return seen === undefined || seen.hash === witness.hash
    ? undefined
    : `event ${witness.seq} is not the one that was seen before: the ledger was rewritten`;
}
