import type { BatchSetup, ColumnBatch } from '../columns/column-batch.ts';
import { ActionError } from '../errors.ts';
import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, Discoveries, RowsCounter, RowsWork } from './check.ts';
import { type Condition, compileCondition } from './expression/compile.ts';
import { planned, refusal } from './planned.ts';

/** Counts rows for which a condition on their columns does not hold. */
export const rowCondition: CheckDefinition = {
  name: 'rowCondition',
  about:
    'Rows for which a condition on their columns is false. As in SQL, a comparison with "no value" is unknown, and a ' +
    'row with an unknown condition is not counted: say `x is not null and …` where a value is needed',
  level: ['table', 'column'],
  aliases: [
    ['Frictionless', 'row-constraint'],
    ['Deequ', 'satisfies'],
    ['dbt', 'dbt_utils.expression_is_true'],
    [
      'Great Expectations',
      'expect_column_pair_values_a_to_be_greater_than_b, _to_be_equal, expect_multicolumn_sum_to_equal',
    ],
    ['Soda', 'failed_rows'],
    ['Pandera', 'Check on the data frame'],
  ],
  dimension: 'consistency',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [
    { name: 'expression', kind: 'expression', required: true, about: 'The condition that rows must meet' },
    { name: 'name', kind: 'text', about: 'What the condition is called in reports' },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation:
      check: rowCondition
      name: seen after sign-up
      expression: last_seen_at is null or last_seen_at >= signup_at`,
  plan(rule, table) {
    const given = readArguments(rule, rowCondition.parameters, table);
    const source = given.text('expression') ?? '';
    const title = given.text('name') ?? source;
    try {
      const condition = compileCondition(source, table);
      return {
        ...planned(rowCondition, rule, title),
        ...(condition.columns.length === 1 && { field: condition.columns[0] ?? '' }),
        work: conditionWork(condition, title === source ? source : `${title}: ${source}`),
      };
    } catch (error) {
      throw error instanceof ActionError ? refusal(rule, error.message) : error;
    }
  },
};

const conditionWork = (condition: Condition, expected: string): RowsWork => ({
  kind: 'rows',
  start: (_setup: BatchSetup, discoveries: Discoveries): RowsCounter => {
    let seen = false;
    let count = 0;
    let rows = 0;
    return {
      openFile(file) {
        seen ||= condition.columns.every((name) => file.columns.includes(name));
      },
      batch(batch) {
        if (condition.columns.some((name) => batch.column(name) === undefined)) return;
        seen = true;
        rows += batch.rows;
        const holds = condition.evaluate({ batch, vectors: new Map() });
        for (let row = holds.indexOf(0); row >= 0; row = holds.indexOf(0, row + 1)) {
          count += 1;
          discoveries.add(() => describe(batch, row, condition.columns, expected));
        }
      },
      counted: () => (seen ? { count, of: rows } : undefined),
    };
  },
});

const describe = (batch: ColumnBatch, row: number, columns: readonly string[], expected: string) => ({
  file: batch.file.name,
  place: columns.length === 1 ? batch.place(row, columns[0]) : batch.place(row),
  field: columns.join(', '),
  columns,
  value: columns.map((name) => batch.column(name)?.text(row) ?? 'nothing').join(', '),
  expected,
});
