import type { ClassRows, EvaluationRows, LabelSetRows } from './rows.ts';
import { isClassRows } from './rows.ts';

/**
 * Two models' rows with one list of labels, so that a class that only one of them knows has the same index in both.
 * A class that a model does not know has the score 0.
 */
export function alignLabels(a: EvaluationRows, b: EvaluationRows): readonly [EvaluationRows, EvaluationRows] {
  if (isClassRows(a) && isClassRows(b)) {
    const labels = joined(a.labels, b.labels);
    return [withClasses(a, labels), withClasses(b, labels)];
  }
  if (a.task === 'multilabel' && b.task === 'multilabel') {
    const labels = joined(a.labels, b.labels);
    return [withLabels(a, labels), withLabels(b, labels)];
  }
  return [a, b];
}

const joined = (a: readonly string[], b: readonly string[]): readonly string[] => [
  ...a,
  ...b.filter((label) => !a.includes(label)),
];

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((label, at) => label === b[at]);

function withClasses(rows: ClassRows, labels: readonly string[]): ClassRows {
  if (isSame(rows.labels, labels)) return rows;
  const to = rows.labels.map((label) => labels.indexOf(label));
  const moved = (codes: Int32Array): Int32Array => codes.map((code) => to[code] ?? -1);
  return {
    ...rows,
    labels,
    actual: moved(rows.actual),
    predicted: moved(rows.predicted),
    // Of a binary task the scores are of the positive class, which stays the second.
    ...(rows.scores && rows.task === 'multiclass' && { scores: widened(rows.scores, to, labels.length) }),
  };
}

function withLabels(rows: LabelSetRows, labels: readonly string[]): LabelSetRows {
  if (isSame(rows.labels, labels)) return rows;
  const to = rows.labels.map((label) => labels.indexOf(label));
  const flags = (values: Uint8Array): Uint8Array => Uint8Array.from(widened(values, to, labels.length));
  return {
    ...rows,
    labels,
    actual: flags(rows.actual),
    predicted: flags(rows.predicted),
    ...(rows.scores && { scores: widened(rows.scores, to, labels.length) }),
  };
}

function widened(values: ArrayLike<number>, to: readonly number[], width: number): Float64Array {
  const rows = values.length / to.length;
  const result = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++)
    for (const [at, label] of to.entries()) result[row * width + label] = values[row * to.length + at] ?? 0;
  return result;
}
