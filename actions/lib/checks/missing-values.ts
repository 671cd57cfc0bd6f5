import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition } from './check.ts';
import { columnRows, type FindRows, includesRow, rowsWhere } from './column-rows.ts';
import { noneOf } from './constraints.ts';
import { applyDemands } from './demand.ts';
import { specOf } from './evidence.ts';
import { columnOf, planned } from './planned.ts';

/** Counts values that stand for "nothing was recorded", such as `N/A` or `-1`. */
export const missingValues: CheckDefinition = {
  name: 'missingValues',
  about: 'Values that stand for "nothing was recorded", such as `N/A` or `-1`',
  level: ['column'],
  aliases: [
    ['ODCS', 'missingValues'],
    ['Soda', 'missing with missing_values'],
    ['deepchecks', 'MixedNulls'],
    ['Frictionless', 'missingValues'],
  ],
  dimension: 'completeness',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [
    {
      name: 'missingValues',
      kind: 'values',
      about:
        'The values that count as missing, `null` and the empty text among them; only these two when absent. ' +
        'Texts that the contract reads as "no value" anyway count as `null`.',
    },
  ],
  example: `properties:
  - name: age
    quality:
      - { metric: missingValues, arguments: { missingValues: [null, '', 'N/A', -1] }, mustBe: 0 }`,
  plan(rule, table) {
    const column = columnOf(rule);
    const missing = readArguments(rule, missingValues.parameters, table).values('missingValues') ?? [
      null,
      '',
    ];
    const countNulls = missing.includes(null) || missing.includes('');
    const demand = noneOf(missing, { ...specOf(table, column) });
    const expected = `none of ${missing.map((value) => JSON.stringify(value)).join(', ')}`;
    const texts = new Set(missing.filter((value) => value !== null).map(String));
    return {
      ...planned(missingValues, rule, expected),
      work: columnRows(column, (setup): FindRows => {
        const apply = applyDemands(setup, column, [demand]);
        return (view, batch) => {
          const found = apply(view, batch.rows);
          const misfits = view.misfits.filter((row) => texts.has(view.text(row) ?? ''));
          const rows = new Set(found.count > 0 ? found.rows() : []);
          return {
            count: found.count + misfits.length + (countNulls ? view.nulls : 0),
            rows: () =>
              rowsWhere(
                batch.rows,
                (row) => (countNulls && view.isNull(row)) || rows.has(row) || includesRow(misfits, row),
              ),
            reason: () => ({ expected }),
          };
        };
      }),
    };
  },
};
