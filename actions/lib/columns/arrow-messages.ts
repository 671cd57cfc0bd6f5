import { ActionError } from '../errors.ts';
import { FlatBufferError, FlatTable } from './arrow-flatbuffer.ts';
import { type ColumnSource, damaged, unsupported } from './parquet-source.ts';

/** A message with rows: of the table, or of a dictionary. */
export interface BatchMessage {
  /** Where its description is. */
  readonly metadata: number;
  readonly metadataBytes: number;
  /** Where its buffers are. */
  readonly body: number;
  readonly bodyBytes: number;
}

/** What a file or stream consists of. */
export interface ArrowContainer {
  readonly schema: FlatTable;
  readonly batches: readonly (BatchMessage & { readonly rows: number; readonly dictionaries: number })[];
  /** In order; a batch uses those before it, as many as its `dictionaries` says. */
  readonly dictionaries: readonly (BatchMessage & { readonly id: number; readonly delta: boolean })[];
  /** A stream without its end mark. */
  readonly openEnd: boolean;
}

/** A message as found: where it is, and its description. */
interface Found {
  readonly at: BatchMessage;
  readonly message: FlatTable;
  /** Where the next one may begin. */
  readonly end: number;
}

const MAGIC = 'ARROW1';
const MAX_METADATA = 64 * 1024 * 1024;
const MAX_BATCHES = 1_000_000;
const CONTINUATION = 0xffff_ffff;
const KINDS = { schema: 1, dictionary: 2, batch: 3 } as const;
/** Bytes that may lie between messages, to align them, and behind the last one, to mark the end. */
const GAP = 128;

/**
 * Finds the messages of a file or stream; their buffers are not read.
 *
 * @throws ActionError invalid-file, limit-exceeded; FlatBufferError
 */
export function readContainer(source: ColumnSource): ArrowContainer {
  const { name, size } = source;
  const head = size >= 6 ? String.fromCharCode(...source.read(0, 6)) : '';
  if (head.startsWith('FEA1'))
    throw unsupported(name, 'Feather of version 1, which cannot be read; write version 2 (Arrow IPC)');
  return head === MAGIC ? readFile(source) : readStream(source);
}

/** The bytes of a part of the file, which stay. */
export const copied = (source: ColumnSource, start: number, end: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(source.read(start, end));
  if (bytes.length !== end - start) throw damaged(source.name, 'the file became shorter while it was read');
  return bytes;
};

/** Goes from message to message, to the end mark or the end. */
function readStream(source: ColumnSource): ArrowContainer {
  const { name, size } = source;
  const messages = new Messages(name);
  let schema: FlatTable | undefined;
  let at = 0;
  let ended = false;
  while (at < size && !ended) {
    const found = messageAt(source, at, size);
    ended = found === undefined;
    at = found?.end ?? Math.min(size, at + 8);
    if (found?.message.integer(1, 8) === KINDS.schema) {
      if (schema !== undefined) throw damaged(name, 'a second schema');
      schema = found.message.table(2);
    } else if (schema === undefined) throw unsupported(name, NO_ARROW);
    else if (found !== undefined) messages.take(found);
  }
  if (schema === undefined) throw unsupported(name, NO_ARROW);
  if (size - at > 0) throw damaged(name, `${size - at} bytes follow the end of the stream`);
  return { schema, batches: messages.batches, dictionaries: messages.dictionaries, openEnd: !ended };
}

const NO_ARROW = 'not an Arrow file or stream; does its name fit what it is?';

/** Goes by the footer, and checks that nothing lies between what it names. */
function readFile(source: ColumnSource): ArrowContainer {
  const { name, size } = source;
  const tail = size >= 24 ? copied(source, size - 10, size) : new Uint8Array(10);
  if (String.fromCharCode(...tail.subarray(4)) !== MAGIC)
    throw damaged(name, `it begins with ${MAGIC} and must end with it; was the upload or download cut off?`);
  const footerBytes = new DataView(tail.buffer).getUint32(0, true);
  if (footerBytes > size - 18 || footerBytes > MAX_METADATA)
    throw damaged(name, `a footer of ${footerBytes} bytes in a file of ${size}`);
  const footerStart = size - 10 - footerBytes;
  const footer = FlatTable.root(copied(source, footerStart, size - 10));
  const schema = footer.table(1);
  if (schema === undefined) throw damaged(name, 'its footer has no schema');
  const messages = new Messages(name);
  const ends: { start: number; end: number }[] = [];
  for (const [start = -1] of [...footer.words(2, 3), ...footer.words(3, 3)]) {
    const found = start >= 8 && start < footerStart ? messageAt(source, start, footerStart) : undefined;
    if (found === undefined) throw damaged(name, `no batch at byte ${start}, where its footer has one`);
    messages.take(found);
    ends.push({ start, end: found.end });
  }
  checkGaps(name, ends, footerStart, footerBytes);
  const batches = messages.batches.map((batch) => ({ ...batch, dictionaries: messages.dictionaries.length }));
  if (batches.length !== footer.count(3)) throw damaged(name, 'its footer takes dictionaries for batches');
  return { schema, batches, dictionaries: messages.dictionaries, openEnd: false };
}

/** What its footer does not name would be lost without a word. Before the first batch the schema stands once more. */
function checkGaps(
  name: string,
  messages: { readonly start: number; readonly end: number }[],
  footerStart: number,
  footerBytes: number,
): void {
  let end = 8 + footerBytes + GAP;
  for (const message of messages.toSorted((a, b) => a.start - b.start)) {
    if (message.start - end > GAP)
      throw damaged(name, `${message.start - end} bytes at byte ${end} are not in its footer`);
    end = message.end;
  }
  if (footerStart - end > GAP)
    throw damaged(name, `${footerStart - end} bytes at byte ${end} are not in its footer`);
}

/** The message at a place; `undefined` for the mark of the end. */
function messageAt(source: ColumnSource, start: number, limit: number): Found | undefined {
  const { name } = source;
  const prefix = new DataView(copied(source, start, Math.min(limit, start + 8)).buffer);
  if (prefix.byteLength < 4) throw damaged(name, 'it ends within a message; was it cut off?');
  const marked = prefix.getUint32(0, true) === CONTINUATION;
  if (marked && prefix.byteLength < 8) throw damaged(name, 'it ends within a message; was it cut off?');
  const metadataBytes = prefix.getUint32(marked ? 4 : 0, true);
  if (metadataBytes === 0) return undefined;
  const metadata = start + (marked ? 8 : 4);
  if (metadataBytes > limit - metadata || metadataBytes > MAX_METADATA)
    throw start === 0
      ? unsupported(name, NO_ARROW)
      : damaged(name, `the message at byte ${start} reaches past the end; was it cut off?`);
  const message = FlatTable.root(copied(source, metadata, metadata + metadataBytes));
  const body = metadata + metadataBytes;
  const bodyBytes = message.integer(3, 64);
  if (!(bodyBytes >= 0 && bodyBytes <= limit - body))
    throw damaged(name, `the message at byte ${start} reaches past the end; was it cut off?`);
  return { message, at: { metadata, metadataBytes, body, bodyBytes }, end: body + bodyBytes };
}

/** Collects the messages that have rows. */
class Messages {
  readonly batches: ArrowContainer['batches'][number][] = [];
  readonly dictionaries: ArrowContainer['dictionaries'][number][] = [];
  private readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  take({ message, at }: Found): void {
    const header = message.table(2);
    const kind = message.integer(1, 8);
    if (header === undefined) throw new FlatBufferError('a message without content');
    if (kind === KINDS.dictionary)
      this.dictionaries.push({ ...at, id: header.integer(0, 64), delta: header.integer(2, 8) === 1 });
    else if (kind === KINDS.batch) {
      const rows = header.integer(0, 64);
      if (!(rows >= 0 && rows < 2 ** 31)) throw damaged(this.name, `a batch of ${rows} rows`);
      this.batches.push({ ...at, rows, dictionaries: this.dictionaries.length });
    } else throw unsupported(this.name, `a message of kind ${kind}, which is no part of a table`);
    if (this.batches.length + this.dictionaries.length > MAX_BATCHES)
      throw new ActionError('limit-exceeded', `${this.name}: more than ${MAX_BATCHES} batches`);
  }
}
