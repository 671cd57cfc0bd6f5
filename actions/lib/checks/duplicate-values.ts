import { Misfit, type Value, valueText } from '../tabular/column-type.ts';
import type { Cell } from '../tabular/table.ts';
import {
  type BatchView,
  type CheckDefinition,
  type CountSpec,
  type Discoveries,
  planned,
  type RunningCheck,
} from './check.ts';
import { KeyIndex } from './key-index.ts';

/**
 * Counts rows whose values in one or several columns together were met in an earlier row. Rows without any value
 * in these columns are not compared. Exact: every key is kept.
 */
export const duplicateValues: CheckDefinition<CountSpec & { readonly columns: readonly string[] }> = {
  name: 'duplicateValues',
  about: 'Rows whose values in some columns were met before',
  plan: (spec) => ({
    ...planned('duplicateValues', spec, `unique ${spec.columns.join(' + ')}`),
    ...(spec.columns.length === 1 && { field: spec.columns[0] ?? '' }),
    threshold: spec.threshold,
    unit: spec.unit,
    start: (discoveries) => countDuplicates(spec.columns, discoveries),
  }),
};

/** Where a key was met first, packed: the file's number and a line or row. */
type Where = number;
const FILE_STEP = 2 ** 40;

function countDuplicates(columns: readonly string[], discoveries: Discoveries): RunningCheck {
  const index = new KeyIndex<Where>();
  const files: string[] = [];
  let present = false;
  let rows = 0;
  let count = 0;
  return {
    openFile(file) {
      files.push(file.name);
      present ||= columns.every((column) => file.columns.includes(column));
    },
    batch(view) {
      const values = columns.map((column) => view.values(column));
      const cells = columns.map((column) => view.cells(column));
      if (values.includes(undefined)) return;
      rows += view.rows;
      for (let row = 0; row < view.rows; row += 1) {
        const key = keyOf(row, values, cells);
        if (key === undefined) continue;
        const first = index.firstOf(key, (files.length - 1) * FILE_STEP + numberOf(view, row));
        if (first === undefined) continue;
        count += 1;
        discoveries.add(() => discovery(view, row, columns, cells, first, files));
      }
    },
    finish: () => (present ? { count, of: rows } : undefined),
  };
}

type Columns<T> = readonly (readonly T[] | undefined)[];

/** The values of a row as one text, different for different values; `undefined` when there are none. */
function keyOf(
  row: number,
  values: Columns<Value | Misfit | null>,
  cells: Columns<Cell>,
): string | undefined {
  if (values.length === 1) {
    const value = values[0]?.[row] ?? null;
    return value === null ? undefined : keyPart(value, cells[0]?.[row] ?? null);
  }
  let key = '';
  let empty = true;
  for (const [index, column] of values.entries()) {
    const value = column?.[row] ?? null;
    const part = value === null ? undefined : keyPart(value, cells[index]?.[row] ?? null);
    empty &&= part === undefined;
    key += part === undefined ? '-;' : `${part.length}:${part};`; // lengths keep neighbours from running together
  }
  return empty ? undefined : key;
}

const keyPart = (value: Value | Misfit, cell: Cell): string => {
  if (typeof value === 'string') return value;
  return value instanceof Misfit ? valueText(cell) : valueText(value);
};

const numberOf = (view: BatchView, row: number): number => {
  const place = view.place(row);
  return place.line ?? place.row ?? 0;
};

function discovery(
  view: BatchView,
  row: number,
  columns: readonly string[],
  cells: Columns<Cell>,
  first: Where,
  files: readonly string[],
) {
  const place = view.place(row, columns[0]);
  const file = files[Math.floor(first / FILE_STEP)] ?? '';
  const where = `${place.line === undefined ? 'row' : 'line'} ${first % FILE_STEP}`;
  const value = cells.map((column) => valueText(column?.[row] ?? '')).join(', ');
  return {
    file: view.file.name,
    place,
    field: columns.join(', '),
    value,
    expected: `unique ${columns.join(' + ')}`,
    hint: `first in ${where}${file === view.file.name ? '' : ` of ${file}`}`,
  };
}
