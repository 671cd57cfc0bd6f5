import { ActionError } from '../../lib/errors.ts';
import type { ScoreRows } from '../../lib/metrics/rows.ts';
import { scoreMetrics } from '../../lib/metrics/scores/score-metrics.ts';
import { columnOf, numbersOf } from '../columns.ts';
import type { Predictions } from '../predictions.ts';
import { type Assembled, type AssembleOptions, assembled, drawnRows } from './assembled.ts';
import { KeptRows } from './kept-rows.ts';

/**
 * Numbers that somebody else worked out for each row: a judge's scores, costs, whether a test passed. The input
 * `score` names their columns, those of which less is better as `cost:lower`.
 *
 * @throws ActionError invalid-input without columns
 */
export function scoreRows({ table }: Predictions, options: AssembleOptions): Assembled {
  const wanted = (options.columns.score ?? '').split(/[,\n]/).flatMap((item) => {
    const [, name = '', direction = 'higher'] = /^\s*(.*?)\s*(?::\s*(higher|lower))?\s*$/.exec(item) ?? [];
    return name === ''
      ? []
      : [{ name, direction: direction === 'lower' ? ('lower' as const) : ('higher' as const) }];
  });
  if (wanted.length === 0)
    throw new ActionError(
      'invalid-input',
      'score: name the columns of scores, separated by commas; those of which less is better as "latency:lower"',
    );
  const values = wanted.map(({ name }) => numbersOf(table, name, columnOf(table, name, 'score')));
  const kept = new KeptRows(table.rowCount);
  for (let row = 0; row < table.rowCount; row++) {
    if (values.every((column) => Number.isNaN(column[row])))
      kept.refuse(row, wanted[0]?.name ?? '', 'no score');
    else kept.accept(row);
  }
  const columns = values.map((column) => kept.numbers(column));
  const rows: ScoreRows = {
    task: 'scores',
    ...drawnRows(kept, options),
    names: wanted.map(({ name }) => name),
    values: columns,
  };
  const ownMetrics = scoreMetrics(
    wanted.map((column, at) => ({ ...column, binary: isBinary(columns[at] ?? new Float64Array()) })),
  );
  return assembled(rows, kept, { ownMetrics });
}

/** Whether a column only says yes and no. */
const isBinary = (values: Float64Array): boolean =>
  values.every((value) => value === 0 || value === 1 || Number.isNaN(value));
