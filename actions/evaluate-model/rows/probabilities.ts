import { ActionError } from '../../lib/errors.ts';
import { type DataTable, placeText } from '../../lib/tabular/data-table.ts';
import type { GivenScores } from '../predictions.ts';

/** Rounded probabilities of many classes miss 1 by a little; more is no rounding. */
const SUM_TOLERANCE = 0.01;
/** Engines round probabilities of 0 and 1 by as much in 32 bits. */
const EDGE_TOLERANCE = 1e-6;

/**
 * @param source - the rows to look at
 * @param exclusive - whether a row is of one class, so that its probabilities add up to 1
 * @throws ActionError naming line and column of what is no probability
 */
export function checkProbabilities(
  table: DataTable,
  { width, values, columns }: GivenScores,
  source: Uint32Array,
  exclusive: boolean,
): void {
  for (let at = 0; at < source.length; at++) {
    const row = source[at] ?? 0;
    let sum = 0;
    for (let part = 0; part < width; part++) {
      const score = values[row * width + part] ?? 0;
      sum += score;
      if (score < -EDGE_TOLERANCE || score > 1 + EDGE_TOLERANCE)
        throw new ActionError(
          'invalid-file',
          `${placeText(table, row)}: column "${columns[part] ?? ''}": expected a probability from 0 to 1, found ${score}; scores of another kind are turned into probabilities first, or left out`,
        );
    }
    if (exclusive && Math.abs(sum - 1) > SUM_TOLERANCE)
      throw new ActionError(
        'invalid-file',
        `${placeText(table, row)}: the probabilities of the ${width} classes add up to ${sum}, not to 1 (${columns.join(', ')})`,
      );
  }
}

/** Probabilities within 0 and 1; the same array where all are. */
export function withinUnit(scores: Float64Array): Float64Array {
  let within = true;
  for (let at = 0; at < scores.length && within; at++)
    within = (scores[at] ?? 0) >= 0 && (scores[at] ?? 0) <= 1;
  return within ? scores : scores.map((score) => Math.min(1, Math.max(0, score)));
}
