import { ActionError } from '../errors.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import { LIMITS } from '../tabular/limits.ts';
import { endOfString } from './end-of-string.ts';
import { joinTypes, typeOfJson } from './infer-type.ts';

/** What the beginning of a file of JSON records says. */
export interface JsonHead {
  /** The keys of the first records in the order of their appearance. */
  readonly columns: readonly string[];
  /** The type of each column by these records; `undefined` where none has a value. */
  readonly types: readonly (ColumnType | undefined)[];
}

/** Records that settle columns and, at first, types. */
export const SAMPLE_RECORDS = 1_000;

/**
 * Looks at the first records of JSON Lines or of an array of objects. What is not JSON is left to the engine, which
 * reports it with all it read before.
 *
 * @param text - the beginning of the file, without a byte order mark
 * @param whole - it is the whole file
 * @param nullTexts - texts that mean "no value"
 * @throws ActionError invalid-file for an empty file; limit-exceeded for a first record that does not end in the text,
 *   and for too many keys
 */
export function readJsonHead(
  name: string,
  text: string,
  whole: boolean,
  nullTexts: ReadonlySet<string>,
): JsonHead {
  if (whole && text.trim() === '')
    throw new ActionError(
      'invalid-file',
      `${name}: the file is empty; expected one JSON object a line, or an array of objects`,
    );
  const types = new Map<string, ColumnType | undefined>();
  let records = 0;
  for (const source of /^\s*\[/.test(text) ? elements(text) : lines(text, whole)) {
    const record = parsed(source);
    if (record === undefined) return headOf(types);
    for (const key of topKeys(source)) types.set(key, widened(types.get(key), record.get(key), nullTexts));
    if (types.size > LIMITS.columns)
      throw new ActionError('limit-exceeded', `${name}: more than ${LIMITS.columns} different keys`);
    records += 1;
    if (records === SAMPLE_RECORDS) break;
  }
  if (records === 0 && !whole)
    throw new ActionError(
      'limit-exceeded',
      `${name}: the first record does not end within ${text.length} characters; is a bracket or a line end missing?`,
    );
  return headOf(types);
}

const headOf = (types: ReadonlyMap<string, ColumnType | undefined>): JsonHead => ({
  columns: [...types.keys()],
  types: [...types.values()],
});

function widened(
  type: ColumnType | undefined,
  value: unknown,
  nullTexts: ReadonlySet<string>,
): ColumnType | undefined {
  if (value === null || value === undefined || type === 'string') return type;
  if (typeof value === 'string' && nullTexts.has(value)) return type;
  return joinTypes(type, typeOfJson(value));
}

function parsed(source: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(source);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return new Map(Object.entries(value));
  } catch {
    return undefined;
  }
}

function* lines(text: string, whole: boolean): Iterable<string> {
  for (let from = 0; from < text.length; ) {
    const feed = text.indexOf('\n', from);
    if (feed < 0 && !whole) return;
    const end = feed < 0 ? text.length : feed;
    const line = text.slice(from, end);
    if (line.trim() !== '') yield line;
    from = end + 1;
  }
}

/** The elements of an array that end in the text. */
function* elements(text: string): Iterable<string> {
  let start = -1;
  for (const { at, depth } of brackets(text)) {
    if (depth === 2 && start < 0) start = at;
    else if (depth === 1 && start >= 0) {
      yield text.slice(start, at + 1);
      start = -1;
    }
  }
}

/** Brackets outside of texts, with the depth behind each. */
function* brackets(text: string): Iterable<{ readonly at: number; readonly depth: number }> {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"') at = endOfString(text, at);
    else if (character in STEPS) {
      depth += STEPS[character] ?? 0;
      yield { at, depth };
    }
  }
}

/** The keys of an object in their order; `Object.keys` would put numbers first. */
function* topKeys(source: string): Iterable<string> {
  let depth = 0;
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at] ?? '';
    if (character === '"') {
      const end = endOfString(source, at);
      if (depth === 1 && /^\s*:/.test(source.slice(end + 1, end + 1 + MAX_BLANK)))
        yield String(JSON.parse(source.slice(at, end + 1)));
      at = end;
    } else depth += STEPS[character] ?? 0;
  }
}

/** How brackets change the depth. */
const STEPS: Readonly<Record<string, number>> = { '{': 1, '[': 1, '}': -1, ']': -1 };

/** White space that is looked through for a colon. */
const MAX_BLANK = 1_024;
