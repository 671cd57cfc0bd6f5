import type { ClassRows } from './rows.ts';

/**
 * A square table of weights: `cells[actual * size + predicted]`. Without sample weights the cells count rows.
 */
export interface Confusion {
  readonly size: number;
  readonly cells: Float64Array;
}

/** The confusion matrix of the rows; `scikit-learn`'s `confusion_matrix` over all labels. */
export function confusionOf(rows: ClassRows): Confusion {
  const size = rows.labels.length;
  const cells = new Float64Array(size * size);
  for (let row = 0; row < rows.count; row++) {
    const cell = (rows.actual[row] ?? 0) * size + (rows.predicted[row] ?? 0);
    cells[cell] = (cells[cell] ?? 0) + (rows.weights?.[row] ?? 1);
  }
  return { size, cells };
}

/** The cell of an actual and a predicted class. */
export const cellOf = ({ cells, size }: Confusion, actual: number, predicted: number): number =>
  cells[actual * size + predicted] ?? 0;

/** One class against all others: right, how many are truly of it, how many were predicted to be. */
export interface ClassTotals {
  readonly hits: number;
  readonly actual: number;
  readonly predicted: number;
}

/** The totals of every class, in the order of the labels. */
export function classTotals({ size, cells }: Confusion): ClassTotals[] {
  const actual = new Float64Array(size);
  const predicted = new Float64Array(size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const cell = cells[row * size + column] ?? 0;
      actual[row] = (actual[row] ?? 0) + cell;
      predicted[column] = (predicted[column] ?? 0) + cell;
    }
  return Array.from({ length: size }, (_, label) => ({
    hits: cells[label * size + label] ?? 0,
    actual: actual[label] ?? 0,
    predicted: predicted[label] ?? 0,
  }));
}
