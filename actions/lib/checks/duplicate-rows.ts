import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition } from './check.ts';
import { countRepeats } from './duplicates.ts';
import { unmeasured } from './evidence.ts';
import { planned } from './planned.ts';
import { allColumns, keyColumns } from './row-keys.ts';

/** Counts rows that are equal to an earlier row in every column. */
export const duplicateRows: CheckDefinition = {
  name: 'duplicateRows',
  about: 'Rows that are equal to an earlier row in every column (but some); "no value" is a value here',
  level: ['table'],
  aliases: [
    ['Frictionless', 'duplicate-row'],
    ['Pointblank', 'rows_distinct'],
    ['deepchecks', 'DataDuplicates'],
    ['Evidently', 'DuplicatedRowCount'],
  ],
  dimension: 'uniqueness',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [{ name: 'except', kind: 'columns', about: 'Columns that do not count, such as an id' }],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: duplicateRows, except: [customer_id], mustBeLessOrEqualTo: 5, unit: percent }`,
  plan(rule, table) {
    const except = readArguments(rule, duplicateRows.parameters, table).texts('except') ?? [];
    return {
      ...planned(
        duplicateRows,
        rule,
        `no row twice${except.length === 0 ? '' : ` but for ${except.join(', ')}`}`,
      ),
      work: {
        kind: 'keys',
        keys: [{ columns: 'all', except, skipNulls: false }],
        async decide([index], [lookup], evidence) {
          if (index === undefined) return unmeasured('there are no columns to compare');
          const key = keyColumns(allColumns(evidence, except), table, evidence.table);
          return countRepeats(index, lookup, key, evidence.table.rows, 'a row of its own');
        },
      },
    };
  },
};
