import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition } from './check.ts';
import { countRepeats } from './duplicates.ts';
import { unmeasured } from './evidence.ts';
import { planned, refusal } from './planned.ts';
import { keyColumns } from './row-keys.ts';

/** Counts rows whose values in one or several columns together were met in an earlier row. */
export const duplicateValues: CheckDefinition = {
  name: 'duplicateValues',
  about:
    'Rows whose values in one or several columns together an earlier row has. Exact; rows without a value in one of ' +
    'the columns are not compared, as with UNIQUE in SQL',
  level: ['column', 'table'],
  aliases: [
    ['ODCS', 'duplicateValues, unique, primaryKey'],
    ['dbt', 'unique'],
    ['Frictionless', 'unique-error, primary-key; uniqueKeys'],
    ['Great Expectations', 'expect_column_values_to_be_unique, expect_compound_columns_to_be_unique'],
    ['qsv', 'uniqueCombinedWith'],
    ['Deequ', 'isUnique, hasUniqueness'],
    ['Pandera', 'unique'],
    ['Soda', 'duplicate'],
  ],
  dimension: 'uniqueness',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [
    {
      name: 'properties',
      kind: 'columns',
      about: 'The columns that are unique together; for rules on the table',
    },
  ],
  example: `quality:
  - { metric: duplicateValues, arguments: { properties: [customer_id, month] }, mustBe: 0 }`,
  plan(rule, table) {
    const given = readArguments(rule, duplicateValues.parameters, table).texts('properties');
    const columns = given ?? (rule.column === undefined ? undefined : [rule.column]);
    if (columns === undefined) throw refusal(rule, 'a rule on the table needs the list "properties"');
    const expected = `unique ${columns.join(' + ')}`;
    return {
      ...planned(duplicateValues, rule, expected),
      ...(columns.length === 1 && { field: columns[0] ?? '' }),
      work: {
        kind: 'keys',
        keys: [{ columns, skipNulls: true }],
        async decide([index], [lookup], evidence) {
          if (index === undefined) return unmeasured('the data has no such column');
          const key = keyColumns(columns, table, evidence.table);
          return countRepeats(index, lookup, key, evidence.table.rows, expected);
        },
      },
    };
  },
};
