import { ActionError } from '../errors.ts';
import { featureColumns, requireColumn, rowName } from './data-rows.ts';
import { type ColumnKind, jsonColumn } from './json-cells.ts';
import { DATATYPES } from './oip-datatypes.ts';
import type { ModelMetadata, ServedData, TensorMetadata } from './protocol.ts';

/** One input of a request: which columns fill it, and in which shape. */
export interface InputTensor {
  readonly name: string;
  readonly datatype: string;
  readonly columns: readonly string[];
  /** Dimensions after the rows; empty for one bare value a row. Their product is the number of columns. */
  readonly dimensions: readonly number[];
  readonly fixedRows: number | undefined;
}

/**
 * Decides which columns fill which input of a model.
 *
 * A model with one input takes all features in one tensor; one with several takes the columns of their names, or the
 * named features in order.
 *
 * @throws ActionError invalid-input when names, numbers of columns or datatypes do not fit, with both sides
 */
export function bindTensors(metadata: ModelMetadata, data: ServedData): readonly InputTensor[] {
  const [only, ...others] = metadata.inputs;
  if (!only) return assumedTensors(data);
  if (others.length > 0) return bindSeveral(metadata, data);
  const ownColumn =
    data.features.length === 0 && data.table.column(only.name) !== undefined && widthOf(only) === 1;
  return [bind(metadata, only, ownColumn ? [only.name] : featureColumns(data))];
}

function bindSeveral(metadata: ModelMetadata, data: ServedData): readonly InputTensor[] {
  const { name, inputs } = metadata;
  const byName = data.features.length === 0 || inputs.every((input) => data.features.includes(input.name));
  if (byName)
    return inputs.map((input) => {
      requireColumn(data.table, data.name, input.name, `the model ${name} has an input of that name, but`);
      return bind(metadata, input, [input.name]);
    });
  const columns = featureColumns(data);
  const widths = inputs.map((input) => widthOf(input) ?? 1);
  const wanted = widths.reduce((sum, width) => sum + width, 0);
  if (wanted !== columns.length)
    throw new ActionError(
      'invalid-input',
      `features: the inputs of ${name} (${inputs.map(describeTensor).join(', ')}) take ${wanted} columns, but ${columns.length} are named (${columns.join(', ')})`,
    );
  let at = 0;
  return inputs.map((input, index) => {
    const from = at;
    at += widths[index] ?? 1;
    return bind(metadata, input, columns.slice(from, at));
  });
}

/** Values a row of an input has, `undefined` when the model leaves it open. */
function widthOf({ shape }: TensorMetadata): number | undefined {
  const dimensions = shape.slice(1);
  return dimensions.some((size) => size < 0) ? undefined : product(dimensions);
}

function bind(metadata: ModelMetadata, input: TensorMetadata, columns: readonly string[]): InputTensor {
  if (!DATATYPES.has(input.datatype))
    throw new ActionError(
      'invalid-input',
      `the input "${input.name}" of ${metadata.name} has the datatype ${input.datatype}; known are ${[...DATATYPES.keys()].join(', ')}`,
    );
  const [rows = -1, ...dimensions] = rowsFirst(input.shape, columns.length);
  const open = dimensions.filter((size) => size < 0).length;
  const known = product(dimensions.filter((size) => size >= 0));
  const filled = dimensions.map((size) => (size < 0 ? columns.length / known : size));
  if (open > 1 || product(filled) !== columns.length || !filled.every(Number.isInteger))
    throw new ActionError(
      'invalid-input',
      `features: the input ${describeTensor(input)} of ${metadata.name} does not take rows of ${columns.length} columns (${columns.join(', ')}); name the right ones in order`,
    );
  return {
    name: input.name,
    datatype: input.datatype,
    columns,
    dimensions: filled,
    fixedRows: rows > 0 ? rows : undefined,
  };
}

/** Some servers describe a row and leave the rows out: one dimension of several values can be nothing else. */
const rowsFirst = (shape: readonly number[], columns: number): readonly number[] =>
  shape.length === 0 || (shape.length === 1 && (shape[0] ?? -1) > 0 && shape[0] === columns)
    ? [-1, ...shape]
    : shape;

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

const describeTensor = ({ name, datatype, shape }: TensorMetadata): string =>
  `"${name}" (${datatype} [${shape.join(', ')}])`;

const DATATYPE_OF: Readonly<Record<ColumnKind, string>> = {
  integer: 'INT64',
  number: 'FP64',
  boolean: 'BOOL',
  text: 'BYTES',
  mixed: 'BYTES',
};

/**
 * Inputs of a model that does not describe them: one matrix where all columns are numbers, as KServe's own servers
 * take, else a tensor for each column, as MLServer makes a data frame of.
 */
function assumedTensors(data: ServedData): readonly InputTensor[] {
  const columns = featureColumns(data);
  const kinds = columns.map((column) => jsonColumn(data.table, column).kind);
  if (kinds.every((kind) => kind === 'integer' || kind === 'number'))
    return [
      { name: 'input-0', datatype: 'FP64', columns, dimensions: [columns.length], fixedRows: undefined },
    ];
  return columns.map((column, index) => ({
    name: column,
    datatype: DATATYPE_OF[kinds[index] ?? 'text'],
    columns: [column],
    dimensions: [1],
    fixedRows: undefined,
  }));
}

/**
 * The JSON of a tensor for rows `from` to `to` (exclusive), filled up to `rows` with the last one.
 *
 * @throws ActionError invalid-file that names line, column, value and what was expected
 */
export function tensorJson(
  tensor: InputTensor,
  data: ServedData,
  { from, to, rows }: { readonly from: number; readonly to: number; readonly rows: number },
): string {
  const datatype = DATATYPES.get(tensor.datatype);
  const cells = tensor.columns.map((column) => data.table.column(column) ?? []);
  const values: string[] = [];
  for (let offset = 0; offset < rows; offset++) {
    const row = Math.min(from + offset, to - 1);
    for (const [index, column] of cells.entries()) {
      const cell = column[row] ?? null;
      const text = datatype?.json(cell);
      if (text === undefined)
        throw new ActionError(
          'invalid-file',
          `${rowName(data, row)}: ${tensor.columns[index]} is ${cell === null ? 'empty' : JSON.stringify(String(cell))}, but the input "${tensor.name}" of the model takes ${datatype?.expects} (${tensor.datatype}); fill or mend it in the data`,
        );
      values.push(text);
    }
  }
  const shape = JSON.stringify([rows, ...tensor.dimensions]);
  // MLServer takes texts for bytes unless it is told otherwise; the others do not mind.
  const hint = tensor.datatype === 'BYTES' ? '"parameters":{"content_type":"str"},' : '';
  return `{"name":${JSON.stringify(tensor.name)},"shape":${shape},"datatype":"${tensor.datatype}",${hint}"data":[${values.join(',')}]}`;
}
