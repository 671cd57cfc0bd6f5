import { ActionError } from '../lib/errors.ts';
import { type DataTable, placeText } from '../lib/tabular/data-table.ts';
import { columnOf, numbersOf } from './columns.ts';

/** The weight of each row of a table. @throws ActionError invalid-file for weights below 0, missing, or all 0 */
export function readWeights(table: DataTable, column: string | undefined): Float64Array | undefined {
  if (column === undefined) return undefined;
  const weights = numbersOf(table, column, columnOf(table, column, 'weight'));
  let mass = 0;
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row] ?? Number.NaN;
    if (!(weight >= 0))
      throw new ActionError(
        'invalid-file',
        `${placeText(table, row)}: column "${column}": expected a weight of 0 or more, found ${Number.isNaN(weight) ? 'no value' : weight}`,
      );
    mass += weight;
  }
  if (mass > 0) return weights;
  throw new ActionError('invalid-file', `${table.name}: column "${column}": all weights are 0`);
}
