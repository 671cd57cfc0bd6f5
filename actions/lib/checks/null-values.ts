import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition } from './check.ts';
import { columnRows, rowsWhere } from './column-rows.ts';
import { columnOf, planned } from './planned.ts';

/** Counts rows without a value in a column. */
export const nullValues: CheckDefinition = {
  name: 'nullValues',
  about: 'Rows without a value in a column: an empty cell, a text that means "no value", `null`',
  level: ['column'],
  aliases: [
    ['ODCS', 'nullValues'],
    ['dbt', 'not_null'],
    ['Great Expectations', 'expect_column_values_to_not_be_null'],
    ['Soda', 'missing'],
    ['Deequ', 'isComplete, hasCompleteness'],
    ['Pandera', 'nullable=False'],
    ['Frictionless', 'constraints.required'],
    ['TFDV', 'presence.min_fraction'],
  ],
  dimension: 'completeness',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [],
  example: `properties:
  - name: income
    quality:
      - { metric: nullValues, mustBeLessOrEqualTo: 2, unit: percent, severity: warning }`,
  plan(rule, table) {
    const column = columnOf(rule);
    readArguments(rule, nullValues.parameters, table);
    return {
      ...planned(nullValues, rule, 'required'),
      work: columnRows(column, () => (view, batch) => ({
        count: view.nulls,
        rows: () => rowsWhere(batch.rows, (row) => view.isNull(row)),
        reason: () => ({ expected: 'a value' }),
      })),
    };
  },
};
