import { type Misfit, type Value, valueText } from '../tabular/column-type.ts';
import type { Cell } from '../tabular/table.ts';
import type { BatchView, Discoveries, RunningCheck } from './check.ts';

/** Why a value is counted. */
export interface Reason {
  readonly expected: string;
  readonly hint?: string;
}

/**
 * A running check that counts the values of one column that are not right.
 *
 * @param judge - `undefined` for a value that is right
 */
export function countColumn(
  column: string,
  discoveries: Discoveries,
  judge: (value: Value | Misfit | null, cell: Cell) => Reason | undefined,
): RunningCheck {
  let seen = false;
  let rows = 0;
  let count = 0;
  return {
    batch(view: BatchView) {
      const values = view.values(column);
      const cells = view.cells(column);
      if (values === undefined || cells === undefined) return;
      seen = true;
      rows += view.rows;
      for (let row = 0; row < view.rows; row += 1) {
        const cell = cells[row] ?? null;
        const reason = judge(values[row] ?? null, cell);
        if (reason === undefined) continue;
        count += 1;
        discoveries.add(() => ({
          file: view.file.name,
          place: view.place(row, column),
          field: column,
          value: cell === null ? '' : valueText(cell),
          ...reason,
        }));
      }
    },
    openFile(file) {
      seen ||= file.columns.includes(column);
    },
    finish: () => (seen ? { count, of: rows } : undefined),
  };
}
