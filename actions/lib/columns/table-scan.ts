import type { ColumnState } from '../profile/column-state.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import { compileDateFormat, type DateParser } from '../tabular/date-format.ts';
import { batchRows } from '../tabular/limits.ts';
import { type CellLayout, cellText } from './cells.ts';
import type {
  BatchSetup,
  ColumnBatch,
  ColumnView,
  FileView,
  MalformedRow,
  Place,
  TextRule,
  TextRuleHandle,
} from './column-batch.ts';
import { ConstantColumns } from './constant-columns.ts';
import { TypeSurprise, typeOfJson, typeOfText } from './infer-type.ts';
import type { Kernel } from './kernel.ts';
import { KeyCollector, type KeyRun } from './key-collector.ts';
import type { KeySpec } from './key-index.ts';
import { isNumericType, NumberColumn } from './number-column.ts';
import { TextColumn } from './text-column.ts';
import { numberView, textView } from './views.ts';

/** How a column of a table is read; plain JSON. */
export interface ColumnPlan {
  readonly name: string;
  readonly type: ColumnType;
  /** The type comes from a contract: what does not fit is a misfit, not a reason to think again. */
  readonly declared: boolean;
  /** Pattern of dates and times that are not in ISO 8601. */
  readonly format?: string;
}

/** How a table is read; plain JSON, so that threads can be told. */
export interface TablePlan {
  readonly columns: readonly ColumnPlan[];
  /** Texts that mean "no value", besides the empty one. */
  readonly nullTexts: readonly string[];
  readonly keys: readonly KeySpec[];
  /** Columns that are hashed though no key asks for it. */
  readonly hashed?: readonly string[];
  /** Bins and distinct texts that a profile keeps of each column; 0 for no profile. */
  readonly profileCapacity: number;
}

/** What a thread looks at while it reads: counts and gathers. */
export interface BatchConsumer {
  openFile(file: FileView): void;
  batch(batch: ColumnBatch): void;
  closeFile(file: FileView): void;
}

/** Rows of a batch, as a reader found them. */
interface FoundRows {
  readonly malformed: readonly MalformedRow[];
  readonly malformedCounts: ColumnBatch['malformedCounts'];
  readonly controls: readonly Place[];
  /** Position of a row for keys: this, plus the row, or the address before the row where `byAddress`. */
  readonly position: bigint;
  readonly byAddress: boolean;
  /** Where the address before each row is, if not in the first word of its first cell. */
  readonly rowsAt?: number;
  place(row: number, cell: number | undefined): Place;
}

/** Rows whose cells lie in the kernel's memory as text. */
export interface CellBatch extends FoundRows {
  readonly layout: CellLayout;
}

/** Rows of a format with types, which gives its columns one by one. */
export interface TypedBatch extends FoundRows {
  readonly rows: number;
  /** Has a column take its values. */
  load(column: NumberColumn | TextColumn, cell: number): void;
  /** A value as people write it; `null` where there is none. */
  text(cell: number, row: number): string | null;
}

/** What one column is in one thread. */
interface Slot {
  readonly plan: ColumnPlan;
  readonly column: NumberColumn | TextColumn;
  readonly hashes: number;
  rows: number;
  missing: number;
  invalid: number;
}

/**
 * Reads batches of one table in one thread: turns cells into columns, hands them to the checks, profiles them and
 * collects keys. All it knows at the end merges with what other threads know.
 */
export class TableScan implements BatchSetup {
  readonly maxRows: number;
  readonly #kernel: Kernel;
  readonly #plan: TablePlan;
  readonly #slots = new Map<string, Slot>();
  readonly #collectors: readonly KeyCollector[];
  readonly #hashed: ReadonlySet<string> | 'all';
  #file: FileView | undefined;
  #present: readonly (Slot | undefined)[] = [];
  #absent: readonly Slot[] = [];
  readonly #constants: ConstantColumns;
  #rows = 0;

  constructor(kernel: Kernel, plan: TablePlan, emit: (key: number, run: KeyRun) => void) {
    this.#kernel = kernel;
    this.#plan = plan;
    this.#constants = new ConstantColumns(kernel);
    this.maxRows = Math.min(4_096, batchRows(plan.columns.length));
    this.#collectors = plan.keys.map(
      (spec, key) => new KeyCollector(kernel, spec, this.maxRows, (run) => emit(key, run)),
    );
    this.#hashed = plan.keys.some(({ columns }) => columns === 'all')
      ? 'all'
      : new Set([...plan.keys.flatMap(({ columns }) => columns), ...(plan.hashed ?? [])]);
    for (const column of plan.columns) this.#slots.set(column.name, this.#slot(column));
  }

  textRule(column: string, rule: TextRule): TextRuleHandle {
    const slot = this.#slots.get(column);
    if (slot === undefined || slot.column instanceof NumberColumn) return { column, bit: -1 };
    return { column, bit: slot.column.addRule(rule) };
  }

  /** @param constants - columns behind those that the file holds, with one value in all rows */
  openFile(file: FileView, constants: readonly (string | null)[] = []): void {
    this.#constants.lay(file.columns.length - constants.length, constants);
    this.#file = file;
    const slots = file.columns.map((name) => this.#slots.get(name));
    this.#present = slots;
    const present = new Set(slots);
    this.#absent = [...this.#slots.values()].filter((slot) => !present.has(slot));
  }

  /** Takes a batch and hands it to the checks. */
  take(batch: CellBatch | TypedBatch, consumer: BatchConsumer): void {
    const file = this.#file;
    if (file === undefined) throw new Error('no file is open');
    const typed = 'layout' in batch ? this.#typed(batch) : batch;
    for (const [cell, slot] of this.#present.entries()) {
      if (slot === undefined) continue;
      const constant = this.#constants.get(cell);
      if (constant === undefined) typed.load(slot.column, cell);
      else slot.column.take({ ...constant.layout, rows: typed.rows }, 0);
      this.#count(slot, typed.rows);
    }
    this.#collect(typed, 'layout' in batch ? batch.layout : undefined);
    this.#deliver(file, typed, 'layout' in batch ? batch.layout : undefined, consumer);
  }

  #position(
    { position, byAddress, rowsAt }: TypedBatch,
    layout: CellLayout | undefined,
    row: number,
  ): number {
    const base = Number(BigInt.asUintN(48, position));
    if (!byAddress || layout === undefined) return base + row;
    return Number(
      BigInt.asUintN(
        48,
        position + BigInt(this.#kernel.words[((rowsAt ?? layout.at) + row * layout.stride) >> 2] ?? 0),
      ),
    );
  }

  #typed(batch: CellBatch): TypedBatch {
    const { layout } = batch;
    return {
      ...batch,
      rows: layout.rows,
      load: (column, cell) => column.take(layout, cell),
      text: (cell, row) => cellText(this.#kernel, layout, cell, row),
    };
  }

  #deliver(file: FileView, batch: TypedBatch, layout: CellLayout | undefined, consumer: BatchConsumer): void {
    const { rows } = batch;
    this.#rows += rows;
    for (const slot of this.#absent) {
      slot.rows += rows;
      slot.missing += rows;
    }
    const views = new Map<string, ColumnView>();
    const indexOf = new Map(file.columns.map((name, cell) => [name, cell]));
    consumer.batch({
      file,
      rows,
      malformed: batch.malformed,
      malformedCounts: batch.malformedCounts,
      controls: batch.controls,
      column: (name) => {
        const cell = indexOf.get(name);
        const slot = this.#slots.get(name);
        if (cell === undefined || slot === undefined) return undefined;
        const known = views.get(name);
        if (known !== undefined) return known;
        const view = this.#view(slot, batch, cell);
        views.set(name, view);
        return view;
      },
      position: (row) => this.#position(batch, layout, row),
      place: (row, name) => {
        const cell = name === undefined ? undefined : indexOf.get(name);
        return batch.place(
          row,
          cell !== undefined && this.#constants.get(cell) !== undefined ? undefined : cell,
        );
      },
    });
  }

  #view(slot: Slot, { rows, text }: TypedBatch, cell: number): ColumnView {
    const constant = this.#constants.get(cell);
    const textOf = constant ? () => constant.text : (row: number) => text(cell, row);
    const source = { rows, text: textOf, hashes: () => this.#hashesOf(slot, rows) };
    return slot.column instanceof NumberColumn
      ? numberView(this.#kernel, slot.column, source)
      : textView(this.#kernel, slot.column, source);
  }

  /** Hands out the last keys; then `states` are complete. */
  finish(): void {
    for (const collector of this.#collectors) collector.finish();
  }

  get keys(): readonly { readonly rows: number; readonly bijective: boolean }[] {
    return this.#collectors.map(({ rows, bijective }) => ({ rows, bijective }));
  }

  get rows(): number {
    return this.#rows;
  }

  /** What is known of each column. */
  states(): readonly ColumnState[] {
    return [...this.#slots.values()].map(stateOf);
  }

  #count(slot: Slot, rows: number): void {
    slot.rows += rows;
    slot.missing += slot.column.nulls;
    slot.invalid += slot.column.misfits.length;
  }

  #slot(plan: ColumnPlan): Slot {
    const kernel = this.#kernel;
    const { maxRows } = this;
    const common = {
      nullTexts: new Set(this.#plan.nullTexts),
      capacity: this.#plan.profileCapacity,
      maxRows,
    };
    const hashed = this.#hashed === 'all' || this.#hashed.has(plan.name);
    const counts = { plan, rows: 0, missing: 0, invalid: 0 };
    if (!isNumericType(plan.type)) {
      const column = new TextColumn(kernel, { ...common, type: plan.type });
      column.wantsHashes = hashed;
      return { ...counts, column, hashes: column.hashesAddress };
    }
    const column = new NumberColumn(kernel, {
      ...common,
      type: plan.type,
      parseDates: dateParser(plan.format),
      ...(!plan.declared && { wider: surprise(plan) }),
    });
    return { ...counts, column, hashes: kernel.alloc(maxRows * 8) };
  }

  #hashesOf({ column, hashes }: Slot, rows: number): number {
    if (column instanceof NumberColumn) this.#kernel.run.hashNumbers(column.address, rows, hashes);
    return hashes;
  }

  #collect({ rows, position, byAddress, rowsAt }: TypedBatch, layout: CellLayout | undefined): void {
    const where = byAddress && layout ? { ...layout, at: rowsAt ?? layout.at } : undefined;
    for (const collector of this.#collectors) {
      const slots = this.#keySlots(collector.spec);
      if (slots === undefined) continue;
      const addresses = slots.map((slot) => this.#hashesOf(slot, rows));
      if (slots.some(({ column }) => column instanceof TextColumn || column.hasExact))
        collector.bijective = false;
      collector.take(addresses, rows, position, where);
    }
  }

  /** The columns of a key; `undefined` when the file lacks one. */
  #keySlots(spec: KeySpec): readonly Slot[] | undefined {
    const present = new Map(this.#present.flatMap((slot) => (slot ? [[slot.plan.name, slot]] : [])));
    if (spec.columns !== 'all') {
      const slots = spec.columns.map((name) => present.get(name));
      return slots.every((slot) => slot !== undefined) ? slots : undefined;
    }
    const names = [...present.keys()].filter((name) => !spec.except?.includes(name)).sort();
    return names.flatMap((name) => present.get(name) ?? []);
  }
}

function dateParser(format: string | undefined): DateParser | undefined {
  if (format === undefined) return undefined;
  const compiled = compileDateFormat(format);
  return typeof compiled === 'function' ? compiled : undefined;
}

const surprise =
  ({ name }: ColumnPlan) =>
  (text: string, quoted: boolean): never => {
    throw new TypeSurprise(name, quoted ? typeOfJson(text) : typeOfText(text));
  };

function stateOf({ plan, column, rows, missing, invalid }: Slot): ColumnState {
  const { name, type, declared } = plan;
  const head = { name, type, declared, rows, missing, invalid };
  const empty = !declared && rows === missing;
  if (column instanceof TextColumn)
    return { ...head, ...(empty && { type: 'empty' }), texts: column.state() };
  const numbers = column.state();
  if (type !== 'boolean' || numbers === undefined)
    return { ...head, ...(empty && { type: 'empty' }), ...(numbers && { numbers }) };
  const of = (value: number): number => numbers.counts[numbers.bins.indexOf(value)] ?? 0;
  return { ...head, ...(empty && { type: 'empty' }), booleans: { yes: of(1), no: of(0) } };
}
