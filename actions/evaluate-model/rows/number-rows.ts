import type { NumberRows } from '../../lib/metrics/rows.ts';
import { columnOf, numbersOf } from '../columns.ts';
import { type Predictions, predictionOf } from '../predictions.ts';
import { type Assembled, type AssembleOptions, assembled, drawnRows } from './assembled.ts';
import { KeptRows } from './kept-rows.ts';

/** Rows of a regression. @throws ActionError invalid-file with the place of what is no number */
export function numberRows(predictions: Predictions, options: AssembleOptions): Assembled {
  const { table } = predictions;
  const { target, prediction } = options.columns;
  const actual = numbersOf(table, target, columnOf(table, target, 'target'));
  const column = predictionOf(predictions, prediction) ?? columnOf(table, prediction, 'prediction');
  const predicted = numbersOf(table, prediction, column);
  const kept = new KeptRows(table.rowCount);
  for (let row = 0; row < table.rowCount; row++) {
    if (Number.isNaN(actual[row])) kept.refuse(row, target, 'no label');
    else if (Number.isNaN(predicted[row])) kept.refuse(row, prediction, 'no predicted value');
    else kept.accept(row);
  }
  const rows: NumberRows = {
    task: 'regression',
    ...drawnRows(kept, options),
    actual: kept.numbers(actual),
    predicted: kept.numbers(predicted),
  };
  return assembled(rows, kept);
}
