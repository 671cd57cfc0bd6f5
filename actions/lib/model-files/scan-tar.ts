import { entryPath, escapeOf } from './archive-entry.ts';
import { contentPart, type ModelContent } from './content.ts';
import { placeOf, quoted, type ScanContext, type Scanner, Unreadable } from './scan-context.ts';

const BLOCK = 512;
const MAGIC_AT = 257;
const LONG_NAME = 64 * 1024;
const UTF8 = new TextDecoder();

interface TarHeader {
  readonly name: string;
  readonly type: string;
  readonly link: string;
  readonly size: number;
}

const textAt = (block: Uint8Array, start: number, end: number): string => {
  const bytes = block.subarray(start, end);
  const stop = bytes.indexOf(0);
  return UTF8.decode(stop < 0 ? bytes : bytes.subarray(0, stop));
};

/** A number in octal digits, or in binary when its first bit is set. */
function numberAt(block: Uint8Array, start: number, end: number): number {
  const first = block[start] ?? 0;
  if ((first & 0x80) !== 0)
    return block.subarray(start + 1, end).reduce((value, byte) => value * 256 + byte, 0);
  return Number.parseInt(textAt(block, start, end).trim() || '0', 8);
}

/** Whether a block is the header of a tar archive's entry: its sum is right. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < BLOCK || !textAt(block, MAGIC_AT, MAGIC_AT + 5).startsWith('ustar')) return false;
  const sum = block
    .subarray(0, BLOCK)
    .reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  return sum === numberAt(block, 148, 156);
}

function headerOf(block: Uint8Array): TarHeader {
  const prefix = textAt(block, 345, 500);
  const name = textAt(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type: String.fromCharCode(block[156] ?? 0).replace('\0', '0'),
    link: textAt(block, 157, 257),
    size: numberAt(block, 124, 136),
  };
}

/** The path in the records `length key=value` of an extended header. */
const paxPath = (text: string): string | undefined => /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text)?.[1];

/** Names that are too long for a header stand in an entry of their own before it. */
async function longName(
  content: ModelContent,
  { type, size }: TarHeader,
  at: number,
): Promise<string | undefined> {
  if (type !== 'L' && type !== 'x') return undefined;
  const text = UTF8.decode(await content.read(at, at + Math.min(size, LONG_NAME)));
  return type === 'L' ? text.replace(/\0.*$/s, '') : paxPath(text);
}

const isEmpty = (block: Uint8Array): boolean => block.every((byte) => byte === 0);

/** Types of entries that describe the next one, or all that follow. */
const DESCRIBING = 'xgLK';
const FILES = '07';
const LINKS = '12';

/** A tar archive: every file in it is scanned, links and ways out of it are reported. */
export const scanTar: Scanner = async (content, context) => {
  let given: string | undefined;
  for (let at = 0; at + BLOCK <= content.size; ) {
    const block = await content.read(at, at + BLOCK);
    if (isEmpty(block)) return undefined;
    if (!isTarHeader(block)) throw new Unreadable('malformed', 'expected the header of an entry', at);
    context.budget.entry();
    const header = headerOf(block);
    const start = at + BLOCK;
    if (start + header.size > content.size)
      throw new Unreadable('truncated', `the entry ${quoted(header.name)} ends behind the archive`, at);
    if (DESCRIBING.includes(header.type)) given = (await longName(content, header, start)) ?? given;
    else {
      await scanEntry({ ...header, name: given ?? header.name }, content, start, context);
      given = undefined;
    }
    at = start + Math.ceil(header.size / BLOCK) * BLOCK;
  }
  return undefined;
};

async function scanEntry(
  { name, type, link, size }: TarHeader,
  content: ModelContent,
  start: number,
  context: ScanContext,
): Promise<void> {
  const { report, path } = context;
  const why = LINKS.includes(type) ? `is a link to ${quoted(link)}` : escapeOf(name);
  if (why !== undefined)
    report.problem(
      'unsafe-entry',
      placeOf(path, start),
      `the entry ${quoted(name)} ${why}; do not unpack it`,
    );
  if (FILES.includes(type))
    await context.nested(contentPart(content, name, start, start + size), entryPath(path, name));
}
