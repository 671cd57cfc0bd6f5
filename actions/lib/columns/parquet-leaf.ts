import type { SchemaTree } from 'hyparquet/src/types.js';
import type { ColumnType } from '../tabular/column-type.ts';
import { unsupported } from './parquet-source.ts';

type Element = SchemaTree['element'];

/** How stored values become doubles. */
export type NumberForm =
  | { readonly form: 'boolean' }
  /** Stored 32-bit number × `factor` ÷ `divisor`. */
  | { readonly form: 'int32'; readonly factor: number; readonly divisor: number }
  | { readonly form: 'uint32' }
  | { readonly form: 'int64' }
  | { readonly form: 'uint64' }
  /** Counts of a unit of which `perMilli` make a millisecond. */
  | { readonly form: 'ticks'; readonly perMilli: number }
  | { readonly form: 'int96' }
  | { readonly form: 'float' }
  | { readonly form: 'double' }
  | { readonly form: 'half' }
  /** A whole number ÷ 10^`scale`, in 64 bits or as big-endian bytes. */
  | { readonly form: 'decimal'; readonly scale: number };

/** How stored bytes become texts. */
export type TextForm = { readonly form: 'text' | 'hex' | 'uuid' | 'interval' };

/** Tells the two apart. */
export const isText = (as: NumberForm | TextForm): as is TextForm => TEXT_FORMS.has(as.form);

const TEXT_FORMS: ReadonlySet<string> = new Set(['text', 'hex', 'uuid', 'interval']);

/** What the values of a physical column are. */
export interface Leaf {
  readonly type: ColumnType;
  readonly physical: NonNullable<Element['type']>;
  /** Bytes of a value; 0 where each has its own length. */
  readonly width: number;
  readonly as: NumberForm | TextForm;
  /** Times without a zone: they are taken for UTC. */
  readonly local: boolean;
}

const WIDTHS: Readonly<Record<Leaf['physical'], number>> = {
  BOOLEAN: 0,
  INT32: 4,
  INT64: 8,
  INT96: 12,
  FLOAT: 4,
  DOUBLE: 8,
  BYTE_ARRAY: 0,
  FIXED_LEN_BYTE_ARRAY: 0,
};
const PER_MILLI = { MILLIS: 1, MICROS: 1_000, NANOS: 1_000_000 } as const;
const MAX_FIXED = 1 << 20;
const DAY_MS = 86_400_000;

/** Old annotations say what a logical type says today. */
const CONVERTED: Readonly<Record<string, Element['logical_type']>> = {
  UTF8: { type: 'STRING' },
  ENUM: { type: 'ENUM' },
  JSON: { type: 'JSON' },
  BSON: { type: 'BSON' },
  DATE: { type: 'DATE' },
  TIME_MILLIS: { type: 'TIME', unit: 'MILLIS', isAdjustedToUTC: true },
  TIME_MICROS: { type: 'TIME', unit: 'MICROS', isAdjustedToUTC: true },
  TIMESTAMP_MILLIS: { type: 'TIMESTAMP', unit: 'MILLIS', isAdjustedToUTC: true },
  TIMESTAMP_MICROS: { type: 'TIMESTAMP', unit: 'MICROS', isAdjustedToUTC: true },
  UINT_8: { type: 'INTEGER', bitWidth: 8, isSigned: false },
  UINT_16: { type: 'INTEGER', bitWidth: 16, isSigned: false },
  UINT_32: { type: 'INTEGER', bitWidth: 32, isSigned: false },
  UINT_64: { type: 'INTEGER', bitWidth: 64, isSigned: false },
  INTERVAL: { type: 'INTERVAL' },
};

/**
 * Says how the values of a physical column are stored and what they mean. An annotation that does not fit the
 * physical type is passed over, as the format asks.
 *
 * @throws ActionError invalid-file for a type that does not exist
 */
export function leafOf(where: string, element: Element): Leaf {
  const { type: physical, type_length: length = 0 } = element;
  if (physical === undefined || WIDTHS[physical] === undefined)
    throw unsupported(where, 'a column of an unknown physical type');
  const fixed = physical === 'FIXED_LEN_BYTE_ARRAY';
  if (fixed && !(length > 0 && length <= MAX_FIXED))
    throw unsupported(where, `values of a fixed length of ${length} bytes; it must be 1 to ${MAX_FIXED}`);
  const width = fixed ? length : WIDTHS[physical];
  const meaning = element.logical_type ?? decimalOf(element) ?? CONVERTED[element.converted_type ?? ''];
  const known = meaning ? ANNOTATED[meaning.type]?.(meaning, physical, width) : undefined;
  return { local: false, physical, width, ...(known ?? BARE[physical]) };
}

const decimalOf = (element: Element): Element['logical_type'] =>
  element.converted_type === 'DECIMAL'
    ? { type: 'DECIMAL', scale: element.scale ?? 0, precision: element.precision ?? 0 }
    : undefined;

type Meaning = NonNullable<Element['logical_type']>;
type Known = Pick<Leaf, 'type' | 'as'> & { readonly local?: boolean };

const INT32: Known = { type: 'integer', as: { form: 'int32', factor: 1, divisor: 1 } };
const TEXT: Known = { type: 'string', as: { form: 'text' } };
const HEX: Known = { type: 'string', as: { form: 'hex' } };

const BARE: Readonly<Record<Leaf['physical'], Known>> = {
  BOOLEAN: { type: 'boolean', as: { form: 'boolean' } },
  INT32,
  INT64: { type: 'integer', as: { form: 'int64' } },
  INT96: { type: 'timestamp', as: { form: 'int96' }, local: true },
  FLOAT: { type: 'number', as: { form: 'float' } },
  DOUBLE: { type: 'number', as: { form: 'double' } },
  BYTE_ARRAY: HEX,
  FIXED_LEN_BYTE_ARRAY: HEX,
};

const isBytes = (physical: Leaf['physical']): boolean =>
  physical === 'BYTE_ARRAY' || physical === 'FIXED_LEN_BYTE_ARRAY';

type Annotated = (meaning: Meaning, physical: Leaf['physical'], width: number) => Known | undefined;
const bytesAs =
  (known: Known): Annotated =>
  (_meaning, physical) =>
    isBytes(physical) ? known : undefined;
const fixedAs =
  (size: number, known: Known): Annotated =>
  (_meaning, physical, width) =>
    physical === 'FIXED_LEN_BYTE_ARRAY' && width === size ? known : undefined;

const ANNOTATED: Readonly<Record<string, Annotated>> = {
  STRING: bytesAs(TEXT),
  ENUM: bytesAs(TEXT),
  JSON: bytesAs({ type: 'object', as: { form: 'text' } }),
  BSON: bytesAs(HEX),
  UUID: fixedAs(16, { type: 'string', as: { form: 'uuid' } }),
  INTERVAL: fixedAs(12, { type: 'string', as: { form: 'interval' } }),
  FLOAT16: fixedAs(2, { type: 'number', as: { form: 'half' } }),
  DATE: (_meaning, physical) =>
    physical === 'INT32' ? { type: 'date', as: { form: 'int32', factor: DAY_MS, divisor: 1 } } : undefined,
  TIME: temporal('time'),
  TIMESTAMP: temporal('timestamp'),
  INTEGER: (meaning, physical) => {
    if (meaning.type !== 'INTEGER' || meaning.isSigned) return undefined;
    if (physical === 'INT32') return { type: 'integer', as: { form: 'uint32' } };
    return physical === 'INT64' ? { type: 'integer', as: { form: 'uint64' } } : undefined;
  },
  DECIMAL: (meaning, physical) => {
    if (meaning.type !== 'DECIMAL') return undefined;
    const scale = meaning.scale ?? 0;
    if (scale < 0 || scale > 308) return undefined;
    const type = scale === 0 ? 'integer' : 'number';
    if (physical === 'INT32') return { type, as: { form: 'int32', factor: 1, divisor: 10 ** scale } };
    return physical === 'INT64' || isBytes(physical) ? { type, as: { form: 'decimal', scale } } : undefined;
  },
};

function temporal(type: 'time' | 'timestamp'): Annotated {
  return (meaning, physical) => {
    if (meaning.type !== 'TIME' && meaning.type !== 'TIMESTAMP') return undefined;
    const local = type === 'timestamp' && !meaning.isAdjustedToUTC;
    const perMilli = PER_MILLI[meaning.unit];
    if (physical === 'INT64') return { type, local, as: { form: 'ticks', perMilli } };
    if (physical === 'INT32') return { type, local, as: { form: 'int32', factor: 1, divisor: perMilli } };
    return undefined;
  };
}
