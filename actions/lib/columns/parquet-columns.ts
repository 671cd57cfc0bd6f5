import { checkColumnNames } from '../tabular/column-names.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import type { ReaderNote } from '../tabular/table.ts';
import type { ColumnCursor, ColumnRows } from './parquet-batch.ts';
import { ChunkReader } from './parquet-chunk.ts';
import { FlatCursor } from './parquet-flat.ts';
import { type ChunkInfo, type Footer, readFooter } from './parquet-footer.ts';
import type { ParquetKernel } from './parquet-kernel.ts';
import { NestedCursor } from './parquet-nested.ts';
import { ColumnPages } from './parquet-pages.ts';
import { columnsOf, type PhysicalColumn, type TableColumn } from './parquet-schema.ts';
import { type Codecs, type ColumnSource, damaged, placeOf, unsupported } from './parquet-source.ts';
import { EntryStream } from './parquet-stream.ts';
import { Unpacker } from './parquet-unpack.ts';

/** A table that is read column by column, one group of rows after the other. */
export interface ColumnFile {
  readonly columns: readonly {
    readonly name: string;
    readonly type: ColumnType;
    readonly optional: boolean;
  }[];
  /** Groups of rows, in order. */
  readonly rowGroups: readonly { readonly rows: number }[];
  readonly notes: readonly ReaderNote[];
  /**
   * Begins to read a column of a row group, by their numbers. A column has one cursor at a time: its memory serves
   * the next row group.
   *
   * @throws ActionError invalid-file, limit-exceeded; so do the cursor's methods
   */
  open(group: number, column: number): ColumnCursor;
  /** All rows of a column of a row group. */
  decode(group: number, column: number): ColumnRows;
  /** Gives back the memory of the kernels. */
  close(): void;
}

type Cursor =
  | { readonly kind: 'flat'; readonly cursor: FlatCursor }
  | { readonly kind: 'nested'; readonly cursor: NestedCursor };

/**
 * Opens Parquet. Each column in use takes the memory of about one page (of its dictionary, too) and of the rows that
 * are asked for, whatever the size of the file and its row groups.
 *
 * @throws ActionError invalid-file, limit-exceeded
 */
export function openParquetColumns(source: ColumnSource, kernel: ParquetKernel, codecs: Codecs): ColumnFile {
  return new ParquetColumns(source, kernel, codecs);
}

class ParquetColumns implements ColumnFile {
  readonly columns: readonly TableColumn[];
  readonly rowGroups: readonly { readonly rows: number }[];
  readonly notes: readonly ReaderNote[];
  private readonly source: ColumnSource;
  private readonly kernel: ParquetKernel;
  private readonly codecs: Codecs;
  private readonly footer: Footer;
  private readonly footerStart: number;
  private readonly unpacker: Unpacker;
  private readonly cursors = new Map<number, Cursor>();

  constructor(source: ColumnSource, kernel: ParquetKernel, codecs: Codecs) {
    this.source = source;
    this.kernel = kernel;
    this.codecs = codecs;
    const { footer, footerStart } = readFooter(source);
    this.footer = footer;
    this.footerStart = footerStart;
    this.columns = columnsOf(source.name, footer);
    if (this.columns.length === 0) throw unsupported(source.name, 'it has no columns');
    checkColumnNames(
      source.name,
      this.columns.map(({ name }) => name),
    );
    this.rowGroups = footer.row_groups.map(({ num_rows }) => ({ rows: Number(num_rows) }));
    this.notes = notesOf(this.columns);
    this.unpacker = new Unpacker(kernel, codecs);
  }

  open(group: number, column: number): ColumnCursor {
    const description = this.columns[column];
    const rows = this.rowGroups[group]?.rows;
    if (description === undefined || rows === undefined)
      throw new RangeError(`no column ${column} or row group ${group}`);
    const opened = this.cursors.get(column) ?? this.create(description);
    this.cursors.set(column, opened);
    const where = placeOf(this.source.name, description.name, group);
    if (opened.kind === 'nested')
      for (const { pages } of opened.cursor.streams) this.begin(pages, group, undefined);
    else if (description.kind === 'flat') this.begin(opened.cursor.pages, group, rows);
    opened.cursor.begin(rows, where);
    return opened.cursor;
  }

  decode(group: number, column: number): ColumnRows {
    const cursor = this.open(group, column);
    return cursor.next(cursor.left);
  }

  close(): void {
    for (const { cursor } of this.cursors.values()) cursor.release();
    this.cursors.clear();
    this.unpacker.release();
  }

  private create(column: TableColumn): Cursor {
    const pages = (physical: PhysicalColumn) => new ColumnPages(this.kernel, this.unpacker, physical);
    if (column.kind === 'flat')
      return { kind: 'flat', cursor: new FlatCursor(this.kernel, pages(column.physical)) };
    const streams = column.shape.leaves.map((leaf) => new EntryStream(this.kernel, pages(leaf)));
    return { kind: 'nested', cursor: new NestedCursor(this.kernel, column.shape, column.above, streams) };
  }

  /** Checks where a chunk is and tells the pages to begin with it. */
  private begin(pages: ColumnPages, group: number, rows: number | undefined): void {
    const { path, chunk, leaf } = pages.column;
    const where = placeOf(this.source.name, path, group);
    const stored = this.footer.row_groups[group]?.columns[chunk];
    if (stored?.crypto_metadata !== undefined || stored?.encrypted_column_metadata !== undefined)
      throw unsupported(where, 'the column is encrypted and cannot be read; write it without encryption');
    const info: ChunkInfo | undefined = stored?.meta_data;
    if (stored === undefined || info === undefined)
      throw damaged(where, 'the footer does not say where it is');
    if (stored.file_path)
      throw unsupported(where, `its values are in another file, ${JSON.stringify(stored.file_path)}`);
    if (info.type !== leaf.physical || info.path_in_schema.join('.') !== path)
      throw damaged(where, 'the row group and the schema name different columns');
    const values = Number(info.num_values);
    if (values < 0 || (rows !== undefined && values !== rows))
      throw damaged(where, `${values} values declared for ${rows} rows`);
    const reader = new ChunkReader(this.source, this.codecs, info, this.footerStart, where);
    pages.begin({ reader, codec: info.codec, where }, values);
  }
}

function notesOf(columns: readonly TableColumn[]): ReaderNote[] {
  const local = columns.filter((column) => column.kind === 'flat' && column.physical.leaf.local);
  if (local.length === 0) return [];
  const names = local.map(({ name }) => JSON.stringify(name)).join(', ');
  return [{ level: 'census', message: `timestamps without a zone are taken for UTC: ${names}` }];
}
