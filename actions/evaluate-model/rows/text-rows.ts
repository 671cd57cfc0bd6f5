import type { TextRows } from '../../lib/metrics/rows.ts';
import { columnOf, textsOf } from '../columns.ts';
import { type Predictions, predictionOf } from '../predictions.ts';
import { type Assembled, type AssembleOptions, assembled, drawnRows } from './assembled.ts';
import { KeptRows } from './kept-rows.ts';

/**
 * Generated texts with one or more right answers (a JSON list of texts). An answer that is missing counts as an
 * empty text: a model that says nothing is wrong, not absent.
 */
export function textRows(predictions: Predictions, options: AssembleOptions): Assembled {
  const { table } = predictions;
  const { target, prediction } = options.columns;
  const references = textsOf(columnOf(table, target, 'target'), table.rowCount).map(referencesIn);
  const column = predictionOf(predictions, prediction) ?? columnOf(table, prediction, 'prediction');
  const predicted = textsOf(column, table.rowCount);
  const kept = new KeptRows(table.rowCount);
  for (let row = 0; row < table.rowCount; row++) {
    if (references[row] === undefined) kept.refuse(row, target, 'no reference text');
    else kept.accept(row);
  }
  const { source } = kept;
  const empty = Array.from(source).filter((row) => predicted[row] === undefined).length;
  const rows: TextRows = {
    task: 'text',
    ...drawnRows(kept, options),
    predicted: Array.from(source, (row) => predicted[row] ?? ''),
    references: Array.from(source, (row) => references[row] ?? []),
  };
  return assembled(rows, kept, {
    notes: empty > 0 ? [`${empty} rows have no generated text; they count as empty texts`] : [],
  });
}

/** A text, or a JSON list of texts; `undefined` for neither. */
function referencesIn(text: string | undefined): readonly string[] | undefined {
  if (text === undefined || !text.startsWith('[')) return text === undefined ? undefined : [text];
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.length > 0 && list.every((item) => typeof item === 'string')) return list;
  } catch {
    // A text may begin with a bracket.
  }
  return [text];
}
