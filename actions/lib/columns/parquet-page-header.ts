import { ThriftError, ThriftReader } from './parquet-thrift.ts';

/** Encodings by the number the format gives them. */
const ENCODINGS: readonly (string | undefined)[] = [
  'PLAIN',
  undefined,
  'PLAIN_DICTIONARY',
  'RLE',
  'BIT_PACKED',
  'DELTA_BINARY_PACKED',
  'DELTA_LENGTH_BYTE_ARRAY',
  'DELTA_BYTE_ARRAY',
  'RLE_DICTIONARY',
  'BYTE_STREAM_SPLIT',
];

/** What stands before each page. */
export interface PageHeader {
  readonly kind: 'data' | 'data-v2' | 'dictionary' | 'other';
  /** Bytes of the header itself. */
  readonly headerBytes: number;
  readonly unpackedBytes: number;
  readonly packedBytes: number;
  /** CRC-32 of the page as stored, as a signed number. */
  readonly crc: number | undefined;
  /** Values with the missing ones; entries of a dictionary. */
  readonly values: number;
  readonly encoding: string;
  /** Encodings of the levels of version 1 pages. */
  readonly definitions: string;
  readonly repetitions: string;
  /** What version 2 pages say besides. */
  readonly nulls: number;
  readonly rows: number;
  readonly definitionBytes: number;
  readonly repetitionBytes: number;
  /** Whether the values of a version 2 page are packed. */
  readonly packed: boolean;
}

const KINDS: Readonly<Record<number, PageHeader['kind']>> = { 0: 'data', 2: 'dictionary', 3: 'data-v2' };
const STRUCT = 12;
const FALSE = 2;

/**
 * Reads the header of a page.
 *
 * @throws ThriftError for bytes that are none; its `cutOff` tells that more bytes may help
 */
export function readPageHeader(bytes: Uint8Array, offset: number): PageHeader {
  const reader = new ThriftReader(bytes, offset);
  const fields = new Map<number, number>();
  const inner = new Map<number, number>();
  let part = 0;
  let packed = true;
  reader.struct((field) => {
    if (field.id <= 4) fields.set(field.id, reader.integerOf(field));
    else if (field.type === STRUCT && (field.id === 5 || field.id === 7 || field.id === 8)) {
      if (part !== 0) throw new ThriftError('a page of two kinds');
      part = field.id;
      reader.struct((member) => {
        if (member.type === 4 || member.type === 5) inner.set(member.id, reader.integerOf(member));
        else {
          if (part === 8 && member.id === 7) packed = member.type !== FALSE;
          reader.skip(member.type, 1);
        }
      });
    } else reader.skip(field.type, 1);
  });
  const kind = KINDS[required(fields, 1)] ?? 'other';
  if (PARTS[kind] !== undefined && PARTS[kind] !== part)
    throw new ThriftError(`a ${kind} page whose header is another's`);
  const header = {
    kind,
    headerBytes: reader.offset - offset,
    unpackedBytes: required(fields, 2),
    packedBytes: required(fields, 3),
    crc: fields.get(4),
    packed,
    ...describe(kind, inner),
  };
  if (header.unpackedBytes < 0 || header.packedBytes < 0 || header.values < 0)
    throw new ThriftError('a negative size');
  return header;
}

const PARTS: Readonly<Record<PageHeader['kind'], number | undefined>> = {
  data: 5,
  dictionary: 7,
  'data-v2': 8,
  other: undefined,
};

type Described = Omit<
  PageHeader,
  'kind' | 'headerBytes' | 'unpackedBytes' | 'packedBytes' | 'crc' | 'packed'
>;

function describe(kind: PageHeader['kind'], inner: ReadonlyMap<number, number>): Described {
  const none = { nulls: 0, rows: 0, definitionBytes: 0, repetitionBytes: 0 };
  if (kind === 'other') return { ...none, values: 0, encoding: '', definitions: '', repetitions: '' };
  const values = required(inner, 1);
  if (kind === 'data-v2') {
    const [nulls, rows] = [required(inner, 2), required(inner, 3)];
    const [definitionBytes, repetitionBytes] = [required(inner, 5), required(inner, 6)];
    if (Math.min(nulls, rows, definitionBytes, repetitionBytes) < 0) throw new ThriftError('a negative size');
    const encoding = encodingOf(required(inner, 4));
    return {
      values,
      nulls,
      rows,
      encoding,
      definitionBytes,
      repetitionBytes,
      definitions: 'RLE',
      repetitions: 'RLE',
    };
  }
  const encoding = encodingOf(required(inner, 2));
  if (kind === 'dictionary') return { ...none, values, encoding, definitions: '', repetitions: '' };
  const [definitions, repetitions] = [encodingOf(required(inner, 3)), encodingOf(required(inner, 4))];
  return { ...none, values, encoding, definitions, repetitions };
}

const encodingOf = (number: number): string => ENCODINGS[number] ?? `number ${number}`;

function required(fields: ReadonlyMap<number, number>, id: number): number {
  const value = fields.get(id);
  if (value === undefined) throw new ThriftError(`a page header without field ${id}`);
  return value;
}
