import { ActionError } from '../errors.ts';

/** Levels of nesting in one record. */
const MAX_DEPTH = 200;

/** Digits or exponents with which a double may lose the value, so that the source text has to be looked at. */
const DELICATE_NUMBER = /\d{16}|[eE]\+?\d{3}/;

/** A JSON object as a map, so that names such as `__proto__` are plain names. */
export type JsonRecord = ReadonlyMap<string, unknown>;

/**
 * One record of JSON text. Integers beyond 2^53 become `bigint`; numbers too large for a double, repeated keys and
 * nesting beyond 200 levels are refused.
 *
 * @param where - file and line for messages
 * @throws ActionError invalid-file
 */
export function parseJsonRecord(where: string, text: string): JsonRecord {
  const value = parse(where, text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ActionError(
      'invalid-file',
      `${where}: expected an object with a value for each column, found ${kindOf(value)}`,
    );
  const record = new Map<string, unknown>(Object.entries(value));
  // A quote and a colon end each key; if there are no more of them than keys, nothing is repeated or nested.
  if ((text.match(/"\s*:/g)?.length ?? 0) !== record.size || text.includes('['))
    checkStructure(where, text, record.size);
  return record;
}

function parse(where: string, text: string): unknown {
  try {
    return DELICATE_NUMBER.test(text) ? JSON.parse(text, exactNumber) : JSON.parse(text);
  } catch (error) {
    if (error instanceof ActionError) throw new ActionError('invalid-file', `${where}: ${error.message}`);
    throw new ActionError('invalid-file', `${where}: not valid JSON: ${reason(text, error)}`, {
      cause: error,
    });
  }
}

/** A reviver that keeps integers exact. */
function exactNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  if (!Number.isFinite(value))
    throw new ActionError('invalid-file', `the number ${context.source.slice(0, 40)} is too large`);
  return !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
}

function reason(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/\b(NaN|-?Infinity)\b/.test(text)) return `NaN and Infinity are not JSON; write null (${message})`;
  if (/,\s*[}\]]/.test(text)) return `there is a comma before a closing bracket (${message})`;
  return message;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

/** Counts the keys of the outer object in valid JSON, to find repeated ones, and the depth of nesting. */
function checkStructure(where: string, text: string, distinctKeys: number): void {
  let depth = 0;
  let keys = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (character === ':' && depth === 1) keys += 1;
    if (depth > MAX_DEPTH)
      throw new ActionError('limit-exceeded', `${where}: nested deeper than ${MAX_DEPTH} levels`);
  }
  if (keys > distinctKeys)
    throw new ActionError(
      'invalid-file',
      `${where}: a key occurs twice in the object; each column needs one value`,
    );
}

/** Position of the quote that closes the string that opens at `from`. */
export function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 92) at += 1;
    else if (code === 34) return at;
  }
  return text.length;
}
