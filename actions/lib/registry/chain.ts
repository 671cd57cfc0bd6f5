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

/** Events that follow on a head, numbered and chained, in the order of their drafts. */
export function chainEvents(
  head: { readonly seq: number; readonly hash: Digest },
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
    events.push({ ...event, hash: hashEvent(event) });
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

/** What a line that is no event may be: accidents that git and its tools make. */
function lineProblem(line: string): string | undefined {
  if (line.includes('\r')) return 'line ends in CR LF, git has converted it (set "* -text" for the branch)';
  if (/^(<{7}|={7}|>{7})/.test(line)) return 'holds a merge conflict';
  if (line.startsWith('version https://git-lfs')) return 'is a Git LFS pointer';
  return undefined;
}

/** An event, or what is wrong with the shape of what should be one. */
export type ParsedEvent = { readonly event: LedgerEvent } | { readonly problem: string };

function parseLine(line: string, parseEvent: (value: unknown) => ParsedEvent): ParsedEvent {
  const accident = lineProblem(line);
  if (accident !== undefined) return { problem: accident };
  try {
    return parseEvent(JSON.parse(line));
  } catch (error) {
    return { problem: `is not JSON: ${errorMessage(error)}` };
  }
}

function linkProblem(
  event: LedgerEvent,
  line: string,
  model: string,
  before: { readonly seq: number; readonly hash: Digest; readonly ts: string },
): string | undefined {
  if (event.model !== model) return `is about model ${event.model}`;
  if (event.seq !== before.seq + 1) return `has number ${event.seq}, expected ${before.seq + 1}`;
  if (event.prev !== before.hash) return `does not follow the event before (prev ${event.prev})`;
  if (hashEvent(event) !== event.hash) return 'was changed after it was written (hash differs)';
  if (canonicalJson(event) !== line) return 'was reformatted after it was written';
  return undefined;
}

/**
 * Reads files of events in order and checks every link: numbers without gaps, hashes, the order and the bytes of
 * each line. Stops at the first break; what comes before it is proven.
 *
 * @param parseEvent - checks the shape of an event
 */
export function readChain(
  model: string,
  files: readonly { readonly path: string; readonly text: string }[],
  parseEvent: (value: unknown) => ParsedEvent,
): ChainReading {
  const events: LedgerEvent[] = [];
  for (const { path, text } of files) {
    const lines = text.split('\n');
    if (lines.pop() !== '') return { events, broken: `${path}: the last line is cut off` };
    for (const [index, line] of lines.entries()) {
      const parsed = parseLine(line, parseEvent);
      const before = events.at(-1) ?? { seq: 0, hash: GENESIS, ts: '' };
      const problem = 'problem' in parsed ? parsed.problem : linkProblem(parsed.event, line, model, before);
      if (problem !== undefined) return { events, broken: `${path}:${index + 1}: the event ${problem}` };
      if ('event' in parsed) events.push(parsed.event);
    }
  }
  return { events };
}

/** An event that was seen elsewhere, for example in the payload of a deployment. */
export interface Witness {
  readonly seq: number;
  readonly hash: string;
}

/** Why a chain contradicts what was seen of it before: it was wound back or rewritten. `undefined` if it does not. */
export function witnessProblem(events: readonly LedgerEvent[], witness: Witness): string | undefined {
  const seen = events[witness.seq - 1];
  if (witness.seq === 0 || seen?.hash === witness.hash) return undefined;
  return seen === undefined
    ? `the ledger ends at event ${events.length}, but event ${witness.seq} was seen before: it was wound back`
    : `event ${witness.seq} is not the one that was seen before: the ledger was rewritten`;
}
