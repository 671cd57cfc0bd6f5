/** Rows of a classification: what is true, what was predicted, and with what probability. */
export interface ClassRows {
  readonly task: 'binary' | 'multiclass';
  readonly count: number;
  /** The classes; for a binary task the negative and then the positive one. */
  readonly labels: readonly string[];
  /** Index into `labels` for each row. */
  readonly actual: Int32Array;
  readonly predicted: Int32Array;
  /** Binary: the probability (or any score) of the positive class. Multiclass: one for each class, row after row. */
  readonly scores?: Float64Array;
  /** Sample weights ≥ 0; all 1 when absent. */
  readonly weights?: Float64Array;
}

/** Rows of a regression. */
export interface NumberRows {
  readonly task: 'regression';
  readonly count: number;
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
  readonly weights?: Float64Array;
}

/** What metrics are computed on. Values are finite; whoever builds rows checks that. */
export type EvaluationRows = ClassRows | NumberRows;

/** The same rows with other weights; arrays are shared. */
export const withWeights = <R extends EvaluationRows>(rows: R, weights: Float64Array): R => ({
  ...rows,
  weights,
});

/** The rows at the given indexes. */
export function selectRows<R extends EvaluationRows>(rows: R, indexes: Uint32Array): R {
  const weights = rows.weights && pickNumbers(rows.weights, indexes, 1);
  const picked = { ...rows, count: indexes.length, ...(weights && { weights }) };
  if (rows.task === 'regression')
    return {
      ...picked,
      actual: pickNumbers(rows.actual, indexes, 1),
      predicted: pickNumbers(rows.predicted, indexes, 1),
    };
  const width = rows.task === 'binary' ? 1 : rows.labels.length;
  return {
    ...picked,
    actual: pickClasses(rows.actual, indexes),
    predicted: pickClasses(rows.predicted, indexes),
    ...(rows.scores && { scores: pickNumbers(rows.scores, indexes, width) }),
  };
}

function pickNumbers(values: Float64Array, indexes: Uint32Array, width: number): Float64Array {
  const picked = new Float64Array(indexes.length * width);
  for (let row = 0; row < indexes.length; row++) {
    const from = (indexes[row] ?? 0) * width;
    for (let part = 0; part < width; part++) picked[row * width + part] = values[from + part] ?? Number.NaN;
  }
  return picked;
}

const pickClasses = (values: Int32Array, indexes: Uint32Array): Int32Array =>
  Int32Array.from(indexes, (index) => values[index] ?? -1);
