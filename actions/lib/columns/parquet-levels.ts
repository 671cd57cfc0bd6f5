import type { StoredPage } from './parquet-chunk.ts';
import type { ChunkInfo } from './parquet-footer.ts';
import type { ParquetKernel, Room } from './parquet-kernel.ts';
import type { PhysicalColumn } from './parquet-schema.ts';
import { damaged, unsupported } from './parquet-source.ts';
import type { Unpacker } from './parquet-unpack.ts';

/** Where a part of a page lies: from `at` to `end`. */
export interface Part {
  readonly at: number;
  readonly end: number;
}

/** Levels as stored. */
interface Levels extends Part {
  readonly encoding: string;
}

/** The parts of an unpacked page. */
export interface PageParts {
  readonly repetitions: Levels;
  readonly definitions: Levels;
  readonly values: Part;
}

/** What is known of the chunk a page is in. */
interface Chunk {
  readonly codec: ChunkInfo['codec'];
  readonly where: string;
}

const NO_BYTES = new Uint8Array(0);
const bitsOf = (max: number): number => 32 - Math.clz32(max);

/** Unpacks pages and reads their levels: what is missing, and where lists begin. */
export class PageLevels {
  private readonly kernel: ParquetKernel;
  private readonly unpacker: Unpacker;
  private readonly column: PhysicalColumn;

  constructor(kernel: ParquetKernel, unpacker: Unpacker, column: PhysicalColumn) {
    this.kernel = kernel;
    this.unpacker = unpacker;
    this.column = column;
  }

  /**
   * Unpacks a page of data into `room` and says where its parts are.
   *
   * @throws ActionError invalid-file
   */
  split(chunk: Chunk, page: StoredPage, room: Room): PageParts {
    return page.header.kind === 'data'
      ? this.splitFirst(chunk, page, room)
      : this.splitSecond(chunk, page, room);
  }

  /** The parts of a page of version 1, which is packed as a whole. */
  private splitFirst({ codec, where }: Chunk, { header, body }: StoredPage, room: Room): PageParts {
    let at = this.unpacker.unpack(codec, NO_BYTES, body, header.unpackedBytes, room, where);
    const end = at + header.unpackedBytes;
    const take = (max: number, encoding: string): Levels => {
      if (max === 0) return { at, end: at, encoding };
      const length = this.levelBytes(encoding, bitsOf(max), header.values, { at, end }, where);
      const start = encoding === 'RLE' ? at + 4 : at;
      at = start + length;
      return { at: start, end: at, encoding };
    };
    const repetitions = take(this.column.maxRepetition, header.repetitions);
    const definitions = take(this.column.maxDefinition, header.definitions);
    return { repetitions, definitions, values: { at, end } };
  }

  private levelBytes(
    encoding: string,
    width: number,
    count: number,
    { at, end }: Part,
    where: string,
  ): number {
    if (encoding !== 'RLE' && encoding !== 'BIT_PACKED')
      throw unsupported(where, `levels in the encoding ${encoding}, which cannot be read`);
    const start = encoding === 'RLE' ? at + 4 : at;
    const cutOff = damaged(where, 'levels that reach past the end of their page');
    if (start > end) throw cutOff;
    const length =
      encoding === 'RLE'
        ? new DataView(this.kernel.memory.buffer).getUint32(at, true)
        : Math.ceil((count * width) / 8);
    if (length > end - start) throw cutOff;
    return length;
  }

  /** The parts of a page of version 2, whose levels are not packed. */
  private splitSecond({ codec, where }: Chunk, { header, body }: StoredPage, room: Room): PageParts {
    const { repetitionBytes, definitionBytes, unpackedBytes, packed } = header;
    const levels = repetitionBytes + definitionBytes;
    if (levels > body.length || levels > unpackedBytes)
      throw damaged(where, 'levels that reach past the end of their page');
    const [prefix, rest] = [body.subarray(0, levels), body.subarray(levels)];
    const size = unpackedBytes - levels;
    const at = this.unpacker.unpack(packed ? codec : 'UNCOMPRESSED', prefix, rest, size, room, where);
    return {
      repetitions: { at, end: at + repetitionBytes, encoding: 'RLE' },
      definitions: { at: at + repetitionBytes, end: at + levels, encoding: 'RLE' },
      values: { at: at + levels, end: at + levels + size },
    };
  }

  /**
   * Reads levels of at most `max` into a byte for each entry.
   *
   * @returns their address in `room`; 0 when all are 0
   * @throws ActionError invalid-file
   */
  read(part: Levels, max: number, entries: number, room: Room, where: string): number {
    if (max === 0) return 0;
    const out = room.reserve(entries + 16, where);
    const decode = part.encoding === 'RLE' ? this.kernel.levelRuns : this.kernel.packedLevels;
    if (entries > 0 && decode(part.at, part.end, bitsOf(max), entries, max, out) < 0)
      throw damaged(where, `levels that are not ${entries} numbers up to ${max}`);
    return out;
  }

  /** How many entries have a value, and the address of a byte for each that says so (0: all have). */
  presence(
    definitions: number,
    entries: number,
    room: Room,
    where: string,
  ): { present: number; count: number } {
    const { maxDefinition, maxRepetition } = this.column;
    if (definitions === 0) return { present: 0, count: entries };
    if (maxDefinition === 1 && maxRepetition === 0) {
      const count = this.kernel.countOnes(definitions, entries);
      return { present: count === entries ? 0 : definitions, count };
    }
    const out = room.reserve(entries + 16, where);
    const count = this.kernel.presence(definitions, entries, maxDefinition, out);
    return { present: count === entries ? 0 : out, count };
  }
}
