import type { Fairness } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import { fairnessOf } from '../lib/fairness/fairness-of.ts';
import { crossGroups } from '../lib/fairness/groups.ts';
import { isClassRows } from '../lib/metrics/rows.ts';
import type { DataTable } from '../lib/tabular/data-table.ts';
import type { Inputs } from './inputs.ts';
import type { Assembled } from './rows/assembled.ts';
import { groupsOf } from './slices.ts';

/** How far the groups of the sensitive columns lie apart, of one column or of the product of two. */
export function compareGroups(
  { fairness: requests, minSliceRows, ...settings }: Inputs,
  table: DataTable,
  { rows, source }: Assembled,
): readonly Fairness[] {
  if (requests.length === 0) return [];
  if (!isClassRows(rows) && rows.task !== 'regression')
    throw new ActionError(
      'invalid-input',
      `fairness: groups are compared in binary, multiclass and regression tasks, and this is a ${rows.task} task`,
    );
  return requests.map(({ parts }) => {
    const [first, second] = parts.map((part) => groupsOf(part, table, source, 'fairness'));
    if (!first) throw new ActionError('invalid-input', 'fairness: no column is named');
    const groups = second ? crossGroups(first, second) : first;
    return fairnessOf(rows, groups, { ...settings, minGroupRows: minSliceRows });
  });
}
