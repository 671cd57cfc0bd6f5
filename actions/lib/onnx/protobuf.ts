/** One field of a protobuf message: its number, and either its whole number or the bytes of its payload. */
export interface Field {
  readonly number: number;
  /** Value of a varint field; 0 for others. Beyond 2^53 it loses digits, which no field we read reaches. */
  readonly value: number;
  /** Payload of a length-delimited or fixed field; empty for a varint. */
  readonly bytes: Uint8Array;
}

/** Bytes that are no protobuf message, or stop in the middle of one. */
export class ProtobufError extends Error {}

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;
const MAX_VARINT_BYTES = 10n;

class Cursor {
  at = 0;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** A 64-bit whole number, negative ones in two's complement as `int64` fields hold them. */
  varint(): number {
    let value = 0n;
    for (let index = 0n; index < MAX_VARINT_BYTES; index++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new ProtobufError('ends in the middle of a number');
      value |= BigInt(byte & 0x7f) << (7n * index);
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
    throw new ProtobufError('holds a number of more than 10 bytes');
  }

  take(size: number): Uint8Array {
    if (size < 0) throw new ProtobufError('holds a field of negative length');
    if (this.at + size > this.bytes.length)
      throw new ProtobufError(`ends ${this.at + size - this.bytes.length} bytes too early`);
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }
}

const NOTHING = new Uint8Array();

/**
 * The fields of a protobuf message in order, without a schema and without copying.
 *
 * @throws ProtobufError
 */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const cursor = new Cursor(message);
  while (cursor.at < message.length) {
    const key = cursor.varint();
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case VARINT:
        yield { number, value: cursor.varint(), bytes: NOTHING };
        break;
      case FIXED_64:
        yield { number, value: 0, bytes: cursor.take(8) };
        break;
      case LENGTH_DELIMITED:
        yield { number, value: 0, bytes: cursor.take(cursor.varint()) };
        break;
      case FIXED_32:
        yield { number, value: 0, bytes: cursor.take(4) };
        break;
      default:
        throw new ProtobufError(`holds a field of unknown type ${key % 8}`);
    }
  }
}

/** The payloads of all fields with a number. */
export const payloads = (message: Uint8Array, number: number): Uint8Array[] =>
  [...fieldsOf(message)].filter((field) => field.number === number).map(({ bytes }) => bytes);

const UTF8 = new TextDecoder();

/** The texts of all fields with a number. */
export const texts = (message: Uint8Array, number: number): string[] =>
  payloads(message, number).map((bytes) => UTF8.decode(bytes));

/** The whole numbers of a repeated field, packed or not. */
export function wholeNumbers(message: Uint8Array, number: number): number[] {
  return [...fieldsOf(message)]
    .filter((field) => field.number === number)
    .flatMap(({ value, bytes }) => (bytes.length === 0 ? [value] : packed(bytes)));
}

function packed(bytes: Uint8Array): number[] {
  const cursor = new Cursor(bytes);
  const values: number[] = [];
  while (cursor.at < bytes.length) values.push(cursor.varint());
  return values;
}

const varintBytes = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varintBytes(Math.floor(value / 128))];

/** A length-delimited field as bytes. */
export const encodeField = (number: number, payload: readonly number[]): number[] => [
  ...varintBytes(number * 8 + LENGTH_DELIMITED),
  ...varintBytes(payload.length),
  ...payload,
];
