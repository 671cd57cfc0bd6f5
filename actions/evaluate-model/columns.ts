import { ActionError } from '../lib/errors.ts';
import { didYouMean } from '../lib/nearest-name.ts';
import { type DataColumn, type DataTable, placeText, textAt } from '../lib/tabular/data-table.ts';

/** A column that must be there. @throws ActionError invalid-input with the nearest name */
export function columnOf(table: DataTable, column: string, input: string): DataColumn {
  const found = table.column(column);
  if (found) return found;
  throw new ActionError(
    'invalid-input',
    `${input}: ${table.name} has no column "${column}"${didYouMean(column, table.columns)} (columns: ${table.columns.join(', ')})`,
  );
}

/** Columns by a prefix, as `proba_*` or `proba_`; empty when there are none. */
export const columnsWith = ({ columns }: Pick<DataTable, 'columns'>, prefix: string): readonly string[] => {
  const start = prefix.replace(/\*$/, '');
  return columns.filter((column) => column.startsWith(start));
};

const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/;
const NOT_FINITE = /^\s*([+-]?(nan|inf|infinity)|n\/?a|null|none)\s*$/i;

/** The number of a text; NaN for what means no number, `undefined` for anything else. */
function numberIn(text: string): number | undefined {
  if (NUMBER.test(text)) return finite(Number(text));
  if (/^true$/i.test(text)) return 1;
  if (/^false$/i.test(text)) return 0;
  return text.trim() === '' || NOT_FINITE.test(text) ? Number.NaN : undefined;
}

const finite = (value: number): number => (Number.isFinite(value) ? value : Number.NaN);

/**
 * The numbers of a column, NaN for no value and for NaN and infinity, which no metric can use.
 *
 * @throws ActionError invalid-file with file, line and column for anything else
 */
export function numbersOf(table: DataTable, name: string, column: DataColumn): Float64Array {
  if (column.kind === 'numbers') {
    const { values } = column;
    return values.includes(Number.POSITIVE_INFINITY) || values.includes(Number.NEGATIVE_INFINITY)
      ? values.map(finite)
      : values;
  }
  const ofText = column.texts.map(numberIn);
  const values = new Float64Array(column.codes.length);
  for (let row = 0; row < values.length; row++) {
    const code = column.codes[row] ?? -1;
    const value = code < 0 ? Number.NaN : ofText[code];
    if (value === undefined) throw noNumber(table, name, row, column.texts[code] ?? '');
    values[row] = value;
  }
  return values;
}

const noNumber = (table: DataTable, name: string, row: number, text: string): ActionError =>
  new ActionError(
    'invalid-file',
    `${placeText(table, row)}: column "${name}": expected a number, found "${text.slice(0, 80)}"`,
  );

/** A column of classes: the index into `labels` of each row, −1 for no label. */
export interface LabelColumn {
  readonly codes: Int32Array;
  readonly labels: readonly string[];
}

/**
 * The label of a text, so that 1, "1" and "1.0" are one class whatever file they come from.
 *
 * @returns `undefined` for no label
 */
export function labelOf(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || /^nan$/i.test(trimmed)) return undefined;
  return /^-?\d+\.0+$/.test(trimmed) ? trimmed.replace(/\.0+$/, '') : trimmed;
}

/** The labels of a column, in the order they come in. */
export const labelsOf = (column: DataColumn): LabelColumn =>
  column.kind === 'texts' ? labelsOfTexts(column) : labelsOfNumbers(column.values);

function labelsOfTexts({ codes, texts }: DataColumn & { kind: 'texts' }): LabelColumn {
  const numbers = new Map<string, number>();
  const ofText = texts.map((text) => {
    const label = labelOf(text);
    if (label === undefined) return -1;
    const number = numbers.get(label) ?? numbers.size;
    numbers.set(label, number);
    return number;
  });
  const same = ofText.every((number, code) => number === code);
  return {
    codes: same ? codes : codes.map((code) => (code < 0 ? -1 : (ofText[code] ?? -1))),
    labels: [...numbers.keys()],
  };
}

function labelsOfNumbers(values: Float64Array): LabelColumn {
  const numbers = new Map<number, number>();
  const codes = new Int32Array(values.length);
  // Labels come in runs and are few: the last one is looked at before the map.
  let last = Number.NaN;
  let lastCode = -1;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (value !== last) {
      last = value;
      lastCode = Number.isFinite(value) ? (numbers.get(value) ?? numbers.size) : -1;
      if (lastCode === numbers.size) numbers.set(value, lastCode);
    }
    codes[row] = lastCode;
  }
  return { codes, labels: [...numbers.keys()].map(String) };
}

/** The texts of all rows; `undefined` for no value. */
export const textsOf = (column: DataColumn, rows: number): (string | undefined)[] =>
  Array.from({ length: rows }, (_, row) => textAt(column, row));

/** Numbers by value, then other texts by code units. */
export function compareLabels(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  const isNumber = Number.isFinite(x);
  if (isNumber !== Number.isFinite(y)) return isNumber ? -1 : 1;
  if (isNumber && x !== y) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}
