import type { ColumnProfile } from '../documents/profile.ts';
import type { ColumnType, Convert } from '../tabular/column-type.ts';
import type { Batch, TableReader } from '../tabular/table.ts';
import { profileCapacity } from './capacity.ts';
import { ColumnProfiler } from './column-profiler.ts';
import { declared, inferred } from './value-kind.ts';

/** What the contract says about a column: its type, and how its cells are read. */
export interface DeclaredColumn {
  readonly type: ColumnType;
  readonly convert: Convert;
}

/** Profiles a table that may come in several files; a column that a file lacks is missing in all its rows. */
export class TableProfiler {
  readonly #declared: ReadonlyMap<string, DeclaredColumn>;
  readonly #profilers = new Map<string, ColumnProfiler>();
  #present: readonly (ColumnProfiler | undefined)[] = [];
  #rows = 0;

  constructor(columns: ReadonlyMap<string, DeclaredColumn>) {
    this.#declared = columns;
  }

  /** Columns met so far, in order of appearance. */
  get columns(): readonly string[] {
    return [...this.#profilers.keys()];
  }

  openFile(reader: TableReader): void {
    const textual = reader.format === 'csv' || reader.format === 'tsv';
    const capacity = profileCapacity(reader.columns.length);
    for (const name of reader.columns) {
      if (this.#profilers.has(name)) continue;
      const known = this.#declared.get(name);
      const classify = known ? declared(known.type, textual, known.convert) : inferred(textual);
      const profiler = new ColumnProfiler(name, { ...(known && { type: known.type }), classify, capacity });
      profiler.addMissing(this.#rows);
      this.#profilers.set(name, profiler);
    }
    this.#present = reader.columns.map((name) => this.#profilers.get(name));
  }

  batch(batch: Batch): void {
    this.#rows += batch.rowCount;
    for (const [index, profiler] of this.#present.entries()) profiler?.add(batch.columns[index] ?? []);
    for (const profiler of this.#profilers.values())
      if (!this.#present.includes(profiler)) profiler.addMissing(batch.rowCount);
  }

  finish(): readonly ColumnProfile[] {
    return [...this.#profilers.values()].map((profiler) => profiler.finish());
  }
}
