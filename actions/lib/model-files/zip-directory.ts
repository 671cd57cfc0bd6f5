import { ByteCursor } from './byte-cursor.ts';
import type { ModelContent } from './content.ts';
import { quoted, Unreadable } from './scan-context.ts';

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const END_64_BYTES = 56;
const LOCATOR_BYTES = 20;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const COMMENT_BYTES = 65_535;
const ZIP64_FIELD = 1;
const FULL_32 = 0xffff_ffff;
const FULL_16 = 0xffff;
const ENCRYPTED = 1;
const DESCRIPTOR = 8;
const UTF8_NAME = 0x800;
/** A descriptor behind the data of an entry, with signature and sizes of 64 bits. */
const DESCRIPTOR_BYTES = 24;

/** An entry as the directory at the end of the archive has it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly packedSize: number;
  readonly size: number;
  /** Type and permissions of Unix, 0 for archives of other systems. */
  readonly mode: number;
  /** Offset of the entry's own header. */
  readonly headerAt: number;
  readonly flags: number;
}

/** An entry with the place of its data. */
export interface PlacedEntry extends ZipEntry {
  readonly dataAt: number;
  /** What its own header says differently from the directory; empty when they agree. */
  readonly contradictions: readonly string[];
}

/** A zip archive's directory. */
export interface ZipDirectory {
  readonly entries: readonly ZipEntry[];
  /** Bytes before the archive, which readers skip. */
  readonly prefix: number;
  /** Offset of the directory. */
  readonly directoryAt: number;
  /** Offset behind the archive. */
  readonly end: number;
  /** Its two records of where the directory lies say the same. */
  readonly agrees: boolean;
}

interface EndRecord {
  readonly entries: number;
  readonly size: number;
  readonly offset: number;
  /** The records of 32 and of 64 bits say the same. */
  readonly agrees: boolean;
  /** Offset of the first end record, up to which the directory reaches. */
  readonly at: number;
  readonly end: number;
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

async function findEnd(content: ModelContent): Promise<EndRecord | undefined> {
  const from = Math.max(0, content.size - END_BYTES - COMMENT_BYTES);
  const tail = await content.read(from, content.size);
  const view = viewOf(tail);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (view.getUint8(at) !== 0x50 || view.getUint32(at, true) !== END) continue;
    const end = at + END_BYTES + view.getUint16(at + 20, true);
    if (end > tail.length) continue;
    const record: EndRecord = {
      entries: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
      at: from + at,
      end: from + end,
      agrees: true,
    };
    return (await largeEnd(content, record)) ?? record;
  }
  return undefined;
}

/** The record of 64 bits, which replaces the other one wherever there is one. */
async function largeEnd(content: ModelContent, record: EndRecord): Promise<EndRecord | undefined> {
  if (record.at < LOCATOR_BYTES + END_64_BYTES) return undefined;
  const locator = viewOf(await content.read(record.at - LOCATOR_BYTES, record.at));
  if (locator.byteLength < LOCATOR_BYTES || locator.getUint32(0, true) !== LOCATOR_64) return undefined;
  // Behind bytes that stand before the archive, its own offset is too small.
  for (const at of [Number(locator.getBigUint64(8, true)), record.at - LOCATOR_BYTES - END_64_BYTES]) {
    const large = viewOf(await content.read(at, at + END_64_BYTES));
    if (large.byteLength < END_64_BYTES || large.getUint32(0, true) !== END_64) continue;
    const entries = Number(large.getBigUint64(32, true));
    const size = Number(large.getBigUint64(40, true));
    const offset = Number(large.getBigUint64(48, true));
    const agrees =
      [FULL_16, entries].includes(record.entries) &&
      [FULL_32, size].includes(record.size) &&
      [FULL_32, offset].includes(record.offset);
    return { entries, size, offset, at, end: record.end, agrees };
  }
  return undefined;
}

/** Whether a content ends like a zip archive, whatever it begins with. */
export async function endsLikeZip(content: ModelContent): Promise<boolean> {
  const end = await findEnd(content);
  if (end === undefined || end.entries === 0 || end.at < end.size) return false;
  const directory = await content.read(end.at - end.size, end.at - end.size + 4);
  return directory.length === 4 && viewOf(directory).getUint32(0, true) === CENTRAL;
}

/**
 * Reads the directory of a zip archive.
 *
 * @throws Unreadable malformed, truncated, limit
 */
export async function readZipDirectory(content: ModelContent, whole: number): Promise<ZipDirectory> {
  const end = await findEnd(content);
  if (end === undefined) throw new Unreadable('truncated', 'a zip archive without the directory at its end');
  if (end.size > whole)
    throw new Unreadable('limit', `a directory of ${end.size} bytes, at most ${whole} are read`);
  const directoryAt = end.at - end.size;
  const prefix = directoryAt - end.offset;
  if (directoryAt < 0 || prefix < 0)
    throw new Unreadable('malformed', 'the directory of the zip archive lies outside of it', end.at);
  const cursor = new ByteCursor(content, directoryAt, end.at);
  const entries: ZipEntry[] = [];
  while (cursor.remaining > 0) entries.push(await readEntry(cursor, prefix));
  if (entries.length !== end.entries)
    throw new Unreadable('malformed', `claims ${end.entries} entries and has ${entries.length}`, end.at);
  return { entries, prefix, directoryAt, end: end.end, agrees: end.agrees };
}

async function readEntry(cursor: ByteCursor, prefix: number): Promise<ZipEntry> {
  const at = cursor.position;
  const head = viewOf((await cursor.bytes(CENTRAL_BYTES)).slice());
  if (head.getUint32(0, true) !== CENTRAL)
    throw new Unreadable('malformed', 'expected an entry of the directory', at);
  const flags = head.getUint16(8, true);
  const name = decodeName((await cursor.bytes(head.getUint16(28, true))).slice(), flags);
  const extra = (await cursor.bytes(head.getUint16(30, true))).slice();
  cursor.skip(head.getUint16(32, true));
  const [size, packedSize, headerAt] = wideNumbers(extra, [
    head.getUint32(24, true),
    head.getUint32(20, true),
    head.getUint32(42, true),
  ]);
  return {
    name,
    flags,
    method: head.getUint16(10, true),
    isEncrypted: (flags & ENCRYPTED) !== 0,
    packedSize,
    size,
    mode: head.getUint8(5) === 3 ? head.getUint32(38, true) >>> 16 : 0,
    headerAt: prefix + headerAt,
  };
}

const decodeName = (bytes: Uint8Array, flags: number): string =>
  new TextDecoder((flags & UTF8_NAME) === 0 ? 'latin1' : 'utf-8').decode(bytes);

/** Numbers of 32 bits that are full stand in the extra field with 64 bits, in this order. */
function wideNumbers(
  extra: Uint8Array,
  numbers: readonly [number, number, number],
): readonly [number, number, number] {
  const wide = extraField(extra, ZIP64_FIELD);
  let at = 0;
  const widen = (number: number): number => {
    if (number !== FULL_32 || wide === undefined || at + 8 > wide.byteLength) return number;
    at += 8;
    return Number(wide.getBigUint64(at - 8, true));
  };
  return [widen(numbers[0]), widen(numbers[1]), widen(numbers[2])];
}

function extraField(extra: Uint8Array, wanted: number): DataView | undefined {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; ) {
    const size = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === wanted) return viewOf(extra.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return undefined;
}

/** Finds an entry's data and compares its own header with the directory. @throws Unreadable malformed, truncated */
export async function placeEntry(content: ModelContent, entry: ZipEntry): Promise<PlacedEntry> {
  const head = viewOf(await content.read(entry.headerAt, entry.headerAt + LOCAL_BYTES));
  if (head.byteLength < LOCAL_BYTES || head.getUint32(0, true) !== LOCAL)
    throw new Unreadable(
      'malformed',
      `no header of the entry ${quoted(entry.name)} where it should be`,
      entry.headerAt,
    );
  const nameAt = entry.headerAt + LOCAL_BYTES;
  const nameEnd = nameAt + head.getUint16(26, true);
  const dataAt = nameEnd + head.getUint16(28, true);
  if (dataAt + entry.packedSize > content.size)
    throw new Unreadable('truncated', `the entry ${quoted(entry.name)} ends behind the archive`, dataAt);
  const flags = head.getUint16(6, true);
  const name = decodeName(await content.read(nameAt, nameEnd), flags);
  const packedSize = head.getUint32(18, true);
  const contradictions = [
    name === entry.name ? '' : `the name ${quoted(name)}`,
    head.getUint16(8, true) === entry.method ? '' : 'another compression',
    ((flags ^ entry.flags) & ENCRYPTED) === 0 ? '' : 'other flags',
    (flags & DESCRIPTOR) !== 0 || [FULL_32, entry.packedSize].includes(packedSize) ? '' : 'another size',
  ].filter((text) => text !== '');
  return { ...entry, dataAt, contradictions };
}

/** Stretches of an archive that no entry accounts for and that are longer than a descriptor. */
export function gapsBetween(
  entries: readonly PlacedEntry[],
  { prefix, directoryAt }: ZipDirectory,
): { readonly gaps: readonly number[]; readonly overlaps: boolean } {
  const sorted = entries.toSorted((a, b) => a.headerAt - b.headerAt);
  const gaps: number[] = [];
  let overlaps = false;
  let end = prefix;
  for (const { headerAt, dataAt, packedSize } of sorted) {
    if (headerAt < end) overlaps = true;
    if (headerAt > end + DESCRIPTOR_BYTES) gaps.push(end);
    end = Math.max(end, dataAt + packedSize);
  }
  if (directoryAt > end + DESCRIPTOR_BYTES) gaps.push(end);
  return { gaps, overlaps: overlaps || end > directoryAt };
}
