import type { ColumnView } from '../columns/column-batch.ts';
import { NONE } from '../stats/threshold.ts';
import { parseNumber } from '../tabular/number-text.ts';
import { readArguments } from './arguments.ts';
import type { AggregateWork, CheckDefinition, Measurement, RowsWork, Rule } from './check.ts';
import { columnRows, includesRow, rowsWhere } from './column-rows.ts';
import { specOf, unmeasured } from './evidence.ts';
import { columnOf, planned } from './planned.ts';

/** Counts the rarer kind of values in a column that holds numbers and texts. */
export const mixedTypes: CheckDefinition = {
  name: 'mixedTypes',
  about:
    'The rarer of numbers and other texts in a column that has both: a few texts among numbers, or a few numbers ' +
    'among texts',
  level: ['column'],
  aliases: [['deepchecks', 'MixedDataTypes']],
  dimension: 'conformity',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [{ name: 'find', kind: 'internal', about: 'Which of the two to name row by row' }],
  example: `properties:
  - name: device_id
    quality:
      - { type: custom, engine: validateData, severity: warning, implementation: { check: mixedTypes, mustBeLessThan: 1, unit: percent } }`,
  plan(rule, table) {
    const column = columnOf(rule);
    const find = readArguments(rule, mixedTypes.parameters, table).text('find');
    const hidden = specOf(table, column)?.classified === true;
    return {
      ...planned(mixedTypes, rule, 'numbers or texts, not both'),
      work: isKind(find) ? kindRows(column, find) : countKinds(rule, column, hidden),
    };
  },
};

type Kind = 'numbers' | 'texts';
const isKind = (text: string | undefined): text is Kind => text === 'numbers' || text === 'texts';

const isNumber = (text: string): boolean => parseNumber(text) !== undefined;

/** Numbers and texts among the values of a batch. In a column of another type its misfits are the others. */
function kindsOf(
  view: ColumnView,
  rows: number,
  textCount: () => number,
): readonly [numbers: number, texts: number] {
  const values = rows - view.nulls;
  if (view.numbers === undefined) {
    const numbers = view.misfits.filter((row) => isNumber(view.text(row) ?? '')).length;
    const texts = textCount() + (view.misfits.length - numbers);
    return [values - texts, texts];
  }
  return [values - view.misfits.length, view.misfits.length];
}

const countKinds = (
  rule: Rule,
  column: string,
  hidden: boolean,
): AggregateWork<readonly [seen: boolean, numbers: number, texts: number]> => ({
  kind: 'aggregate',
  start(setup) {
    const handle = setup.textRule(column, { kind: 'test', holds: isNumber });
    let seen = false;
    let [numbers, texts] = [0, 0];
    return {
      batch(batch) {
        const view = batch.column(column);
        if (view === undefined) return;
        seen = true;
        const [more, others] = kindsOf(view, batch.rows, () => view.broken(handle).count);
        numbers += more;
        texts += others;
      },
      state: () => [seen, numbers, texts],
    };
  },
  merge: ([seen, numbers, texts], [met, more, others]) => [seen || met, numbers + more, texts + others],
  decide(state): Measurement {
    if (state === undefined || !state[0]) return unmeasured(`the data has no column "${column}"`);
    const [, numbers, texts] = state;
    const find: Kind = numbers <= texts ? 'numbers' : 'texts';
    const count = Math.min(numbers, texts);
    return {
      count,
      of: numbers + texts,
      note: `${numbers} numbers, ${texts} other texts`,
      ...(count > 0 &&
        !hidden && {
          locate: { rule: { check: 'mixedTypes', severity: rule.severity, column, arguments: { find } } },
        }),
    };
  },
});

const kindRows = (column: string, find: Kind): RowsWork =>
  columnRows(column, (setup) => {
    const wanted = (text: string): boolean => isNumber(text) === (find === 'numbers');
    const handle = setup.textRule(column, { kind: 'test', holds: (text) => !wanted(text) });
    const expected = find === 'numbers' ? 'a text like the others, not a number' : 'a number like the others';
    return (view, batch) => {
      const misfits = view.misfits.filter((row) => wanted(view.text(row) ?? ''));
      if (view.numbers !== undefined)
        return find === 'texts'
          ? { count: misfits.length, rows: () => misfits, reason: () => ({ expected }) }
          : numberRows(view, batch.rows, expected);
      const broken = view.broken(handle);
      const rows = new Set(broken.rows());
      return {
        count: broken.count + misfits.length,
        rows: () => rowsWhere(batch.rows, (row) => rows.has(row) || includesRow(misfits, row)),
        reason: () => ({ expected }),
      };
    };
  });

const numberRows = (view: ColumnView, rows: number, expected: string) => ({
  count: rows - view.nulls - view.misfits.length,
  rows: () => rowsWhere(rows, (row) => !view.isNull(row) && !includesRow(view.misfits, row)),
  reason: () => ({ expected }),
});
