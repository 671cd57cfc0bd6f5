import type { ColumnType } from '../tabular/column-type.ts';
import { FlatBufferError, type FlatTable } from './arrow-flatbuffer.ts';
import { unsupported } from './parquet-source.ts';

/** How the values of a field are laid out and what they mean. */
export type ArrowKind =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'int'; readonly bits: number; readonly signed: boolean }
  | { readonly kind: 'float'; readonly bits: number }
  | { readonly kind: 'decimal'; readonly bits: number; readonly scale: number }
  /** Counts of a unit of which `perMilli` make a millisecond. */
  | { readonly kind: 'time'; readonly bits: number; readonly perMilli: number }
  | { readonly kind: 'interval'; readonly unit: number; readonly bits: number }
  | { readonly kind: 'bytes'; readonly form: 'text' | 'hex'; readonly large: boolean }
  | { readonly kind: 'view'; readonly form: 'text' | 'hex' }
  | { readonly kind: 'fixed'; readonly form: 'hex' | 'uuid'; readonly width: number }
  | { readonly kind: 'list' | 'map'; readonly large: boolean }
  | { readonly kind: 'fixed-list'; readonly size: number }
  | { readonly kind: 'struct' };

/** A field of a schema with what is in it. */
export interface ArrowField {
  readonly name: string;
  readonly path: string;
  readonly nullable: boolean;
  readonly as: ArrowKind;
  readonly type: ColumnType;
  readonly children: readonly ArrowField[];
  /** Values are stored once, in the dictionary of this number; the field has indexes into it. */
  readonly dictionary:
    | { readonly id: number; readonly index: Extract<ArrowKind, { kind: 'int' }> }
    | undefined;
  /** Timestamps without a zone. */
  readonly local: boolean;
}

const MAX_DEPTH = 64;
const MAX_FIELDS = 20_000;
const MAX_WIDTH = 1 << 20;
/** Seconds, milliseconds, microseconds, nanoseconds. */
const PER_MILLI = [0.001, 1, 1_000, 1_000_000] as const;
const DAY_PER_MILLI = 1 / 86_400_000;

/**
 * The fields of a schema.
 *
 * @throws ActionError invalid-file for types that are not read; FlatBufferError
 */
export function arrowFields(name: string, schema: FlatTable): ArrowField[] {
  if (schema.integer(0, 16) !== 0) throw unsupported(name, 'Arrow in big-endian order, which cannot be read');
  let fields = 0;
  const read = (table: FlatTable, above: string, depth: number): ArrowField => {
    fields += 1;
    if (depth > MAX_DEPTH || fields > MAX_FIELDS)
      throw new FlatBufferError(`more than ${MAX_DEPTH} levels or ${MAX_FIELDS} fields`);
    const label = table.text(0) ?? '';
    const path = above === '' ? label : `${above}.${label}`;
    const children = table.tables(5).map((child) => read(child, path, depth + 1));
    const encoding = table.table(4);
    const [type, as] = meaning(`${name}: column ${JSON.stringify(path)}`, table, children);
    return {
      name: label,
      path,
      nullable: table.integer(1, 8) === 1,
      as,
      type,
      children,
      dictionary: encoding && {
        id: encoding.integer(0, 64),
        index: intOf(encoding.table(1)) ?? { ...INT32 },
      },
      local: table.integer(2, 8) === 10 && table.table(3)?.text(1) === undefined,
    };
  };
  return schema.tables(1).map((field) => read(field, '', 0));
}

const INT32 = { kind: 'int', bits: 32, signed: true } as const;

function intOf(table: FlatTable | undefined): Extract<ArrowKind, { kind: 'int' }> | undefined {
  if (table === undefined) return undefined;
  const bits = table.integer(0, 32);
  if (![8, 16, 32, 64].includes(bits)) throw new FlatBufferError(`integers of ${bits} bits`);
  return { kind: 'int', bits, signed: table.integer(1, 8) === 1 };
}

type Meaning = readonly [ColumnType, ArrowKind];
type Read = (type: FlatTable | undefined, extension: string) => Meaning | undefined;

/** What each number of a type in the format means; the numbers are those of Schema.fbs. */
const MEANINGS: Readonly<Record<number, Read>> = {
  1: () => ['string', { kind: 'null' }],
  2: (type) => ['integer', intOf(type) ?? INT32],
  3: (type) => {
    const bits = [16, 32, 64][type?.integer(0, 16) ?? 0];
    return bits === undefined ? undefined : ['number', { kind: 'float', bits }];
  },
  4: () => ['string', { kind: 'bytes', form: 'hex', large: false }],
  5: (_type, extension) => [textType(extension), { kind: 'bytes', form: 'text', large: false }],
  6: () => ['boolean', { kind: 'bool' }],
  7: (type) => {
    const [scale, bits] = [type?.integer(1, 32) ?? 0, type?.integer(2, 32, 128) ?? 128];
    if (![32, 64, 128, 256].includes(bits) || scale < 0 || scale > 308) return undefined;
    return [scale === 0 ? 'integer' : 'number', { kind: 'decimal', bits, scale }];
  },
  8: (type) =>
    (type?.integer(0, 16, 1) ?? 1) === 0
      ? ['date', { kind: 'time', bits: 32, perMilli: DAY_PER_MILLI }]
      : ['date', { kind: 'time', bits: 64, perMilli: 1 }],
  9: (type) => timed('time', type?.integer(0, 16, 1) ?? 1, type?.integer(1, 32, 32) ?? 32),
  10: (type) => timed('timestamp', type?.integer(0, 16) ?? 0, 64),
  11: (type) => {
    const unit = type?.integer(0, 16) ?? 0;
    const bits = [32, 64, 128][unit];
    return bits === undefined ? undefined : ['string', { kind: 'interval', unit, bits }];
  },
  12: () => ['array', { kind: 'list', large: false }],
  13: () => ['object', { kind: 'struct' }],
  15: (type, extension) => {
    const width = type?.integer(0, 32) ?? 0;
    if (width <= 0 || width > MAX_WIDTH) return undefined;
    return [
      'string',
      { kind: 'fixed', form: extension === 'arrow.uuid' && width === 16 ? 'uuid' : 'hex', width },
    ];
  },
  16: (type) => {
    const size = type?.integer(0, 32) ?? 0;
    return size < 0 ? undefined : ['array', { kind: 'fixed-list', size }];
  },
  17: () => ['object', { kind: 'map', large: false }],
  18: () => ['integer', { kind: 'int', bits: 64, signed: true }],
  19: () => ['string', { kind: 'bytes', form: 'hex', large: true }],
  20: (_type, extension) => [textType(extension), { kind: 'bytes', form: 'text', large: true }],
  21: () => ['array', { kind: 'list', large: true }],
  23: () => ['string', { kind: 'view', form: 'hex' }],
  24: (_type, extension) => [textType(extension), { kind: 'view', form: 'text' }],
};

const textType = (extension: string): ColumnType => (extension === 'arrow.json' ? 'object' : 'string');

function timed(type: 'time' | 'timestamp', unit: number, bits: number): Meaning | undefined {
  const perMilli = PER_MILLI[unit];
  return perMilli === undefined || (bits !== 32 && bits !== 64)
    ? undefined
    : [type, { kind: 'time', bits, perMilli }];
}

/** Names of what is not read, for the message. */
const UNREAD: Readonly<Record<number, string>> = {
  14: 'unions',
  22: 'run-end encoding',
  25: 'list views',
  26: 'list views',
};

function meaning(where: string, field: FlatTable, children: readonly ArrowField[]): Meaning {
  const number = field.integer(2, 8);
  const extension = field
    .tables(6)
    .find((pair) => pair.text(0) === 'ARROW:extension:name')
    ?.text(1);
  const found = MEANINGS[number]?.(field.table(3), extension ?? '');
  if (found === undefined)
    throw unsupported(
      where,
      `${UNREAD[number] ?? `values of type ${number}`} cannot be read; write the column with a plainer type`,
    );
  const [, { kind }] = found;
  if ((kind === 'list' || kind === 'map' || kind === 'fixed-list') && children.length !== 1)
    throw new FlatBufferError(`a list of ${children.length} fields`);
  if (kind === 'map' && children[0]?.children.length !== 2)
    throw new FlatBufferError('a map without key and value');
  return found;
}
