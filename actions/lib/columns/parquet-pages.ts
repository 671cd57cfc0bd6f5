import { ActionError } from '../errors.ts';
import type { ChunkReader, StoredPage } from './parquet-chunk.ts';
import type { ChunkInfo } from './parquet-footer.ts';
import { bytesOf, type ParquetKernel, Room } from './parquet-kernel.ts';
import { isText } from './parquet-leaf.ts';
import { PageLevels, type Part } from './parquet-levels.ts';
import { NumberPages, type Numbers } from './parquet-numbers.ts';
import type { PageHeader } from './parquet-page-header.ts';
import type { PhysicalColumn } from './parquet-schema.ts';
import { damaged, unsupported } from './parquet-source.ts';
import { TextPages } from './parquet-texts.ts';
import type { Unpacker } from './parquet-unpack.ts';

/** Decoded values, without the missing ones. */
export type Values =
  | { readonly kind: 'numbers'; readonly numbers: Numbers }
  /** Address of pairs of addresses. */
  | { readonly kind: 'texts'; readonly pairs: number };

/** The distinct values of a column in a row group. */
export interface Dictionary {
  readonly size: number;
  readonly values: Values;
}

/** A page of data in the memory of the kernels. Addresses are valid until its slot is used again. */
export interface DecodedPage {
  /** Values with the missing ones. */
  readonly entries: number;
  /** Values. */
  readonly count: number;
  /** Address of a byte for each entry: 1 where there is a value; 0 when there is one everywhere. */
  readonly present: number;
  /** Addresses of levels, a byte each; 0 where all are 0. Only of repeated columns. */
  readonly definitions: number;
  readonly repetitions: number;
  /** The values, or codes (u32) of the dictionary. */
  readonly content:
    | Values
    | { readonly kind: 'codes'; readonly codes: number; readonly dictionary: Dictionary };
}

/** Buffers of one page. */
export class PageSlot {
  readonly body: Room;
  readonly definitions: Room;
  readonly repetitions: Room;
  readonly present: Room;
  readonly codes: Room;
  readonly texts: TextPages;
  readonly numbers: NumberPages;

  constructor(kernel: ParquetKernel) {
    this.body = new Room(kernel);
    this.definitions = new Room(kernel);
    this.repetitions = new Room(kernel);
    this.present = new Room(kernel);
    this.codes = new Room(kernel);
    this.texts = new TextPages(kernel);
    this.numbers = new NumberPages(kernel, this.texts);
  }

  release(): void {
    for (const room of [this.body, this.definitions, this.repetitions, this.present, this.codes])
      room.release();
    this.texts.release();
    this.numbers.release();
  }
}

/** A column in a row group that is being read. */
export interface Chunk {
  readonly reader: ChunkReader;
  readonly codec: ChunkInfo['codec'];
  readonly where: string;
}

const MAX_PAGE_VALUES = 1 << 26;
const NO_BYTES = new Uint8Array(0);

/** Decodes the pages of one physical column, chunk by chunk. */
export class ColumnPages {
  readonly column: PhysicalColumn;
  /** Values, missing ones included, that the chunk still has to give. */
  left = 0;
  private readonly kernel: ParquetKernel;
  private readonly unpacker: Unpacker;
  private readonly dictionarySlot: PageSlot;
  private readonly levels: PageLevels;
  private dictionary: Dictionary | undefined;
  private chunk: Chunk | undefined;

  constructor(kernel: ParquetKernel, unpacker: Unpacker, column: PhysicalColumn) {
    this.kernel = kernel;
    this.unpacker = unpacker;
    this.column = column;
    this.dictionarySlot = new PageSlot(kernel);
    this.levels = new PageLevels(kernel, unpacker, column);
  }

  /** Begins with the chunk of a row group that declares `values` values, missing ones included. */
  begin(chunk: Chunk, values: number): void {
    this.chunk = chunk;
    this.left = values;
    this.dictionary = undefined;
  }

  /**
   * Decodes the next page of data.
   *
   * @throws ActionError invalid-file, limit-exceeded
   */
  next(slot: PageSlot): DecodedPage {
    const { chunk } = this;
    if (chunk === undefined) throw new Error('begin() comes before next()');
    for (;;) {
      const page = chunk.reader.next();
      if (page.header.values > MAX_PAGE_VALUES)
        throw new ActionError(
          'limit-exceeded',
          `${chunk.where}: a page of ${page.header.values} values, at most ${MAX_PAGE_VALUES} are read; write smaller pages`,
        );
      if (page.header.kind === 'dictionary') this.readDictionary(chunk, page);
      else {
        if (page.header.values > this.left)
          throw damaged(
            chunk.where,
            `a page of ${page.header.values} values where ${this.left} of the declared ones are left`,
          );
        this.left -= page.header.values;
        return this.readPage(chunk, page, slot);
      }
    }
  }

  private readDictionary({ codec, where }: Chunk, { header, body }: StoredPage): void {
    if (this.dictionary !== undefined) throw damaged(where, 'a second dictionary');
    if (header.encoding !== 'PLAIN' && header.encoding !== 'PLAIN_DICTIONARY')
      throw unsupported(where, `a dictionary in the encoding ${header.encoding}, which cannot be read`);
    const slot = this.dictionarySlot;
    const at = this.unpacker.unpack(codec, NO_BYTES, body, header.unpackedBytes, slot.body, where);
    const part = { at, end: at + header.unpackedBytes };
    const values = this.decode('PLAIN', part, header.values, slot, where);
    if (values === undefined) throw unsupported(where, 'a dictionary of booleans');
    this.dictionary = { size: header.values, values };
  }

  private readPage(chunk: Chunk, page: StoredPage, slot: PageSlot): DecodedPage {
    const { header } = page;
    const { maxDefinition, maxRepetition } = this.column;
    const entries = header.values;
    const parts = this.levels.split(chunk, page, slot.body);
    const repetitions = this.levels.read(
      parts.repetitions,
      maxRepetition,
      entries,
      slot.repetitions,
      chunk.where,
    );
    const definitions = this.levels.read(
      parts.definitions,
      maxDefinition,
      entries,
      slot.definitions,
      chunk.where,
    );
    const { present, count } = this.levels.presence(definitions, entries, slot.present, chunk.where);
    if (
      header.kind === 'data-v2' &&
      maxRepetition === 0 &&
      (entries - count !== header.nulls || header.rows !== entries)
    )
      throw damaged(chunk.where, `a page that declares ${header.nulls} nulls and holds ${entries - count}`);
    const content = this.content(header.encoding, parts.values, count, slot, chunk.where);
    return { entries, count, present, definitions, repetitions, content };
  }

  private content(
    encoding: PageHeader['encoding'],
    part: Part,
    count: number,
    slot: PageSlot,
    where: string,
  ): DecodedPage['content'] {
    if (encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY')
      return this.codes(part, count, slot, where);
    const values = this.decode(encoding, part, count, slot, where);
    if (values === undefined)
      throw unsupported(
        where,
        `the encoding ${encoding}, which cannot be read for ${this.column.leaf.physical}; write it with PLAIN`,
      );
    return values;
  }

  private codes(part: Part, count: number, slot: PageSlot, where: string): DecodedPage['content'] {
    const { dictionary, kernel } = this;
    if (dictionary === undefined) throw damaged(where, 'a page of codes without a dictionary');
    const codes = slot.codes.reserve(count * 4, where);
    if (count > 0) {
      const width = part.at < part.end ? (bytesOf(kernel)[part.at] ?? 0) : 255;
      if (kernel.codeRuns(part.at + 1, part.end, width, count, dictionary.size, codes) < 0)
        throw damaged(where, `codes that are not ${count} numbers below ${dictionary.size}`);
    }
    return { kind: 'codes', codes, dictionary };
  }

  private decode(
    encoding: string,
    { at, end }: Part,
    count: number,
    slot: PageSlot,
    where: string,
  ): Values | undefined {
    const { leaf } = this.column;
    const { as } = leaf;
    if (!isText(as)) {
      const numbers = slot.numbers.decode(leaf, as, encoding, at, end, count, where);
      return numbers === undefined ? undefined : { kind: 'numbers', numbers };
    }
    const pairs = slot.numbers.pairs(leaf, encoding, at, end, count, where);
    if (pairs === undefined) return undefined;
    slot.texts.rewrite(as.form, pairs, count, where);
    return { kind: 'texts', pairs };
  }

  release(): void {
    this.dictionarySlot.release();
  }
}
