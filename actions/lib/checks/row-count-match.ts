import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition } from './check.ts';
import { unmeasured } from './evidence.ts';
import { planned } from './planned.ts';
import { allRows } from './row-count.ts';

/** By how many rows two tables differ in size. */
export const rowCountMatch: CheckDefinition = {
  name: 'rowCountMatch',
  about: 'By how many rows this table and another table of the contract differ in size',
  level: ['table'],
  aliases: [
    ['Deequ', 'RowCountMatch'],
    ['Great Expectations', 'expect_table_row_count_to_equal_other_table'],
    ['Pointblank', 'row_count_match'],
  ],
  dimension: 'consistency',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [{ name: 'table', kind: 'table', required: true, about: 'The other table' }],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: rowCountMatch, table: customers_source, mustBe: 0 }`,
  plan(rule, table) {
    const other = readArguments(rule, rowCountMatch.parameters, table).text('table') ?? '';
    return {
      ...planned(rowCountMatch, rule, `as many rows as ${other}`),
      work: {
        kind: 'profile',
        decide(evidence) {
          const matched = evidence.tables.get(other);
          if (matched === undefined) return unmeasured(`the table "${other}" was not read`);
          const [own, others] = [allRows(evidence.table), allRows(matched)];
          return { count: Math.abs(own - others), of: others, note: `${own} rows, ${others} in ${other}` };
        },
      },
    };
  },
};
