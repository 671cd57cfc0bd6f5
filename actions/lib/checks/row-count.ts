import { type Threshold, thresholdText } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, TableEvidence } from './check.ts';
import { tableOf, unmeasured } from './evidence.ts';
import { planned } from './planned.ts';

const AT_LEAST_ONE: Threshold = { kind: 'single', operator: 'mustBeGreaterThan', value: 0 };

/** Counts the rows of all files together, rows that do not fit the header included. */
export const rowCount: CheckDefinition = {
  name: 'rowCount',
  about: 'The number of rows of all files together, rows that do not fit the header included',
  level: ['table'],
  aliases: [
    ['ODCS', 'rowCount'],
    ['Great Expectations', 'expect_table_row_count_to_be_between, _to_equal'],
    ['Soda', 'row_count'],
    ['Deequ', 'hasSize'],
    ['Frictionless', 'row-count, table-dimensions'],
    ['Pointblank', 'row_count_match'],
  ],
  dimension: 'coverage',
  threshold: AT_LEAST_ONE,
  units: ['rows'],
  parameters: [{ name: 'split', kind: 'split', about: 'The split whose rows count; all when absent' }],
  example: `quality:
  - { metric: rowCount, mustBeBetween: [5000, 5000000] }`,
  plan(rule, table) {
    const split = readArguments(rule, rowCount.parameters, table).text('split');
    const head = planned(rowCount, rule, '');
    return {
      ...head,
      title:
        rule.title ?? `${thresholdText(head.threshold)} rows${split === undefined ? '' : ` in ${split}`}`,
      work: {
        kind: 'profile',
        decide(evidence) {
          const found = tableOf(evidence, split);
          if (found === undefined) return unmeasured(`no files of the split "${split}" were read`);
          return { count: allRows(found), of: allRows(found) };
        },
      },
    };
  },
};

/** Rows of a table, those that do not fit its header included. */
export const allRows = ({ rows, malformed = 0 }: TableEvidence): number => rows + malformed;
