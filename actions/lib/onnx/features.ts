import { ActionError } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';
import type { Cell, Table } from '../tabular/table.ts';
import type { ElementType, ModelShape, TensorInfo } from './model-shape.ts';

/** One input of a model, bound to the columns that fill it. */
export interface BoundInput {
  readonly name: string;
  readonly type: ElementType;
  readonly columns: readonly string[];
  /** Whether a row is a vector of one number (`[n, 1]` or `[n, k]`) or a bare number (`[n]`). */
  readonly flat: boolean;
  /** Rows per call where the model fixes them. */
  readonly fixedRows: number | undefined;
}

/** What of a table may not be a feature, and what the user named as features. */
export interface FeatureChoice {
  /** Columns the user named; empty for the model's own input names. */
  readonly features: readonly string[];
  /** Label, id, weight and such. */
  readonly excluded: readonly string[];
}

/**
 * Decides which columns fill which input.
 *
 * A model with one input takes all features as one matrix; a model with several takes one column each, by name
 * or in the order given.
 *
 * @param name - the model, for messages
 * @throws ActionError invalid-input when names or numbers of columns do not fit
 */
export function bindInputs(
  name: string,
  shape: ModelShape,
  table: Table,
  choice: FeatureChoice,
): BoundInput[] {
  const [only, ...others] = shape.inputs;
  if (!only) throw new ActionError('invalid-file', `${name}: the model has no inputs`);
  const columns = choice.features.length > 0 ? choice.features : ownColumns(shape, table, choice);
  for (const column of columns) {
    if (table.column(column) !== undefined) continue;
    throw new ActionError(
      'invalid-input',
      `${name} needs the column "${column}", which the data does not have${didYouMean(column, table.columns)} (columns: ${table.columns.join(', ')})`,
    );
  }
  if (others.length === 0) return [bind(name, only, columns)];
  if (columns.length !== shape.inputs.length)
    throw new ActionError(
      'invalid-input',
      `features: ${name} has ${shape.inputs.length} inputs (${shape.inputs.map((input) => input.name).join(', ')}), but ${columns.length} columns are named`,
    );
  return shape.inputs.map((input, index) => bind(name, input, columns.slice(index, index + 1)));
}

/** Columns named like the inputs; for a single matrix with another name all columns that are nothing else. */
function ownColumns(shape: ModelShape, table: Table, { excluded }: FeatureChoice): readonly string[] {
  const names = shape.inputs.map((input) => input.name);
  const [only] = names;
  if (names.length > 1 || only === undefined || table.columns.includes(only)) return names;
  return table.columns.filter((column) => !excluded.includes(column));
}

function bind(name: string, input: TensorInfo, columns: readonly string[]): BoundInput {
  if (input.type === undefined)
    throw new ActionError(
      'invalid-file',
      `${name}: the input "${input.name}" is of a type that columns of a table cannot fill (float, double, int32, int64, bool and string can)`,
    );
  const shape = input.shape ?? [undefined, undefined];
  if (shape.length > 2)
    throw new ActionError(
      'invalid-file',
      `${name}: the input "${input.name}" has ${shape.length} dimensions; rows of a table fill 1 or 2`,
    );
  const width = shape.length === 2 ? shape[1] : 1;
  if (width !== undefined && width !== columns.length)
    throw new ActionError(
      'invalid-input',
      `features: the input "${input.name}" of ${name} takes ${width} columns, but there are ${columns.length} (${columns.join(', ')}); name the right ones in order`,
    );
  return { name: input.name, type: input.type, columns, flat: shape.length === 1, fixedRows: shape[0] };
}

/** Values of one input, row after row, in the form the engine takes. */
export type FeatureValues = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | string[];

const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/;
const WORDS: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['false', 0],
  ['nan', Number.NaN],
]);

/** The number of a cell; NaN for no value, `undefined` for what is no number. */
function numberOf(cell: Cell): number | undefined {
  if (cell === null || cell === '') return Number.NaN;
  if (typeof cell === 'number' || typeof cell === 'bigint' || typeof cell === 'boolean') return Number(cell);
  if (typeof cell !== 'string') return undefined;
  return NUMBER.test(cell) ? Number(cell) : WORDS.get(cell.trim().toLowerCase());
}

const makers: Readonly<Record<ElementType, (size: number) => FeatureValues>> = {
  float32: (size) => new Float32Array(size),
  float64: (size) => new Float64Array(size),
  int32: (size) => new Int32Array(size),
  int64: (size) => new BigInt64Array(size),
  bool: (size) => new Uint8Array(size),
  string: (size) => new Array<string>(size).fill(''),
};

/**
 * The values of an input for rows `from` to `to` (exclusive), padded to `rows` by repeating the last one.
 *
 * @throws ActionError invalid-file naming line and column of a cell that does not fit
 */
export function featureValues(
  input: BoundInput,
  table: Table,
  dataName: string,
  { from, to, rows }: { readonly from: number; readonly to: number; readonly rows: number },
): FeatureValues {
  const width = input.columns.length;
  const values = makers[input.type](rows * width);
  for (const [offset, column] of input.columns.entries()) {
    const cells = table.column(column) ?? [];
    for (let row = 0; row < rows; row++) {
      const source = Math.min(from + row, to - 1);
      const problem = put(values, row * width + offset, cells[source] ?? null);
      if (problem) throw badCell(dataName, table, source, column, cells[source], problem);
    }
  }
  return values;
}

/** Stores a cell; says what was expected if it does not fit. */
function put(values: FeatureValues, at: number, cell: Cell): string | undefined {
  if (Array.isArray(values)) {
    values[at] = cell === null ? '' : String(cell);
    return undefined;
  }
  const value = numberOf(cell);
  if (value === undefined) return 'a number';
  if (values instanceof Float32Array || values instanceof Float64Array) values[at] = value;
  else if (!Number.isInteger(value)) return 'a whole number';
  else if (values instanceof BigInt64Array) values[at] = typeof cell === 'bigint' ? cell : BigInt(value);
  else values[at] = value;
  return undefined;
}

function badCell(
  dataName: string,
  table: Table,
  row: number,
  column: string,
  cell: Cell | undefined,
  expected: string,
): ActionError {
  const line = table.lineOf(row);
  const place = line === undefined ? `${dataName}, row ${row}` : `${dataName}:${line}`;
  const found =
    cell === null || cell === '' || cell === undefined ? 'no value' : `"${String(cell).slice(0, 80)}"`;
  return new ActionError(
    'invalid-file',
    `${place}: column "${column}": expected ${expected}, found ${found}`,
  );
}
