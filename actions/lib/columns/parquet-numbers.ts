import { addWide, decimalText } from './parquet-decimals.ts';
import { bytesOf, doublesAt, type ParquetKernel, Room } from './parquet-kernel.ts';
import type { Leaf, NumberForm } from './parquet-leaf.ts';
import { damaged } from './parquet-source.ts';
import type { TextPages } from './parquet-texts.ts';

/** Numbers of a page or dictionary, without the missing ones. */
export interface Numbers {
  /** Address of doubles. */
  readonly values: number;
  /** Address of the whole numbers they were made from (decimals: without their point); 0 for other types. */
  readonly integers: number;
  /** Some of those lie beyond 2^53. */
  readonly inexact: boolean;
  /** Some need more than 64 bits: by their index. Their place in `integers` holds 0. */
  readonly wide: ReadonlyMap<number, bigint>;
  /** Some are NaN or infinite. */
  readonly odd: boolean;
}

const NO_WIDE: ReadonlyMap<number, bigint> = new Map();
const SAFE = 2n ** 53n;
/** Powers of ten up to this one are doubles, so that dividing by them rounds once. */
const EXACT_POWER = 22;
/** Bytes of a decimal; the widest in use have 32. */
const MAX_DECIMAL = 64;

/** Decodes numbers. The buffers belong to one page and are used again for the next. */
export class NumberPages {
  private readonly kernel: ParquetKernel;
  private readonly texts: TextPages;
  private readonly plain: Room;
  private readonly values: Room;
  private readonly integers: Room;

  constructor(kernel: ParquetKernel, texts: TextPages) {
    this.kernel = kernel;
    this.texts = texts;
    this.plain = new Room(kernel);
    this.values = new Room(kernel);
    this.integers = new Room(kernel);
  }

  /**
   * Decodes `count` values from the bytes `at` to `end`.
   *
   * @returns `undefined` for an encoding that the type cannot have
   * @throws ActionError invalid-file, limit-exceeded
   */
  decode(
    leaf: Leaf,
    form: NumberForm,
    encoding: string,
    at: number,
    end: number,
    count: number,
    where: string,
  ): Numbers | undefined {
    if (form.form === 'boolean') return this.booleans(encoding, at, end, count, where);
    const bytes = leaf.physical === 'BYTE_ARRAY' || leaf.physical === 'FIXED_LEN_BYTE_ARRAY';
    if (form.form === 'decimal' && bytes) {
      const pairs = this.pairs(leaf, encoding, at, end, count, where);
      return pairs === undefined ? undefined : this.bigEndians(form.scale, pairs, count, where);
    }
    const plain = this.plainValues(leaf, encoding, at, end, count, where);
    return plain === undefined ? undefined : this.convert(form, plain, count, where);
  }

  /** Values of fixed width one after the other; `undefined` for an encoding that they cannot have. */
  plainValues(
    leaf: Leaf,
    encoding: string,
    at: number,
    end: number,
    count: number,
    where: string,
  ): number | undefined {
    const { width, physical } = leaf;
    const fits = () => {
      if (count * width > end - at)
        throw damaged(where, `a page of fewer than ${count} values (${encoding})`);
    };
    switch (encoding) {
      case 'PLAIN':
        fits();
        return at;
      case 'BYTE_STREAM_SPLIT': {
        if (physical === 'INT96') return undefined;
        fits();
        const out = this.plain.reserve(count * width, where);
        this.kernel.joinStreams(at, count, width, out);
        return out;
      }
      case 'DELTA_BINARY_PACKED': {
        if (physical !== 'INT32' && physical !== 'INT64') return undefined;
        const out = this.plain.reserve(count * width, where);
        if (this.kernel.deltas(at, end, count, width, out) < 0)
          throw damaged(where, `a page of deltas that are not ${count} values`);
        return out;
      }
      default:
        return undefined;
    }
  }

  /** Byte strings of any or of one length as pairs of addresses; `undefined` for an encoding they cannot have. */
  pairs(
    leaf: Leaf,
    encoding: string,
    at: number,
    end: number,
    count: number,
    where: string,
  ): number | undefined {
    if (leaf.physical === 'BYTE_ARRAY') return this.texts.variable(encoding, at, end, count, where);
    const plain = this.plainValues(leaf, encoding, at, end, count, where);
    if (plain !== undefined) return this.texts.fixed(plain, count, leaf.width, where);
    if (encoding !== 'DELTA_BYTE_ARRAY') return undefined;
    const pairs = this.texts.variable(encoding, at, end, count, where);
    if (pairs !== undefined) this.texts.checkLengths(pairs, count, leaf, where);
    return pairs;
  }

  private booleans(
    encoding: string,
    at: number,
    end: number,
    count: number,
    where: string,
  ): Numbers | undefined {
    const bytes = this.plain.reserve(count + 16, where);
    if (encoding === 'PLAIN') {
      if (Math.ceil(count / 8) > end - at) throw damaged(where, `a page of fewer than ${count} booleans`);
      this.kernel.spreadBooleans(at, count, bytes);
    } else if (encoding === 'RLE') {
      const read = count === 0 ? 0 : this.runs(at, end, count, bytes);
      if (read < 0) throw damaged(where, `a page of runs that are not ${count} booleans`);
    } else return undefined;
    const values = this.values.reserve(count * 8, where);
    this.kernel.bytesToNumbers(bytes, count, values);
    return { values, integers: 0, inexact: false, wide: NO_WIDE, odd: false };
  }

  private runs(at: number, end: number, count: number, out: number): number {
    if (end - at < 4) return -1;
    const memory = bytesOf(this.kernel);
    const length = new DataView(memory.buffer).getUint32(at, true);
    return length > end - at - 4 ? -1 : this.kernel.levelRuns(at + 4, at + 4 + length, 1, count, 1, out);
  }

  private convert(form: NumberForm, plain: number, count: number, where: string): Numbers {
    const { kernel } = this;
    const values = this.values.reserve(count * 8, where);
    const done = (odd = 0): Numbers => ({ values, integers: 0, inexact: false, wide: NO_WIDE, odd: odd > 0 });
    switch (form.form) {
      case 'int32':
        kernel.int32s(plain, count, values, form.factor, form.divisor);
        return done();
      case 'uint32':
        kernel.uint32s(plain, count, values);
        return done();
      case 'ticks':
        kernel.ticks(plain, count, values, form.perMilli);
        return done();
      case 'int96':
        kernel.int96s(plain, count, values);
        return done();
      case 'float':
        return done(kernel.floats(plain, count, values));
      case 'half':
        return done(kernel.halves(plain, count, values));
      case 'double':
        return done(kernel.doubles(plain, count, values));
      case 'int64':
        return { ...done(), integers: plain, inexact: kernel.int64s(plain, count, values, 1) > 0 };
      case 'uint64':
        return { ...done(), integers: plain, inexact: kernel.uint64s(plain, count, values) > 0 };
      case 'decimal':
        return this.decimals(form.scale, plain, count, values, NO_WIDE);
      case 'boolean':
        return done();
    }
  }

  private bigEndians(scale: number, pairs: number, count: number, where: string): Numbers {
    const integers = this.integers.reserve(count * 8, where);
    const wide = new Map<number, bigint>();
    if (this.kernel.bigEndians(pairs, count, integers) > 0) {
      const memory = bytesOf(this.kernel);
      const view = new DataView(memory.buffer);
      for (let index = 0; index < count; index += 1) {
        const start = view.getUint32(pairs + index * 8, true) + 1;
        const end = view.getUint32(pairs + index * 8 + 4, true);
        if (end - start > MAX_DECIMAL) throw damaged(where, `a decimal of ${end - start} bytes`);
        if (end - start > 8) addWide(wide, index, memory.subarray(start, end));
      }
    }
    return this.decimals(scale, integers, count, this.values.reserve(count * 8, where), wide);
  }

  /** Doubles of whole numbers with `scale` digits after their point, each the nearest one. */
  private decimals(
    scale: number,
    integers: number,
    count: number,
    values: number,
    wide: ReadonlyMap<number, bigint>,
  ): Numbers {
    const beyond = this.kernel.int64s(integers, count, values, 10 ** scale) > 0;
    if (scale > 0 && (beyond || scale > EXACT_POWER)) this.round(scale, integers, count, values);
    const doubles = doublesAt(this.kernel, values, count);
    for (const [index, value] of wide) doubles[index] = Number(decimalText(value, scale));
    return { values, integers, inexact: beyond || wide.size > 0, wide, odd: false };
  }

  private round(scale: number, integers: number, count: number, values: number): void {
    const memory = bytesOf(this.kernel);
    const view = new DataView(memory.buffer);
    const doubles = doublesAt(this.kernel, values, count);
    for (let index = 0; index < count; index += 1) {
      const value = view.getBigInt64(integers + index * 8, true);
      if (scale > EXACT_POWER || value > SAFE || value < -SAFE)
        doubles[index] = Number(decimalText(value, scale));
    }
  }

  release(): void {
    for (const room of [this.plain, this.values, this.integers]) room.release();
  }
}
