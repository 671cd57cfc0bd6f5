import { ActionError, errorMessage } from '../errors.ts';
import { checkColumnNames } from '../tabular/column-names.ts';
import type { ReaderNote } from '../tabular/table.ts';
import { ArrayLoader } from './arrow-arrays.ts';
import { FlatBufferError } from './arrow-flatbuffer.ts';
import { type BatchLayout, type Layout, layoutOf } from './arrow-layout.ts';
import { Lz4Frames } from './arrow-lz4.ts';
import { type ArrowContainer, readContainer } from './arrow-messages.ts';
import type { Rendered } from './arrow-rendered.ts';
import { ArrayRenderer, presence } from './arrow-renderer.ts';
import { type ArrowField, arrowFields } from './arrow-schema.ts';
import type { ColumnCursor, ColumnRows } from './parquet-batch.ts';
import type { ColumnFile } from './parquet-columns.ts';
import type { ParquetKernel } from './parquet-kernel.ts';
import { type Codecs, type ColumnSource, damaged, placeOf, unsupported } from './parquet-source.ts';

/** A column of the table: a field, and the numbers of the fields on the way to it. */
interface ArrowColumn {
  readonly name: string;
  readonly type: ArrowField['type'];
  readonly optional: boolean;
  readonly field: ArrowField;
  readonly way: readonly number[];
}

/**
 * Opens Arrow IPC: a file (Feather of version 2) or a stream. Structs are laid flat by path, lists and maps are JSON.
 * Each batch is a row group. A column takes the memory of its buffers in one batch, and of its dictionary.
 *
 * @throws ActionError invalid-file, limit-exceeded
 */
export function openArrowColumns(source: ColumnSource, kernel: ParquetKernel, codecs: Codecs): ColumnFile {
  return guarded(source.name, () => new ArrowColumns(source, kernel, codecs));
}

class ArrowColumns implements ColumnFile {
  readonly columns: readonly ArrowColumn[];
  readonly rowGroups: readonly { readonly rows: number }[];
  readonly notes: readonly ReaderNote[];
  private readonly source: ColumnSource;
  private readonly container: ArrowContainer;
  private readonly fields: readonly ArrowField[];
  private readonly frames: Lz4Frames;
  private readonly loader: ArrayLoader;
  private readonly opened = new Map<number, Rendered>();
  private readonly renderer: ArrayRenderer;
  private layout: { readonly group: number; readonly batch: BatchLayout } | undefined;

  constructor(source: ColumnSource, kernel: ParquetKernel, codecs: Codecs) {
    this.source = source;
    this.container = readContainer(source);
    this.fields = arrowFields(source.name, this.container.schema);
    this.columns = this.fields.flatMap((field, index) => columnsOf(field, [index], false));
    if (this.columns.length === 0) throw unsupported(source.name, 'it has no columns');
    checkColumnNames(
      source.name,
      this.columns.map(({ name }) => name),
    );
    this.rowGroups = this.container.batches.map(({ rows }) => ({ rows }));
    this.notes = notesOf(this.columns, this.container.openEnd);
    this.frames = new Lz4Frames(kernel);
    this.loader = new ArrayLoader(source, codecs, this.frames);
    this.renderer = new ArrayRenderer(source, kernel, this.container, this.loader, this.fields);
  }

  open(group: number, column: number): ColumnCursor {
    const description = this.columns[column];
    const rows = this.rowGroups[group]?.rows;
    if (description === undefined || rows === undefined)
      throw new RangeError(`no column ${column} or batch ${group}`);
    const where = placeOf(this.source.name, description.name, group);
    this.opened.get(column)?.release();
    this.opened.delete(column);
    const rendered = guarded(where, () => this.render(group, description, where));
    this.opened.set(column, rendered);
    return new ArrowCursor(rendered, rows, where);
  }

  decode(group: number, column: number): ColumnRows {
    const cursor = this.open(group, column);
    return cursor.next(cursor.left);
  }

  close(): void {
    for (const rendered of this.opened.values()) rendered.release();
    this.opened.clear();
    this.frames.release();
  }

  private batch(group: number): BatchLayout {
    const message = this.container.batches[group];
    if (this.layout?.group === group) return this.layout.batch;
    if (message === undefined) throw new RangeError(`no batch ${group}`);
    const batch = layoutOf(this.source, message, this.fields);
    this.layout = { group, batch };
    return batch;
  }

  private render(group: number, column: ArrowColumn, where: string): Rendered {
    const batch = this.batch(group);
    const masks: Uint8Array[] = [];
    let layouts: readonly Layout[] = batch.fields;
    let layout: Layout | undefined;
    for (const index of column.way) {
      if (layout !== undefined) {
        const mask = this.loader.validity(batch, layout, where);
        if (mask !== undefined) masks.push(mask);
      }
      layout = layouts[index];
      layouts = layout?.children ?? [];
      if (layout === undefined || layout.length < batch.rows) throw damaged(where, 'fewer values than rows');
    }
    if (layout === undefined) throw damaged(where, 'a batch without the column');
    const array = this.loader.load(batch, layout, where);
    if (array.validity !== undefined) masks.push(array.validity);
    return this.renderer.render(array, presence(masks, batch.rows), group, where);
  }
}

function notesOf(columns: readonly ArrowColumn[], openEnd: boolean): ReaderNote[] {
  const notes: ReaderNote[] = [];
  const local = columns.filter(({ field }) => field.local).map(({ name }) => JSON.stringify(name));
  if (local.length > 0)
    notes.push({
      level: 'census',
      message: `timestamps without a zone are taken for UTC: ${local.join(', ')}`,
    });
  if (openEnd)
    notes.push({ level: 'suspicious', message: 'the stream has no end mark; batches may have been cut off' });
  return notes;
}

class ArrowCursor implements ColumnCursor {
  left: number;
  private readonly rendered: Rendered;
  private readonly rows: number;
  private readonly where: string;

  constructor(rendered: Rendered, rows: number, where: string) {
    this.rendered = rendered;
    this.rows = rows;
    this.left = rows;
    this.where = where;
  }

  next(rows: number): ColumnRows {
    if (rows > this.left) throw damaged(this.where, `${rows} rows wanted where ${this.left} are left`);
    const from = this.rows - this.left;
    this.left -= rows;
    return guarded(this.where, () => this.rendered.rows(from, rows));
  }
}

function columnsOf(field: ArrowField, way: readonly number[], optional: boolean): ArrowColumn[] {
  const nullable = optional || field.nullable;
  if (field.as.kind === 'struct' && !field.dictionary && field.children.length > 0)
    return field.children.flatMap((child, index) => columnsOf(child, [...way, index], nullable));
  return [{ name: field.path, type: field.type, optional: nullable, field, way }];
}

/** Gives what a damaged file makes the reading stumble over a name. */
function guarded<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ActionError) throw error;
    if (error instanceof FlatBufferError || error instanceof RangeError)
      throw damaged(where, `it cannot be read (${errorMessage(error)})`, error);
    throw error;
  }
}
