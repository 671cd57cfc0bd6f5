import { parse, TomlDate, TomlError } from 'smol-toml';
import { ActionError } from '../errors.ts';
import { MAX_DEPTH, type ParsedText, type ValuePath } from '../schema/parsed-text.ts';

/**
 * Reads TOML 1.0. Whole numbers beyond ±(2⁵³ - 1) become the nearest double; dates become texts.
 *
 * @param where - name of the text for messages
 * @throws ActionError invalid-file with line and column
 */
export function parseToml(text: string, where: string): ParsedText {
  try {
    const root = parse(text.replace(/^\ufeff/, ''), { maxDepth: MAX_DEPTH, integersAsBigInt: 'asNeeded' });
    return { value: plain(root, where), where, at: (path) => `${where}:${lineOf(text, path)}` };
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const [reason = ''] = cause.message.split('\n');
    throw new ActionError(
      'invalid-file',
      `${where}:${cause.line}:${cause.column}: not valid TOML: ${reason.replace(/^Invalid TOML document: /, '')}`,
      { cause },
    );
  }
}

/** @throws ActionError invalid-file over the depth that every document may have */
function plain(value: unknown, where: string, depth = 0): unknown {
  if (depth > MAX_DEPTH)
    throw new ActionError('invalid-file', `${where}: not read: nested deeper than ${MAX_DEPTH}`);
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => plain(item, where, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, plain(member, where, depth + 1)]),
  );
}

const KEY = String.raw`(?:"[^"]*"|'[^']*'|[\w-]+)`;
const DOTTED = String.raw`${KEY}(?:\s*\.\s*${KEY})*`;
const HEADER = new RegExp(String.raw`^\s*\[\[?\s*(${DOTTED})\s*\]`);
const ASSIGNMENT = new RegExp(String.raw`^\s*(${DOTTED})\s*=`);

const keysOf = (dotted: string): readonly string[] =>
  [...dotted.matchAll(new RegExp(KEY, 'g'))].map(([key]) => key.replace(/^(["'])(.*)\1$/, '$2'));

/** The line on which the key of a path stands, or that of the innermost table around it. */
function lineOf(text: string, path: ValuePath): number {
  const wanted = path.map(String);
  let table: readonly string[] = [];
  let best = { line: 1, length: 0 };
  for (const [index, line] of text.split('\n').entries()) {
    const header = HEADER.exec(line)?.[1];
    const assigned = ASSIGNMENT.exec(line)?.[1];
    if (header !== undefined) table = keysOf(header);
    const keys = header !== undefined ? table : assigned === undefined ? [] : [...table, ...keysOf(assigned)];
    const leads = keys.length <= wanted.length && keys.every((key, at) => key === wanted[at]);
    if (leads && keys.length > best.length) best = { line: index + 1, length: keys.length };
  }
  return best.line;
}
