import type { ModelContent } from './content.ts';
import { placeOf, quoted, type ScanContext, Unreadable } from './scan-context.ts';

/** Layout of files with superblocks 0 and 1, which h5py writes by default. Source: HDF5 File Format Specification 3.0. */
const SIGNATURE_BYTES = 8;
const SUPERBLOCK_BYTES = 100;
const HEADER_BYTES = 16;
const MESSAGE_BYTES = 8;
const NODE_BYTES = 24;
const SYMBOL_BYTES = 40;
const SYMBOLS_AT = 8;
const EXTERNAL_LINK = 64;
/** Class of a layout that takes its numbers from other data sets. */
const VIRTUAL = 3;
const UNDEFINED = 0xffff_ffff_ffff_ffffn;
const OBJECTS = 100_000;
const LATIN1 = new TextDecoder('latin1');

/** Types of messages in the header of an object. */
const MESSAGE = {
  linkInfo: 0x02,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  continuation: 0x10,
  symbols: 0x11,
} as const;

interface Message {
  readonly type: number;
  readonly data: DataView;
}

const isUndefined = (view: DataView, at: number): boolean =>
  view.byteLength >= at + 8 && view.getBigUint64(at, true) === UNDEFINED;

class LinkWalk {
  readonly #content: ModelContent;
  readonly #context: ScanContext;
  readonly #base: number;
  readonly #seen = new Set<number>();

  constructor(content: ModelContent, context: ScanContext, base: number) {
    this.#content = content;
    this.#context = context;
    this.#base = base;
  }

  async #view(address: number, size: number): Promise<DataView> {
    const start = this.#base + address;
    if (!(start + size <= this.#content.size))
      throw new Unreadable('truncated', 'a part of the HDF5 file lies behind its end', start);
    const bytes = await this.#content.read(start, start + size);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Follows all objects from the root on, each once. */
  async walk(root: number): Promise<void> {
    const waiting = [root];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (this.#seen.has(next)) continue;
      this.#seen.add(next);
      if (this.#seen.size > OBJECTS) throw new Unreadable('limit', `more than ${OBJECTS} objects`);
      for (const message of await this.#messages(next)) waiting.push(...(await this.#follow(message, next)));
    }
  }

  async #messages(address: number): Promise<readonly Message[]> {
    const head = await this.#view(address, HEADER_BYTES);
    if (head.getUint8(0) !== 1)
      throw new Unreadable('malformed', 'an object without a header of version 1', address);
    const blocks = [[address + HEADER_BYTES, head.getUint32(8, true)] as const];
    const messages: Message[] = [];
    for (let block = blocks.pop(); block !== undefined; block = blocks.pop()) {
      const view = await this.#view(...block);
      for (let at = 0; at + MESSAGE_BYTES <= view.byteLength; ) {
        const size = view.getUint16(at + 2, true);
        const end = Math.min(at + MESSAGE_BYTES + size, view.byteLength);
        const data = new DataView(
          view.buffer,
          view.byteOffset + at + MESSAGE_BYTES,
          end - at - MESSAGE_BYTES,
        );
        const message = { type: view.getUint16(at, true), data };
        messages.push(message);
        if (message.type === MESSAGE.continuation && size >= 16)
          blocks.push([Number(data.getBigUint64(0, true)), Number(data.getBigUint64(8, true))]);
        at = end;
      }
      if (messages.length > OBJECTS)
        throw new Unreadable('limit', `more than ${OBJECTS} parts of one header`, address);
    }
    return messages;
  }

  /** @returns addresses of objects that a message leads to */
  async #follow({ type, data }: Message, address: number): Promise<readonly number[]> {
    const { report, path } = this.#context;
    const where = placeOf(path, this.#base + address);
    if (type === MESSAGE.externalFiles)
      report.problem(
        'outside-path',
        where,
        'the numbers of a data set lie in other files; save the model with its weights inside',
      );
    if (type === MESSAGE.linkInfo && !storedInHeader(data))
      report.problem('unread', where, 'a group of a newer layout, whose links are not followed here');
    if (
      type === MESSAGE.layout &&
      data.byteLength > 2 &&
      data.getUint8(0) >= 4 &&
      data.getUint8(1) === VIRTUAL
    )
      report.problem(
        'outside-path',
        where,
        'a data set is put together from others, which can lie in other files',
      );
    if (type === MESSAGE.link) return this.#link(data, where);
    if (type === MESSAGE.symbols && data.byteLength >= 16)
      return this.#tree(Number(data.getBigUint64(0, true)));
    return [];
  }

  /** A link with its own message: to an object of this file, a path in it, or another file. */
  #link(data: DataView, where: string): readonly number[] {
    const { kind, value } = linkParts(data);
    if (kind === EXTERNAL_LINK) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset + value, data.byteLength - value);
      const file = LATIN1.decode(bytes.subarray(3)).replace(/\0.*$/s, '');
      const message = `a link leads into another file, ${quoted(file)}; save the model with its weights inside`;
      this.#context.report.problem('outside-path', where, message);
    }
    return kind === 0 && value + 8 <= data.byteLength ? [Number(data.getBigUint64(value, true))] : [];
  }

  async #tree(address: number): Promise<readonly number[]> {
    if (this.#seen.has(-address - 1)) return [];
    this.#seen.add(-address - 1);
    const head = await this.#view(address, NODE_BYTES);
    const entries = head.getUint16(6, true);
    if (head.getUint32(0, false) === 0x534e4f44) return this.#symbols(address, entries); // SNOD
    if (head.getUint32(0, false) !== 0x54524545)
      throw new Unreadable('malformed', 'expected a TREE', address); // TREE
    const body = await this.#view(address + NODE_BYTES, entries * 16);
    const found: number[] = [];
    for (let entry = 0; entry < entries; entry++)
      found.push(...(await this.#tree(Number(body.getBigUint64(entry * 16 + 8, true)))));
    return found;
  }

  async #symbols(address: number, count: number): Promise<readonly number[]> {
    const view = await this.#view(address + SYMBOLS_AT, count * SYMBOL_BYTES);
    return Array.from({ length: count }, (_, index) => index * SYMBOL_BYTES)
      .filter((at) => !isUndefined(view, at + 8))
      .map((at) => Number(view.getBigUint64(at + 8, true)));
  }
}

/** Whether the information about links gives no place where they are stored apart from the header. */
function storedInHeader(data: DataView): boolean {
  const at = (data.byteLength > 1 && (data.getUint8(1) & 1) !== 0 ? 8 : 0) + 2;
  return isUndefined(data, at);
}

/** The type of a link, and where its value begins behind the optional fields and the name. */
function linkParts(data: DataView): { readonly kind: number; readonly value: number } {
  if (data.byteLength < 4) return { kind: 0, value: data.byteLength };
  const flags = data.getUint8(1);
  const kind = (flags & 0x08) === 0 ? 0 : data.getUint8(2);
  const at = 2 + ((flags & 0x08) >> 3) + 2 * (flags & 0x04) + ((flags & 0x10) >> 4);
  const width = 2 ** (flags & 0x03);
  if (at + width > data.byteLength) return { kind, value: data.byteLength };
  const length = width === 1 ? data.getUint8(at) : data.getUint16(at, true);
  return { kind, value: Math.min(at + width + length, data.byteLength) };
}

/** Looks for links into other files, and for numbers that lie in other files. @throws Unreadable */
export async function judgeHdf5Links(content: ModelContent, context: ScanContext): Promise<void> {
  const head = await content.read(0, SUPERBLOCK_BYTES);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const version = head[SIGNATURE_BYTES] ?? 0xff;
  const isKnown = head.length === SUPERBLOCK_BYTES && head[0] === 0x89 && version <= 1;
  if (!isKnown || head[13] !== 8 || head[14] !== 8) {
    context.report.problem(
      'unread',
      context.path,
      'HDF5 of a layout whose links are not followed here; write it with h5py as it is by default',
    );
    return;
  }
  const shift = version === 1 ? 4 : 0;
  const base = Number(view.getBigUint64(24 + shift, true));
  await new LinkWalk(content, context, base).walk(Number(view.getBigUint64(64 + shift, true)));
}
