/** Types of Thrift's compact protocol. */
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const STRUCT = 12;
const MAX_DEPTH = 32;

/** How values without members are passed over. */
const SKIPS: Readonly<Record<number, (reader: ThriftReader) => void>> = {
  [TRUE]: () => {},
  [FALSE]: () => {},
  [BYTE]: (reader) => reader.advance(1),
  [I16]: (reader) => void reader.integer(),
  [I32]: (reader) => void reader.integer(),
  [I64]: (reader) => void reader.varint(),
  [DOUBLE]: (reader) => reader.advance(8),
  [BINARY]: (reader) => reader.advance(Number(reader.varint())),
};

/** Bytes that are not Thrift's compact protocol: cut off, or nested and counted beyond what they can hold. */
export class ThriftError extends Error {
  /** More bytes might mend it. */
  readonly cutOff: boolean;

  constructor(message: string, cutOff = false) {
    super(message);
    this.cutOff = cutOff;
  }
}

/** A field of a struct; `type` is the protocol's, booleans carry their value in it. */
interface Field {
  readonly id: number;
  readonly type: number;
}

/**
 * Reads Thrift's compact protocol from untrusted bytes: every step consumes input, numbers have at most ten bytes,
 * lists no more members than bytes are left, structs at most 32 levels.
 */
export class ThriftReader {
  offset: number;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
  }

  /** Calls back for each field of the struct that begins here; the callback consumes the value. */
  struct(field: (field: Field) => void): void {
    let id = 0;
    for (;;) {
      const head = this.byte();
      const type = head & 15;
      if (type === 0) return;
      id = head >> 4 ? id + (head >> 4) : this.integer();
      field({ id, type });
    }
  }

  /** A whole number of at most 32 bits. */
  integer(): number {
    const value = this.varint();
    if (value > 0xffff_ffffn) throw new ThriftError('a number of more than 32 bits');
    const raw = Number(value);
    return (raw >>> 1) ^ -(raw & 1);
  }

  /** The whole number of a field; 0 when the field is of another type. */
  integerOf(field: Field): number {
    if (field.type === I16 || field.type === I32) return this.integer();
    throw new ThriftError(`field ${field.id} is not a number`);
  }

  /** Passes over a value, checking that it is one. */
  skip(type: number, depth = 0): void {
    if (depth > MAX_DEPTH) throw new ThriftError(`more than ${MAX_DEPTH} levels`);
    const one = SKIPS[type];
    if (one !== undefined) one(this);
    else if (type === LIST || type === SET) this.skipList(depth);
    else if (type === STRUCT) this.struct((field) => this.skip(field.type, depth + 1));
    else throw new ThriftError(`unknown type ${type}`);
  }

  private skipList(depth: number): void {
    const head = this.byte();
    const size = head >> 4 === 15 ? Number(this.varint()) : head >> 4;
    const type = (head & 15) <= FALSE ? BYTE : head & 15;
    if (size > this.bytes.length - this.offset)
      throw new ThriftError(`a list of ${size} members in ${this.bytes.length - this.offset} bytes`, true);
    for (let member = 0; member < size; member += 1) this.skip(type, depth + 1);
  }

  /** Passes over bytes. */
  advance(count: number): void {
    if (count > this.bytes.length - this.offset) throw new ThriftError('cut off', true);
    this.offset += count;
  }

  private byte(): number {
    const value = this.bytes[this.offset];
    if (value === undefined) throw new ThriftError('cut off', true);
    this.offset += 1;
    return value;
  }

  /** A whole number without a sign. */
  varint(): bigint {
    let low = 0;
    let value = 0n;
    for (let count = 0; count < 10; count += 1) {
      const byte = this.byte();
      if (count < 4) low |= (byte & 127) << (7 * count);
      else value |= BigInt(byte & 127) << BigInt(7 * count);
      if (byte < 128) return value | BigInt(low);
    }
    throw new ThriftError('a number of more than ten bytes');
  }
}
