import { conversion, valueText } from '../tabular/column-type.ts';
import { parseInteger, parseNumber } from '../tabular/number-text.ts';
import type { Cell, Table } from '../tabular/table.ts';

/**
 * What the values of a column are. It is decided over the whole column, so that a server sees one type in all
 * requests: a column of decimals must not look like one of integers where a batch happens to hold none.
 */
export type ColumnKind = 'integer' | 'number' | 'boolean' | 'text' | 'mixed';

/** A column as it is written into JSON. */
export interface JsonColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** The JSON text of a cell; `null` for no value. */
  json(row: number): string;
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const toBoolean = conversion('boolean', true);

/** A column of a table for JSON; an unknown one is empty. */
export function jsonColumn(table: Table, name: string): JsonColumn {
  const cells = table.column(name) ?? [];
  const textual = table.format === 'csv' || table.format === 'tsv';
  const kind = kindOf(cells, textual);
  const write = WRITERS[kind];
  return {
    name,
    kind,
    json(row) {
      const cell = cells[row] ?? null;
      return cell === null ? 'null' : write(cell);
    },
  };
}

/** The kind that all cells have, `null`s aside; integers among decimals are decimals. */
function kindOf(cells: readonly Cell[], textual: boolean): ColumnKind {
  const of = textual ? kindOfText : kindOfValue;
  let kind: ColumnKind | undefined;
  for (const cell of cells) {
    if (cell === null) continue;
    kind = commonKind(kind, of(cell));
    if (kind === undefined) return textual ? 'text' : 'mixed';
  }
  return kind ?? 'number';
}

function commonKind(kind: ColumnKind | undefined, next: ColumnKind): ColumnKind | undefined {
  if (kind === undefined || kind === next) return next;
  const numbers = (kind === 'integer' || kind === 'number') && (next === 'integer' || next === 'number');
  return numbers ? 'number' : undefined;
}

function kindOfText(cell: Exclude<Cell, null>): ColumnKind {
  if (typeof cell !== 'string') return 'text';
  if (parseInteger(cell) !== undefined) return cell.includes('.') ? 'number' : 'integer';
  if (parseNumber(cell) !== undefined) return 'number';
  return typeof toBoolean(cell) === 'boolean' ? 'boolean' : 'text';
}

function kindOfValue(cell: Exclude<Cell, null>): ColumnKind {
  if (typeof cell === 'number') return Number.isInteger(cell) ? 'integer' : 'number';
  if (typeof cell === 'bigint') return 'integer';
  if (typeof cell === 'boolean') return 'boolean';
  return typeof cell === 'object' && !(cell instanceof Date) ? 'mixed' : 'text';
}

const WRITERS: Readonly<Record<ColumnKind, (cell: Exclude<Cell, null>) => string>> = {
  integer: (cell) => numberJson(cell),
  number: (cell) => withPoint(numberJson(cell)),
  boolean: (cell) => String(typeof cell === 'string' ? toBoolean(cell) : cell),
  text: (cell) => JSON.stringify(valueText(cell)),
  mixed: (cell) => valueJson(cell),
};

/** The number of a cell, with all digits it was written with. */
function numberJson(cell: Exclude<Cell, null>): string {
  if (typeof cell !== 'string') return finiteJson(cell);
  if (JSON_NUMBER.test(cell)) return cell;
  return String(parseInteger(cell) ?? parseNumber(cell) ?? 'null');
}

/** JSON has no NaN and no infinities: these are "no value", as pandas takes `null` among numbers. */
const finiteJson = (cell: Exclude<Cell, null>): string =>
  typeof cell === 'number' && !Number.isFinite(cell) ? 'null' : String(cell);

/** `5` as `5.0`: what reads JSON tells integers from decimals by the point. */
const withPoint = (text: string): string => (/^-?\d+$/.test(text) ? `${text}.0` : text);

function valueJson(cell: Exclude<Cell, null>): string {
  if (typeof cell === 'string') return JSON.stringify(cell);
  if (cell instanceof Date) return JSON.stringify(valueText(cell));
  return typeof cell === 'object' ? valueText(cell) : finiteJson(cell);
}
