import { ActionError, errorMessage } from '../errors.ts';
import type { BatchLayout, Layout, Region } from './arrow-layout.ts';
import type { Lz4Frames } from './arrow-lz4.ts';
import { copied } from './arrow-messages.ts';
import type { ArrowField, ArrowKind } from './arrow-schema.ts';
import { type Codecs, type ColumnSource, damaged } from './parquet-source.ts';

/** The values of a field in one batch, as stored. Buffers have what the length asks for. */
export interface ArrowArray {
  readonly field: ArrowField;
  readonly length: number;
  /** A bit for each value, least significant first: 1 where there is one. */
  readonly validity: Uint8Array | undefined;
  readonly buffers: readonly Uint8Array<ArrayBuffer>[];
  readonly children: readonly ArrowArray[];
}

const MAX_BUFFER = 1024 * 1024 * 1024;

/** Reads fields of batches into memory. */
export class ArrayLoader {
  private readonly source: ColumnSource;
  private readonly codecs: Codecs;
  private readonly frames: Lz4Frames;

  constructor(source: ColumnSource, codecs: Codecs, frames: Lz4Frames) {
    this.source = source;
    this.codecs = codecs;
    this.frames = frames;
  }

  /** Only what is missing of a field, for the structs that a column stands in. */
  validity(batch: BatchLayout, { buffers, length, nulls }: Layout, where: string): Uint8Array | undefined {
    const [region] = buffers;
    if (nulls === 0 || region === undefined) return undefined;
    const validity = this.buffer(batch, region, where);
    if (validity.length < Math.ceil(length / 8))
      throw damaged(where, 'it says of too few of its values whether they are missing');
    return validity;
  }

  /**
   * Reads one of the fields of a batch with all that is in it.
   *
   * @throws ActionError invalid-file, limit-exceeded
   */
  load(batch: BatchLayout, layout: Layout, where: string): ArrowArray {
    const { field, length, nulls } = layout;
    const buffers = layout.buffers.map((region) => this.buffer(batch, region, where));
    const validity = field.as.kind === 'null' && !field.dictionary ? undefined : buffers.shift();
    if (nulls > 0 && validity !== undefined && validity.length < Math.ceil(length / 8))
      throw damaged(where, 'it says of too few of its values whether they are missing');
    const children = layout.children.map((child) => this.load(batch, child, where));
    const array = {
      field,
      length,
      validity: nulls > 0 && validity !== undefined ? validity : undefined,
      buffers,
      children,
    };
    checkSizes(array, where);
    return array;
  }

  private buffer(batch: BatchLayout, region: Region, where: string): Uint8Array<ArrayBuffer> {
    if (region.length === 0) return new Uint8Array(0);
    const start = batch.message.body + region.offset;
    const bytes = copied(this.source, start, start + region.length);
    if (batch.compression === 'none') return bytes;
    if (bytes.length < 8) throw damaged(where, 'a packed buffer without its length');
    const size = Number(new DataView(bytes.buffer).getBigInt64(0, true));
    const packed = bytes.subarray(8);
    if (size === -1) return bytes.slice(8);
    if (!(size >= 0)) throw damaged(where, `a buffer of ${size} bytes`);
    if (size > MAX_BUFFER)
      throw new ActionError(
        'limit-exceeded',
        `${where}: a buffer of ${size} bytes, at most ${MAX_BUFFER} are read; write smaller batches`,
      );
    if (size === 0) return new Uint8Array(0);
    const unpacked =
      batch.compression === 'lz4' ? this.frames.unpack(packed, size, where) : this.zstd(packed, size, where);
    if (unpacked.length !== size)
      throw damaged(where, `a buffer of ${unpacked.length} bytes instead of ${size}`);
    return unpacked;
  }

  private zstd(packed: Uint8Array, size: number, where: string): Uint8Array<ArrayBuffer> {
    try {
      return new Uint8Array(this.codecs.zstd(packed, size));
    } catch (error) {
      throw damaged(where, `a buffer that is not zstd (${errorMessage(error)})`, error);
    }
  }
}

/** Bits of a value in the first buffer after the one that says what is missing. */
function bitsOf({ field }: ArrowArray): number {
  const as: ArrowKind = field.dictionary?.index ?? field.as;
  switch (as.kind) {
    case 'bool':
      return 1;
    case 'int':
    case 'float':
    case 'decimal':
    case 'time':
    case 'interval':
      return as.bits;
    case 'fixed':
      return as.width * 8;
    case 'view':
      return 128;
    default:
      return 0;
  }
}

function checkSizes(array: ArrowArray, where: string): void {
  const [data] = array.buffers;
  const wanted = Math.ceil((array.length * bitsOf(array)) / 8);
  if (wanted > (data?.length ?? 0))
    throw damaged(where, `${data?.length ?? 0} bytes for ${array.length} values where ${wanted} are needed`);
  const { as } = array.field;
  if (array.field.dictionary) return;
  if (as.kind === 'struct' && array.children.some(({ length }) => length < array.length))
    throw damaged(where, 'a struct whose fields have fewer values than it has');
  if (as.kind === 'fixed-list' && (array.children[0]?.length ?? 0) < array.length * as.size)
    throw damaged(where, 'a list with fewer members than it needs');
  if (as.kind === 'list' || as.kind === 'map' || as.kind === 'bytes') checkOffsets(array, as, where);
}

/** Offsets must not fall, and not reach past what they count. */
function checkOffsets(array: ArrowArray, as: { kind: string; large: boolean }, where: string): void {
  const [offsets = new Uint8Array(0), bytes] = array.buffers;
  if (array.length === 0) return;
  const size = as.large ? 8 : 4;
  if ((array.length + 1) * size > offsets.length)
    throw damaged(where, `${offsets.length} bytes of offsets for ${array.length} values`);
  const end = as.kind === 'bytes' ? (bytes?.length ?? 0) : (array.children[0]?.length ?? 0);
  const at = offsetsOf(array, as.large);
  let before = 0;
  for (let index = 0; index <= array.length; index += 1) {
    const offset = at(index);
    if (!(offset >= before && offset <= end))
      throw damaged(
        where,
        `value ${index} begins at ${offset}, between ${before} and ${end} was to be expected`,
      );
    before = offset;
  }
}

/** Reads the offsets of a list or of byte strings. */
export function offsetsOf(array: ArrowArray, large: boolean): (index: number) => number {
  const buffer = array.buffers[0]?.buffer;
  if (array.length === 0 || buffer === undefined) return () => 0;
  if (large) {
    const offsets = new BigInt64Array(buffer, 0, array.length + 1);
    return (index) => Number(offsets[index] ?? 0n);
  }
  const offsets = new Int32Array(buffer, 0, array.length + 1);
  return (index) => offsets[index] ?? 0;
}

/** Whether a value is there. */
export const isThere = (array: ArrowArray, index: number): boolean =>
  array.field.as.kind === 'null' && !array.field.dictionary
    ? false
    : array.validity === undefined || ((array.validity[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
