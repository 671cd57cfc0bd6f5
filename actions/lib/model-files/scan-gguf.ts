import { ByteCursor } from './byte-cursor.ts';
import { placeOf, quoted, type ScanContext, type Scanner, Unreadable } from './scan-context.ts';

/** Bytes of the values of fixed size, by their type. Source: ggml's docs/gguf.md, version 3. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [10, 8],
  [11, 8],
  [12, 8],
]);
const STRING = 8;
const ARRAY = 9;
const KEYS = 100_000;
const TENSORS = 1_000_000;
const DIMENSIONS = 8;
const KEY_BYTES = 65_535;
const TEXT_BYTES = 1024 * 1024;
const ARRAY_DEPTH = 4;
const UTF8 = new TextDecoder();

/** Names through which a template of Jinja reaches Python. Source: CVE-2024-34359. */
const REACHES_OUT =
  /__\w+__|\b(?:attr\s*\(|cycler|lipsum|joiner|namespace\.__|get_flashed_messages|url_for|popen|os\.system)\b/;

/** A count that the rest of the file can hold. */
function count(cursor: ByteCursor, most: number, what: string): number {
  const at = cursor.position;
  const value = cursor.uint64();
  if (value > most)
    throw new Unreadable(value > cursor.remaining ? 'malformed' : 'limit', `${value} ${what}`, at);
  return value;
}

async function text(cursor: ByteCursor, most: number): Promise<string | undefined> {
  await cursor.fill(8);
  const length = cursor.uint64();
  if (length <= most) return UTF8.decode(await cursor.bytes(length));
  cursor.skip(length);
  return undefined;
}

/** Passes a value. @returns its text when it is one of a sane length */
async function value(cursor: ByteCursor, type: number, depth = 0): Promise<string | undefined> {
  if (type === STRING) return text(cursor, TEXT_BYTES);
  const size = FIXED.get(type);
  if (size !== undefined) {
    cursor.skip(size);
    return undefined;
  }
  if (type !== ARRAY || depth >= ARRAY_DEPTH)
    throw new Unreadable('malformed', `a value of the unknown type ${type}`, cursor.position);
  await array(cursor, depth);
  return undefined;
}

async function array(cursor: ByteCursor, depth: number): Promise<void> {
  await cursor.fill(12);
  const type = cursor.uint32();
  const items = count(cursor, cursor.remaining, 'items of an array');
  const size = FIXED.get(type);
  if (size !== undefined) cursor.skip(items * size);
  else for (let item = 0; item < items; item++) await value(cursor, type, depth + 1);
}

function judgeTemplate(
  key: string,
  template: string | undefined,
  at: number,
  { report, path }: ScanContext,
): void {
  if (template === undefined) {
    report.problem('limit', placeOf(path, at), `the template ${quoted(key)} is too long to be read`);
    return;
  }
  const found = REACHES_OUT.exec(template);
  if (found)
    report.problem(
      'unsafe-template',
      placeOf(path, at),
      `the template ${quoted(key)} uses ${quoted(found[0])}, which reaches the program that fills it in`,
    );
  else report.detail(`a chat template of ${template.length} characters in ${quoted(key)}`);
}

async function readKeys(cursor: ByteCursor, keys: number, context: ScanContext): Promise<void> {
  for (let index = 0; index < keys; index++) {
    const at = cursor.position;
    const key = await text(cursor, KEY_BYTES);
    if (key === undefined) throw new Unreadable('malformed', `a key of more than ${KEY_BYTES} bytes`, at);
    await cursor.fill(4);
    const found = await value(cursor, cursor.uint32());
    if (key.startsWith('tokenizer.chat_template')) judgeTemplate(key, found, at, context);
  }
}

async function readTensors(cursor: ByteCursor, tensors: number): Promise<void> {
  for (let index = 0; index < tensors; index++) {
    const at = cursor.position;
    await text(cursor, KEY_BYTES);
    await cursor.fill(4);
    const dimensions = cursor.uint32();
    if (dimensions > DIMENSIONS)
      throw new Unreadable('malformed', `a tensor of ${dimensions} dimensions`, at);
    await cursor.fill(dimensions * 8 + 12);
    cursor.skip(dimensions * 8 + 4);
    const offset = cursor.uint64();
    if (offset > cursor.remaining)
      throw new Unreadable('truncated', `a tensor at offset ${offset}, behind the end`, at);
  }
}

/** Weights of llama.cpp: keys and tensors, nothing that runs but the chat template in the hands of its reader. */
export const scanGguf: Scanner = async (content, context) => {
  const cursor = new ByteCursor(content);
  await cursor.fill(24);
  cursor.skip(4);
  const version = cursor.uint32();
  if (version < 2 || version > 3)
    throw new Unreadable('malformed', `version ${version} of GGUF, expected 2 or 3`, 4);
  const tensors = count(cursor, TENSORS, 'tensors');
  const keys = count(cursor, KEYS, 'keys');
  await readKeys(cursor, keys, context);
  await readTensors(cursor, tensors);
  return undefined;
};
