import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition } from './check.ts';
import { columnWithRole } from './evidence.ts';
import { leakageWork } from './leakage.ts';
import { planned, refusal } from './planned.ts';
import { keyColumns } from './row-keys.ts';

/** Counts rows of a later split whose group an earlier one has as well. */
export const groupLeakage: CheckDefinition = {
  name: 'groupLeakage',
  about:
    'Rows of a later split whose group (customer, patient, document) an earlier split has as well: a model could ' +
    'recognise the group instead of learning',
  level: ['column', 'table'],
  aliases: [['deepchecks', 'IndexTrainTestLeakage']],
  dimension: 'uniqueness',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [
    { name: 'between', kind: 'splits', required: true, about: 'The splits, the one for training first' },
    { name: 'column', kind: 'column', about: 'The group; the column with the role `group` when absent' },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: groupLeakage, between: [train, test], column: customer_id, mustBe: 0 }`,
  plan(rule, table) {
    const given = readArguments(rule, groupLeakage.parameters, table);
    const between = given.texts('between') ?? [];
    const column = given.text('column') ?? rule.column ?? columnWithRole(table, 'group');
    if (column === undefined)
      throw refusal(rule, 'name the group in "column", or give a column the role group in the contract');
    return {
      ...planned(groupLeakage, rule, `no ${column} in two of ${between.join(', ')}`),
      field: column,
      work: leakageWork({
        between,
        key: { columns: [column], skipNulls: true },
        columns: ({ table: read }) => keyColumns([column], table, read),
        expected: `a ${column} of one split only`,
      }),
    };
  },
};
