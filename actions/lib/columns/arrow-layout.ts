import { FlatBufferError, FlatTable } from './arrow-flatbuffer.ts';
import { type BatchMessage, copied } from './arrow-messages.ts';
import type { ArrowField, ArrowKind } from './arrow-schema.ts';
import { type ColumnSource, damaged } from './parquet-source.ts';

/** Where the parts of a field are in a batch. */
export interface Layout {
  readonly field: ArrowField;
  readonly length: number;
  readonly nulls: number;
  readonly buffers: readonly Region[];
  readonly children: readonly Layout[];
}

/** Where a buffer is in the body of its message. */
export interface Region {
  readonly offset: number;
  readonly length: number;
}

/** What a batch consists of, before anything of it is read. */
export interface BatchLayout {
  readonly rows: number;
  readonly fields: readonly Layout[];
  readonly compression: 'none' | 'lz4' | 'zstd';
  readonly message: BatchMessage;
}

/**
 * Finds the parts of each field in a batch.
 *
 * @param fields - of the schema, or the one of a dictionary
 * @throws ActionError invalid-file; FlatBufferError
 */
export function layoutOf(
  source: ColumnSource,
  message: BatchMessage,
  fields: readonly ArrowField[],
): BatchLayout {
  const { metadata, metadataBytes } = message;
  const header = FlatTable.root(copied(source, metadata, metadata + metadataBytes)).table(2);
  return layoutOfBatch(source, message, fields, header);
}

/** The same for the batch in a dictionary message. */
export function dictionaryLayout(
  source: ColumnSource,
  message: BatchMessage,
  field: ArrowField,
): BatchLayout {
  const { metadata, metadataBytes } = message;
  const header = FlatTable.root(copied(source, metadata, metadata + metadataBytes)).table(2);
  return layoutOfBatch(source, message, [{ ...field, dictionary: undefined }], header?.table(1));
}

function layoutOfBatch(
  source: ColumnSource,
  message: BatchMessage,
  fields: readonly ArrowField[],
  batch: FlatTable | undefined,
): BatchLayout {
  if (batch === undefined) throw new FlatBufferError('a batch without content');
  const nodes = batch.words(1, 2);
  const regions = batch.words(2, 2);
  const variadic = batch.words(4, 1);
  const packing = batch.table(3);
  const codec = packing?.integer(0, 8);
  const compression = packing === undefined ? 'none' : codec === 0 ? 'lz4' : codec === 1 ? 'zstd' : undefined;
  if (compression === undefined) throw damaged(source.name, `packed with an unknown codec (${codec})`);
  const take = (field: ArrowField): Layout => {
    const [length = -1, nulls = -1] = nodes.shift() ?? [];
    if (!(length >= 0 && length < 2 ** 31 && nulls >= 0 && nulls <= length))
      throw damaged(
        source.name,
        `a batch with ${nulls} nulls among ${length} values of ${JSON.stringify(field.path)}`,
      );
    const count = field.dictionary
      ? 2
      : BUFFERS[field.as.kind] + (field.as.kind === 'view' ? (variadic.shift()?.[0] ?? 0) : 0);
    if (!(count >= 0 && count <= regions.length))
      throw damaged(source.name, `a batch with too few buffers for ${JSON.stringify(field.path)}`);
    const buffers = regions.splice(0, count).map(([offset = -1, bytes = -1]) => {
      if (!(offset >= 0 && bytes >= 0 && offset + bytes <= message.bodyBytes))
        throw damaged(source.name, `a buffer of ${JSON.stringify(field.path)} lies outside of its batch`);
      return { offset, length: bytes };
    });
    const children = field.dictionary ? [] : field.children.map(take);
    return { field, length, nulls, buffers, children };
  };
  const rows = batch.integer(0, 64);
  const layouts = fields.map(take);
  if (nodes.length > 0 || regions.length > 0)
    throw damaged(source.name, 'a batch of more columns than its schema');
  for (const { field, length } of layouts)
    if (length !== rows)
      throw damaged(source.name, `column ${JSON.stringify(field.path)} has ${length} of ${rows} rows`);
  return { rows, fields: layouts, compression, message };
}

/** Buffers of each kind of field, the one that says what is missing included. */
const BUFFERS: Readonly<Record<ArrowKind['kind'], number>> = {
  null: 0,
  bool: 2,
  int: 2,
  float: 2,
  decimal: 2,
  time: 2,
  interval: 2,
  fixed: 2,
  bytes: 3,
  view: 2,
  list: 2,
  map: 2,
  'fixed-list': 1,
  struct: 1,
};
