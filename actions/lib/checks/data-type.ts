import { NONE } from '../stats/threshold.ts';
import { conversion, Misfit } from '../tabular/column-type.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, ColumnSpec } from './check.ts';
import { columnRows } from './column-rows.ts';
import { specOf } from './evidence.ts';
import { columnOf, planned, refusal } from './planned.ts';

/** Counts values that are not of their column's type. */
export const dataType: CheckDefinition = {
  name: 'dataType',
  about: 'Values that are not of the type the contract gives their column',
  level: ['column'],
  aliases: [
    ['ODCS', 'logicalType'],
    ['Frictionless', 'type-error'],
    ['Great Expectations', 'expect_column_values_to_be_of_type'],
    ['Pandera', 'dtype'],
    ['Deequ', 'hasDataType'],
    ['TFDV', 'UNEXPECTED_DATA_TYPE'],
  ],
  dimension: 'conformity',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [],
  example: `properties:
  - name: age
    logicalType: integer
    quality:
      - { type: custom, engine: validateData, implementation: { check: dataType, mustBeLessThan: 0.1, unit: percent } }`,
  plan(rule, table) {
    const column = columnOf(rule);
    readArguments(rule, dataType.parameters, table);
    const spec = specOf(table, column);
    if (spec?.type === undefined)
      throw refusal(rule, `the contract gives the column "${column}" no type; add its logicalType`);
    const { type } = spec;
    const expected = typeWords(spec);
    const convert = conversion(type, true);
    return {
      ...planned(dataType, rule, expected),
      work: columnRows(column, () => (view) => ({
        count: view.misfits.length,
        rows: () => view.misfits,
        reason(row) {
          const value = spec.format === undefined ? convert(view.text(row)) : undefined;
          const hint = value instanceof Misfit ? value.hint : '';
          return { expected, ...(hint !== '' && { hint }) };
        },
      })),
    };
  },
};

/** `an integer`, `a date written as dd/MM/yyyy`. */
export const typeWords = ({ type, format }: Pick<ColumnSpec, 'type' | 'format'>): string =>
  `${/^[aeiou]/.test(type ?? '') ? 'an' : 'a'} ${type ?? 'value'}${format === undefined || type === 'string' ? '' : ` written as ${format}`}`;
