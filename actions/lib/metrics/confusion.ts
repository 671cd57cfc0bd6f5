import type { Terms } from './metric.ts';
import type { ClassRows } from './rows.ts';

/**
 * A square table of weights: `cells[actual * size + predicted]`. Without sample weights the cells count rows.
 */
export interface Confusion {
  readonly size: number;
  readonly cells: Float64Array;
}

/** Kept for as long as the rows live: a dozen metrics are made of the same matrix. */
const KNOWN = new WeakMap<ClassRows, Confusion>();

/** The confusion matrix of the rows; `scikit-learn`'s `confusion_matrix` over all labels. */
export function confusionOf(rows: ClassRows): Confusion {
  const known = KNOWN.get(rows);
  if (known) return known;
  const confusion = {
    size: rows.labels.length,
    cells: rows.weights ? weighed(rows, rows.weights) : counted(rows),
  };
  KNOWN.set(rows, confusion);
  return confusion;
}

function weighed({ count, actual, predicted, labels }: ClassRows, weights: Float64Array): Float64Array {
  const size = labels.length;
  const cells = new Float64Array(size * size);
  for (let row = 0; row < count; row++) {
    const cell = (actual[row] ?? 0) * size + (predicted[row] ?? 0);
    cells[cell] = (cells[cell] ?? 0) + (weights[row] ?? 0);
  }
  return cells;
}

/** In two tables by turns: most rows fall into one cell, and adding to it waits for the addition before. */
function counted({ count, actual, predicted, labels }: ClassRows): Float64Array {
  const size = labels.length;
  const cells = size * size;
  const counts = new Uint32Array(2 * cells);
  for (let row = 0; row < count; row++) {
    const at = (row & 1) * cells + (actual[row] ?? 0) * size + (predicted[row] ?? 0);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return Float64Array.from({ length: cells }, (_, cell) => (counts[cell] ?? 0) + (counts[cells + cell] ?? 0));
}

/** Each row's cell of the confusion matrix, as terms. */
export function confusionTerms({ labels, actual, predicted, count }: ClassRows): Terms {
  const size = labels.length;
  const cellOf = new Int32Array(count);
  for (let row = 0; row < count; row++) cellOf[row] = (actual[row] ?? 0) * size + (predicted[row] ?? 0);
  return { cells: size * size, width: 1, cellOf, values: new Float64Array(count).fill(1) };
}

/** The weight of the rows that are predicted rightly. */
export function rightRows(rows: ClassRows): number {
  const { size, cells } = confusionOf(rows);
  let right = 0;
  for (let label = 0; label < size; label++) right += cells[label * size + label] ?? 0;
  return right;
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
