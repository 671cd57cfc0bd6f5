import type { ArrowArray } from './arrow-arrays.ts';
import { unscaledOf } from './arrow-decimal.ts';
import type { Rendered } from './arrow-rendered.ts';
import type { ArrowKind } from './arrow-schema.ts';
import type { NumberRows } from './parquet-batch.ts';
import { decimalText } from './parquet-decimals.ts';
import { bytesOf, doublesAt, integersAt, type ParquetKernel, Room } from './parquet-kernel.ts';

/** Kinds of fields whose values are doubles. */
export type NumberKind = Extract<ArrowKind, { kind: 'bool' | 'int' | 'float' | 'decimal' | 'time' }>;

const SAFE = 2n ** 53n;
/** The kernels' NaN for "no value". */
const NOTHING = 0x7ff8000000000001n;
const NO_WIDE: ReadonlyMap<number, bigint> = new Map();

/** What filling in the doubles found out. */
interface Filled {
  readonly odd: boolean;
  readonly inexact: boolean;
  readonly wide: ReadonlyMap<number, bigint>;
}

/** Gives the numbers of an array. The values that are missing may hold anything; they are wiped out. */
export class NumberArray implements Rendered {
  private readonly kernel: ParquetKernel;
  private readonly array: ArrowArray;
  private readonly as: NumberKind;
  private readonly present: Uint8Array | undefined;
  private readonly data: Room;
  private readonly values: Room;
  private readonly integers: Room;
  private readonly where: string;

  /** @param present - 1 for each value that is there; `undefined` when all are */
  constructor(
    kernel: ParquetKernel,
    array: ArrowArray,
    as: NumberKind,
    present: Uint8Array | undefined,
    where: string,
  ) {
    this.kernel = kernel;
    this.array = array;
    this.as = as;
    this.present = present;
    this.where = where;
    this.data = new Room(kernel);
    this.values = new Room(kernel);
    this.integers = new Room(kernel);
    const [stored] = array.buffers;
    if (stored !== undefined) {
      const at = this.data.reserve(stored.length, where);
      bytesOf(kernel).set(stored, at);
    }
  }

  rows(from: number, count: number): NumberRows {
    const { as } = this;
    const values = this.values.reserve(count * 8, this.where);
    const whole = as.kind === 'decimal' || (as.kind === 'int' && as.bits === 64);
    const integers = whole ? this.integers.reserve(count * 8, this.where) : 0;
    const filled = this.fill(from, count, values, integers);
    const nulls = this.wipe(from, count, values, integers);
    const unsigned = as.kind === 'int' && !as.signed;
    return {
      kind: 'numbers',
      rows: count,
      nulls,
      values,
      integers: filled.inexact && filled.wide.size === 0 ? integers : 0,
      unsigned,
      scale: as.kind === 'decimal' ? as.scale : 0,
      exact: (row) =>
        filled.inexact ? (filled.wide.get(row) ?? this.exactAt(integers + row * 8, unsigned)) : undefined,
      odd: filled.odd,
    };
  }

  private fill(from: number, count: number, values: number, integers: number): Filled {
    const { kernel, as } = this;
    const at = (bits: number) => this.data.at + (from * bits) / 8;
    const done = (odd = 0): Filled => ({ odd: odd > 0, inexact: false, wide: NO_WIDE });
    switch (as.kind) {
      case 'bool':
        this.booleans(from, count, values);
        return done();
      case 'float':
        if (as.bits === 16) return done(kernel.halves(at(16), count, values));
        return done(
          as.bits === 32 ? kernel.floats(at(32), count, values) : kernel.doubles(at(64), count, values),
        );
      case 'time':
        this.times(as.bits, as.perMilli, at(as.bits), count, values);
        return done();
      case 'decimal':
        return this.decimals(as.bits, as.scale, from, count, values, integers);
      case 'int':
        return this.whole(as.bits, as.signed, at(as.bits), count, values, integers);
    }
  }

  private whole(
    bits: number,
    signed: boolean,
    at: number,
    count: number,
    values: number,
    integers: number,
  ): Filled {
    const { kernel } = this;
    let inexact = false;
    if (bits === 64) {
      bytesOf(kernel).copyWithin(integers, at, at + count * 8);
      inexact = (signed ? kernel.int64s(at, count, values, 1) : kernel.uint64s(at, count, values)) > 0;
    } else if (bits === 32) {
      if (signed) kernel.int32s(at, count, values, 1, 1);
      else kernel.uint32s(at, count, values);
    } else {
      const Small = bits === 8 ? (signed ? Int8Array : Uint8Array) : signed ? Int16Array : Uint16Array;
      const small = new Small(kernel.memory.buffer, at, count);
      doublesAt(kernel, values, count).set(small);
    }
    return { odd: false, inexact, wide: NO_WIDE };
  }

  private booleans(from: number, count: number, values: number): void {
    const memory = bytesOf(this.kernel);
    const out = doublesAt(this.kernel, values, count);
    for (let row = 0; row < count; row += 1) {
      const index = from + row;
      out[row] = ((memory[this.data.at + (index >> 3)] ?? 0) >> (index & 7)) & 1;
    }
  }

  private times(bits: number, perMilli: number, at: number, count: number, values: number): void {
    const factor = perMilli < 1 ? Math.round(1 / perMilli) : 1;
    if (bits === 32) this.kernel.int32s(at, count, values, factor, Math.max(1, perMilli));
    else this.kernel.ticks(at, count, values, Math.max(1, perMilli));
    if (bits === 64 && factor > 1) {
      const out = doublesAt(this.kernel, values, count);
      for (let row = 0; row < count; row += 1) out[row] = (out[row] ?? 0) * factor;
    }
  }

  private decimals(
    bits: number,
    scale: number,
    from: number,
    count: number,
    values: number,
    integers: number,
  ): Filled {
    const unscaled = unscaledOf(this.array, bits);
    const out = doublesAt(this.kernel, values, count);
    const whole = integersAt(this.kernel, integers, count);
    const wide = new Map<number, bigint>();
    let inexact = false;
    const power = 10 ** scale;
    for (let row = 0; row < count; row += 1) {
      const value = this.present?.[from + row] === 0 ? 0n : unscaled(from + row);
      const safe = value <= SAFE && value >= -SAFE;
      inexact ||= !safe;
      out[row] = safe && scale <= 22 ? Number(value) / power : Number(decimalText(value, scale));
      whole[row] = value;
      if (!safe && BigInt.asIntN(64, value) !== value) wide.set(row, value);
    }
    return { odd: false, inexact, wide };
  }

  /** Returns how many are missing. */
  private wipe(from: number, count: number, values: number, integers: number): number {
    if (this.present === undefined) return 0;
    const out = integersAt(this.kernel, values, count);
    const whole = integers === 0 ? undefined : integersAt(this.kernel, integers, count);
    let nulls = 0;
    for (let row = 0; row < count; row += 1) {
      if (this.present[from + row] !== 0) continue;
      nulls += 1;
      out[row] = NOTHING;
      if (whole !== undefined) whole[row] = 0n;
    }
    return nulls;
  }

  private exactAt(at: number, unsigned: boolean): bigint | undefined {
    const view = new DataView(this.kernel.memory.buffer);
    const value = unsigned ? view.getBigUint64(at, true) : view.getBigInt64(at, true);
    return value > SAFE || value < -SAFE ? value : undefined;
  }

  release(): void {
    for (const room of [this.data, this.values, this.integers]) room.release();
  }
}
