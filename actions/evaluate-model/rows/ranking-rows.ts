import { ActionError } from '../../lib/errors.ts';
import type { RankingRows } from '../../lib/metrics/rows.ts';
import { type DataTable, placeText } from '../../lib/tabular/data-table.ts';
import { columnOf, labelsOf, numbersOf } from '../columns.ts';
import { type Predictions, predictionOf, scoresOf } from '../predictions.ts';
import { type Assembled, type AssembleOptions, withoutGaps } from './assembled.ts';
import { KeptRows } from './kept-rows.ts';

/**
 * Queries with their items: lines of the table that share a value of the query column, wherever they stand.
 *
 * @throws ActionError invalid-file for relevance below 0 and for a query whose lines do not agree on its weight
 */
export function rankingRows(predictions: Predictions, options: AssembleOptions): Assembled {
  const { table } = predictions;
  const { target, prediction, score, query } = options.columns;
  if (query === undefined)
    throw new ActionError(
      'invalid-input',
      'query: a ranking needs the column that says which items belong together',
    );
  const queries = labelsOf(columnOf(table, query, 'query')).codes;
  const relevance = numbersOf(table, target, columnOf(table, target, 'target'));
  const given = scoresOf(predictions, score)?.values;
  const column = predictionOf(predictions, prediction);
  const scores = given ?? numbersOf(table, prediction, column ?? columnOf(table, prediction, 'prediction'));
  const kept = keptItems(table, queries, relevance, scores, { query, target, score: score ?? prediction });
  const { order, starts } = grouped(withoutGaps(kept.codes(queries)));
  const first = Uint32Array.from(starts.subarray(0, -1), (at) => kept.source[order[at] ?? 0] ?? 0);
  const pick = (values: Float64Array): Float64Array => Float64Array.from(order, (at) => values[at] ?? 0);
  const { weights, clusters } = options;
  const rows: RankingRows = {
    task: 'ranking',
    count: first.length,
    starts,
    relevance: pick(kept.numbers(relevance)),
    scores: pick(kept.numbers(scores)),
    // A query weighs what its first line says.
    ...(weights && { weights: Float64Array.from(first, (row) => weights[row] ?? 1) }),
    ...(clusters && { clusters: withoutGaps(Int32Array.from(first, (row) => clusters[row] ?? 0)) }),
  };
  return { rows, source: first, invalid: kept.invalid, invalidCount: kept.refused };
}

function keptItems(
  table: DataTable,
  queries: Int32Array,
  relevance: Float64Array,
  scores: Float64Array,
  names: { readonly query: string; readonly target: string; readonly score: string },
): KeptRows {
  const kept = new KeptRows(table.rowCount);
  for (let row = 0; row < table.rowCount; row++) {
    const value = relevance[row] ?? Number.NaN;
    if (queries[row] === -1) kept.refuse(row, names.query, 'no query');
    else if (Number.isNaN(value)) kept.refuse(row, names.target, 'no relevance');
    else if (Number.isNaN(scores[row])) kept.refuse(row, names.score, 'no score');
    else if (value >= 0) kept.accept(row);
    else
      throw new ActionError(
        'invalid-file',
        `${placeText(table, row)}: column "${names.target}": expected a relevance of 0 or more, found ${value}`,
      );
  }
  return kept;
}

/** Rows in the order of their groups, and where each group begins. */
function grouped(groups: Int32Array): { readonly order: Uint32Array; readonly starts: Uint32Array } {
  const count = groups.reduce((most, group) => Math.max(most, group + 1), 0);
  const starts = new Uint32Array(count + 1);
  for (const group of groups) starts[group + 1] = (starts[group + 1] ?? 0) + 1;
  for (let group = 0; group < count; group++)
    starts[group + 1] = (starts[group + 1] ?? 0) + (starts[group] ?? 0);
  const next = starts.slice();
  const order = new Uint32Array(groups.length);
  for (const [row, group] of groups.entries()) {
    const at = next[group] ?? 0;
    order[at] = row;
    next[group] = at + 1;
  }
  return { order, starts };
}
