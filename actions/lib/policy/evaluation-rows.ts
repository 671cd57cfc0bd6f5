import type { MetricsDocument, ScoredRow } from '../documents/metrics.ts';
import type { EvaluationRows, ScoreRows } from '../metrics/rows.ts';

/**
 * The scored rows of a model in the form metrics are computed on.
 *
 * @param document - `undefined` for rows of another tool, which hold values of metrics
 * @returns what is wrong when the rows do not fit what their document says, so that nothing can be computed
 */
export function evaluationRows(
  rows: readonly ScoredRow[],
  document: MetricsDocument | undefined,
): EvaluationRows | { readonly problem: string } {
  const drawn = drawnBy(rows);
  // Rows of a cluster say less than as many rows drawn apart: without their clusters they would prove too much.
  if (drawn.clusters === undefined && document?.settings.cluster !== undefined)
    return { problem: 'they do not name the clusters they were drawn in; evaluate again' };
  if (document === undefined) return valueRows(rows, drawn);
  if (document.task === 'regression') {
    const actual = Float64Array.from(rows, (row) => Number(row.y));
    const predicted = Float64Array.from(rows, (row) => Number(row.p));
    if (![...actual, ...predicted].every(Number.isFinite)) return { problem: 'a row holds no number' };
    return { task: 'regression', count: rows.length, actual, predicted, ...drawn };
  }
  if (document.task !== 'binary' && document.task !== 'multiclass') return valueRows(rows, drawn);
  const labels = classLabels(rows, document);
  const indexOf = new Map(labels.map((label, index) => [label, index]));
  const actual = Int32Array.from(rows, (row) => indexOf.get(String(row.y)) ?? -1);
  const predicted = Int32Array.from(rows, (row) => indexOf.get(String(row.p)) ?? -1);
  if (actual.includes(-1) || predicted.includes(-1))
    return { problem: `a row has a label other than ${labels.join(', ')}` };
  if (document.task === 'binary' && labels.length !== 2)
    return { problem: `a binary task has two labels, the document and its rows have ${labels.length}` };
  const scores = scoresOf(rows, document.task === 'binary' ? 1 : labels.length);
  return {
    task: document.task,
    count: rows.length,
    labels,
    actual,
    predicted,
    ...drawn,
    ...(scores && { scores }),
  };
}

type Drawn = Pick<EvaluationRows, 'weights' | 'clusters'>;

function drawnBy(rows: readonly ScoredRow[]): Drawn {
  const clusters = clustersOf(rows);
  const first = rows[0]?.w ?? 1;
  // Weights that are all alike weigh nothing.
  const weighted = rows.some(({ w = 1 }) => w !== first);
  return {
    ...(weighted && { weights: Float64Array.from(rows, (row) => row.w ?? 1) }),
    ...(clusters && { clusters }),
  };
}

/** The clusters, numbered from 0 in the order they come; `undefined` unless every row names one. */
function clustersOf(rows: readonly ScoredRow[]): Int32Array | undefined {
  if (rows.length === 0 || rows.some(({ c }) => c === undefined)) return undefined;
  const numbers = new Map<number, number>();
  return Int32Array.from(rows, ({ c = 0 }) => {
    const number = numbers.get(c) ?? numbers.size;
    numbers.set(c, number);
    return number;
  });
}

/** The classes, the positive one last where there are two. */
function classLabels(rows: readonly ScoredRow[], { settings, task }: MetricsDocument): readonly string[] {
  const found = settings.labels ?? [...new Set(rows.flatMap((row) => [String(row.y), String(row.p)]))].sort();
  const positive = settings.positiveLabel;
  if (task !== 'binary' || positive === undefined) return found;
  return [...found.filter((label) => label !== positive), positive];
}

/** All scores row after row; `undefined` unless every row holds `width` of them. */
function scoresOf(rows: readonly ScoredRow[], width: number): Float64Array | undefined {
  const scores = new Float64Array(rows.length * width);
  for (const [index, { s }] of rows.entries()) {
    const values = typeof s === 'number' ? [s] : (s ?? []);
    if (values.length !== width || !values.every(Number.isFinite)) return undefined;
    scores.set(values, index * width);
  }
  return scores;
}

/** The values that rows of other tasks hold of each metric that is a mean of them. */
function valueRows(rows: readonly ScoredRow[], drawn: Drawn): ScoreRows | { readonly problem: string } {
  const names = [...new Set(rows.flatMap(({ m }) => Object.keys(m ?? {})))];
  if (names.length === 0) return { problem: 'its rows hold no values of metrics' };
  const values = names.map((name) => Float64Array.from(rows, ({ m }) => m?.[name] ?? Number.NaN));
  return { task: 'scores', count: rows.length, names, values, ...drawn };
}
