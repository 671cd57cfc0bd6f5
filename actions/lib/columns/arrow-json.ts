import { dateText, timestampText, timeText } from '../tabular/calendar.ts';
import { type ArrowArray, isThere, offsetsOf } from './arrow-arrays.ts';
import { unscaledOf } from './arrow-decimal.ts';
import { intervalText } from './arrow-interval.ts';
import { isJson } from './json-text.ts';
import { decimalText } from './parquet-decimals.ts';
import { damaged } from './parquet-source.ts';

/** The arrays of a dictionary, one after the other. */
export type Dictionaries = (id: number) => readonly ArrowArray[];
type Json = (index: number) => string;

/**
 * Gives the values of an array as JSON, `null` where there is none.
 *
 * @throws ActionError invalid-file for a code that its dictionary lacks
 */
export function jsonOf(array: ArrowArray, dictionaries: Dictionaries, where: string): Json {
  const value = array.field.dictionary
    ? codedJson(
        array,
        array.field.dictionary.index.bits,
        dictionaries(array.field.dictionary.id),
        dictionaries,
        where,
      )
    : plainJson(array, dictionaries, where);
  return (index) => (isThere(array, index) ? value(index) : 'null');
}

function plainJson(array: ArrowArray, dictionaries: Dictionaries, where: string): Json {
  const { as } = array.field;
  const children = array.children.map((child) => jsonOf(child, dictionaries, where));
  const [first = () => 'null'] = children;
  switch (as.kind) {
    case 'struct':
      return (index) =>
        `{${array.children.map(({ field }, child) => `${JSON.stringify(field.name)}:${children[child]?.(index)}`).join()}}`;
    case 'list': {
      const at = offsetsOf(array, as.large);
      return (index) => `[${span(at(index), at(index + 1), first).join()}]`;
    }
    case 'fixed-list':
      return (index) => `[${span(index * as.size, (index + 1) * as.size, first).join()}]`;
    case 'map':
      return mapJson(array, dictionaries, where);
    default:
      return scalarJson(array);
  }
}

const span = (start: number, end: number, json: Json): string[] =>
  Array.from({ length: end - start }, (_, member) => json(start + member));

function mapJson(array: ArrowArray, dictionaries: Dictionaries, where: string): Json {
  const at = offsetsOf(array, false);
  const [key, value] = array.children[0]?.children ?? [];
  if (key === undefined || value === undefined) return () => '{}';
  const [keys, values] = [jsonOf(key, dictionaries, where), jsonOf(value, dictionaries, where)];
  const entry = (index: number) => {
    const name = keys(index);
    return `${name.startsWith('"') ? name : JSON.stringify(name)}:${values(index)}`;
  };
  return (index) => `{${span(at(index), at(index + 1), entry).join()}}`;
}

function codedJson(
  array: ArrowArray,
  bits: number,
  parts: readonly ArrowArray[],
  dictionaries: Dictionaries,
  where: string,
): Json {
  const code = codesOf(array, bits);
  const readers = parts.map((part) => ({ length: part.length, json: jsonOf(part, dictionaries, where) }));
  return (index) => {
    let rest = code(index);
    for (const { length, json } of readers) {
      if (rest >= 0 && rest < length) return json(rest);
      rest -= length;
    }
    throw damaged(where, `code ${code(index)} is not in its dictionary`);
  };
}

/** Reads indexes into a dictionary; those of 64 bits and without a sign as far as they are sensible. */
export function codesOf(array: ArrowArray, bits: number): (index: number) => number {
  const view = new DataView(array.buffers[0]?.buffer ?? new ArrayBuffer(0));
  const signed = array.field.dictionary?.index.signed ?? true;
  switch (bits) {
    case 8:
      return (index) => (signed ? view.getInt8(index) : view.getUint8(index));
    case 16:
      return (index) => (signed ? view.getInt16(index * 2, true) : view.getUint16(index * 2, true));
    case 32:
      return (index) => (signed ? view.getInt32(index * 4, true) : view.getUint32(index * 4, true));
    default:
      return (index) => Number(view.getBigInt64(index * 8, true));
  }
}

const NUMBERS: Readonly<Record<string, (view: DataView, index: number) => number | bigint>> = {
  'int8 true': (view, index) => view.getInt8(index),
  'int8 false': (view, index) => view.getUint8(index),
  'int16 true': (view, index) => view.getInt16(index * 2, true),
  'int16 false': (view, index) => view.getUint16(index * 2, true),
  'int32 true': (view, index) => view.getInt32(index * 4, true),
  'int32 false': (view, index) => view.getUint32(index * 4, true),
  'int64 true': (view, index) => view.getBigInt64(index * 8, true),
  'int64 false': (view, index) => view.getBigUint64(index * 8, true),
  float16: (view, index) => half(view.getUint16(index * 2, true)),
  float32: (view, index) => view.getFloat32(index * 4, true),
  float64: (view, index) => view.getFloat64(index * 8, true),
};

/** IEEE half precision. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? (sign * fraction) / 2 ** 24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function scalarJson(array: ArrowArray): Json {
  const { as, type } = array.field;
  const view = new DataView(array.buffers[0]?.buffer ?? new ArrayBuffer(0));
  switch (as.kind) {
    case 'bool':
      return (index) => String((view.getUint8(index >> 3) & (1 << (index & 7))) !== 0);
    case 'int':
    case 'float': {
      const read = NUMBERS[as.kind === 'int' ? `int${as.bits} ${as.signed}` : `float${as.bits}`];
      return (index) => numberJson(read?.(view, index) ?? 0);
    }
    case 'decimal': {
      const unscaled = unscaledOf(array, as.bits);
      return (index) => decimalText(unscaled(index), as.scale);
    }
    case 'time': {
      const ms = millisOf(view, as.bits, as.perMilli);
      const text = type === 'date' ? dateText : type === 'time' ? timeText : timestampText;
      return (index) =>
        Math.abs(ms(index)) <= 8.64e15 ? JSON.stringify(text(ms(index))) : String(ms(index));
    }
    case 'interval':
      return (index) => JSON.stringify(intervalText(view, as.unit, index));
    default:
      return bytesJson(array, view);
  }
}

const numberJson = (value: number | bigint): string =>
  typeof value === 'number' && !Number.isFinite(value) ? JSON.stringify(String(value)) : String(value);

/** Counts of a unit of time as milliseconds. */
export function millisOf(view: DataView, bits: number, perMilli: number): (index: number) => number {
  const factor = perMilli < 1 ? Math.round(1 / perMilli) : 1;
  if (bits === 32) return (index) => (view.getInt32(index * 4, true) * factor) / Math.max(1, perMilli);
  if (perMilli <= 1) return (index) => Number(view.getBigInt64(index * 8, true)) * factor;
  const unit = BigInt(perMilli);
  return (index) => {
    const value = view.getBigInt64(index * 8, true);
    return Number(value / unit) + Number(value % unit) / perMilli;
  };
}

function bytesJson(array: ArrowArray, view: DataView): Json {
  const { as, type } = array.field;
  const decoder = new TextDecoder();
  const bytes = bytesOf(array, view);
  const hex = as.kind === 'fixed' || ((as.kind === 'bytes' || as.kind === 'view') && as.form === 'hex');
  return (index) => {
    const stored = bytes(index);
    if (hex)
      return JSON.stringify(`0x${Array.from(stored, (byte) => byte.toString(16).padStart(2, '0')).join('')}`);
    const text = decoder.decode(stored);
    return type === 'object' && isJson(text) ? text : JSON.stringify(text);
  };
}

const NO_BYTES = new Uint8Array(0);

/** Reads the bytes of a value. Those that lie outside of their buffer are none. */
export function bytesOf(array: ArrowArray, view: DataView): (index: number) => Uint8Array {
  const { as } = array.field;
  const { buffers } = array;
  if (as.kind === 'fixed')
    return (index) => (buffers[0] ?? NO_BYTES).subarray(index * as.width, (index + 1) * as.width);
  if (as.kind === 'bytes') {
    const at = offsetsOf(array, as.large);
    return (index) => (buffers[1] ?? NO_BYTES).subarray(at(index), at(index + 1));
  }
  return (index) => {
    const length = view.getInt32(index * 16, true);
    if (length <= 12)
      return (buffers[0] ?? NO_BYTES).subarray(index * 16 + 4, index * 16 + 4 + Math.max(0, length));
    const start = view.getInt32(index * 16 + 12, true);
    const buffer = buffers[1 + view.getInt32(index * 16 + 8, true)];
    return buffer === undefined || start < 0 ? NO_BYTES : buffer.subarray(start, start + length);
  };
}
