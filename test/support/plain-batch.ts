import type {
  BatchSetup,
  BrokenRows,
  ColumnBatch,
  ColumnView,
  FileView,
  MalformedRow,
  NumberLimits,
  Place,
  TextRule,
  TextRuleHandle,
} from '../../actions/lib/columns/column-batch.ts';
import { joinTypes, typeOfJson, typeOfText } from '../../actions/lib/columns/infer-type.ts';
import { linearPattern } from '../../actions/lib/schema/regular-expressions.ts';
import {
  type ColumnType,
  conversion,
  Misfit,
  type Value,
  valueText,
} from '../../actions/lib/tabular/column-type.ts';
import { compileDateFormat } from '../../actions/lib/tabular/date-format.ts';
import type { Cell, TableFormat } from '../../actions/lib/tabular/table.ts';

/** A file as plain lists of cells; in CSV all of them texts. `null` and the empty text are "no value". */
export interface PlainFile {
  readonly name?: string;
  /** CSV when absent. */
  readonly format?: TableFormat;
  readonly columns: Readonly<Record<string, readonly Cell[]>>;
  /** Physical line of each row; 2, 3, … when absent. */
  readonly lines?: readonly number[];
  readonly malformed?: readonly MalformedRow[];
  readonly controls?: readonly Place[];
}

/** How cells are read; types that are absent are inferred. */
export interface PlainReading {
  readonly types?: Readonly<Record<string, ColumnType>>;
  readonly formats?: Readonly<Record<string, string>>;
  readonly nullTexts?: readonly string[];
}

/** Rules that checks asked for. */
export class PlainSetup implements BatchSetup {
  readonly #rules: TextRule[] = [];

  textRule(column: string, rule: TextRule): TextRuleHandle {
    this.#rules.push(rule);
    return { column, bit: this.#rules.length - 1 };
  }

  breaks({ bit }: TextRuleHandle, text: string): boolean {
    const rule = this.#rules[bit];
    return rule !== undefined && !holds(rule, text);
  }
}

function holds(rule: TextRule, text: string): boolean {
  switch (rule.kind) {
    case 'pattern':
      return linearPattern(rule.source, 'u').test(text);
    case 'values':
      return rule.values.includes(text);
    case 'length': {
      const length = [...text].length;
      return length >= (rule.min ?? 0) && length <= (rule.max ?? length);
    }
    default:
      return rule.holds(text);
  }
}

export const fileView = (file: PlainFile, index = 0): FileView => ({
  index,
  name: file.name ?? `f${index + 1}.csv`,
  format: file.format ?? 'csv',
  columns: Object.keys(file.columns),
});

export const rowsOf = (file: PlainFile): number =>
  Math.max(0, ...Object.values(file.columns).map((cells) => cells.length));

/** One column of a file, read: its type, and the value of each row. */
export interface PlainColumn {
  readonly type: ColumnType;
  readonly cells: readonly Cell[];
  readonly values: readonly (Value | Misfit | null)[];
}

/** Columns may be called `toString`. */
const own = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;

/** Reads a column; its type is the narrowest that holds all its values unless it is given. */
export function readColumn(file: PlainFile, name: string, reading: PlainReading = {}): PlainColumn {
  const textual = (file.format ?? 'csv') === 'csv' || file.format === 'tsv';
  const cells = (file.columns[name] ?? []).map((cell): Cell => {
    if (cell === null || cell === '' || (typeof cell === 'string' && reading.nullTexts?.includes(cell)))
      return null;
    return cell;
  });
  const type =
    own(reading.types, name) ??
    cells
      .filter((cell) => cell !== null)
      .map((cell) => (textual ? typeOfText(String(cell)) : typeOfJson(cell)))
      .reduce<ColumnType | undefined>(joinTypes, undefined) ??
    'integer'; // nothing says otherwise
  const format = own(reading.formats, name);
  const parse = format === undefined ? undefined : compileDateFormat(format);
  const convert = conversion(type, textual, typeof parse === 'function' ? parse : undefined);
  return { type, cells, values: cells.map(convert) };
}

/** The batches of a file, in the plainest way: the oracle for the engine. */
export function plainBatches(
  file: PlainFile,
  setup: PlainSetup,
  reading: PlainReading = {},
  { index = 0, batchRows = 1_000 }: { readonly index?: number; readonly batchRows?: number } = {},
): readonly ColumnBatch[] {
  const view = fileView(file, index);
  const columns = new Map(view.columns.map((name) => [name, readColumn(file, name, reading)]));
  const rows = rowsOf(file);
  const malformed = file.malformed ?? [];
  const starts = [0];
  for (let start = batchRows; start < rows; start += batchRows) starts.push(start);
  return starts.map((start): ColumnBatch => {
    const end = Math.min(rows, start + batchRows);
    const first = start === 0;
    return {
      file: view,
      rows: end - start,
      malformed: first ? malformed : [],
      malformedCounts: countKinds(first ? malformed : []),
      controls: first ? (file.controls ?? []) : [],
      column: (name) => {
        const column = columns.get(name);
        return column && columnView(column, start, end, setup);
      },
      place: (row, name) => plainPlace(file, start + row, name),
      position: (row) => start + row,
    };
  });
}

const countKinds = (malformed: readonly MalformedRow[]): Record<MalformedRow['kind'], number> => {
  const count = (kind: MalformedRow['kind']): number => malformed.filter((row) => row.kind === kind).length;
  return {
    'extra-cell': count('extra-cell'),
    'missing-cell': count('missing-cell'),
    'blank-row': count('blank-row'),
  };
};

/** Lines are given or 2, 3, …; characters are counted over unquoted cells. */
export function plainPlace(file: PlainFile, row: number, name?: string): Place {
  if (file.format === 'parquet' || file.format === 'json') return { row: row + 1 };
  const line = file.lines?.[row] ?? row + 2;
  if (name === undefined) return { line };
  let column = 1;
  for (const [other, cells] of Object.entries(file.columns)) {
    if (other === name) break;
    column += String(cells[row] ?? '').length + 1;
  }
  return { line, column };
}

const isTemporalOrNumeric = (type: ColumnType): boolean =>
  type !== 'string' && type !== 'object' && type !== 'array';

function columnView(column: PlainColumn, start: number, end: number, setup: PlainSetup): ColumnView {
  const { type } = column;
  const values = column.values.slice(start, end);
  const cells = column.cells.slice(start, end);
  const text = (row: number): string | null => {
    const cell = cells[row] ?? null;
    return cell === null ? null : valueText(cell);
  };
  const rowsWhere = (test: (value: Value | Misfit | null, row: number) => boolean): number[] =>
    values.flatMap((value, row) => (test(value, row) ? [row] : []));
  return {
    type,
    nulls: rowsWhere((value) => value === null).length,
    isNull: (row) => (values[row] ?? null) === null,
    misfits: Uint32Array.from(rowsWhere((value) => value instanceof Misfit)),
    numbers: isTemporalOrNumeric(type) ? Float64Array.from(values, numberOf) : undefined,
    exact: (row) => {
      const value = values[row];
      return typeof value === 'bigint' ? value : undefined;
    },
    text,
    countOutside: (limits) => rowsWhere((value) => isOutside(value, limits)).length,
    broken(handle): BrokenRows {
      const rows = isTemporalOrNumeric(type)
        ? []
        : rowsWhere(
            (value, row) =>
              value !== null && !(value instanceof Misfit) && setup.breaks(handle, text(row) ?? ''),
          );
      return { count: rows.length, rows: () => rows };
    },
    hashes: () => BigUint64Array.from(values, (value, row) => plainHash(value, text(row))),
  };
}

function numberOf(value: Value | Misfit | null): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;
}

function isOutside(value: Value | Misfit | null, limits: NumberLimits): boolean {
  if (typeof value !== 'number' && typeof value !== 'bigint') return false;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = limits;
  return (
    (minimum !== undefined && value < minimum) ||
    (maximum !== undefined && value > maximum) ||
    (exclusiveMinimum !== undefined && value <= exclusiveMinimum) ||
    (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
  );
}

/** What makes two values the same value: 1 and 1.0 are one number. */
export function sameness(value: Value | Misfit | null, text: string | null): string | null {
  if (value === null) return null;
  if (value instanceof Misfit || typeof value === 'object') return `t:${text ?? ''}`;
  return typeof value === 'string' ? `t:${value}` : `n:${Number(value) === 0 ? 0 : value}`;
}

/** FNV-1a of 64 bits; 0 is kept for "no value". */
function plainHash(value: Value | Misfit | null, text: string | null): bigint {
  const key = sameness(value, text);
  if (key === null) return 0n;
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(key))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash === 0n ? 1n : hash;
}
