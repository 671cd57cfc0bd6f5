import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition } from './check.ts';
import { columnWithRole } from './evidence.ts';
import { leakageWork } from './leakage.ts';
import { planned } from './planned.ts';
import { allColumns, keyColumns } from './row-keys.ts';

/** Counts rows of a later split that an earlier one has as well. */
export const splitLeakage: CheckDefinition = {
  name: 'splitLeakage',
  about:
    'Rows of a later split that an earlier one has as well: a model would be tested on what it was trained on. With ' +
    'more than two splits each is compared with all before it',
  level: ['table'],
  aliases: [['deepchecks', 'TrainTestSamplesMix']],
  dimension: 'uniqueness',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [
    { name: 'between', kind: 'splits', required: true, about: 'The splits, the one for training first' },
    { name: 'columns', kind: 'columns', about: 'The columns that are compared; all when absent' },
    { name: 'except', kind: 'columns', about: 'Columns that do not count, such as an id' },
    {
      name: 'ignoreLabel',
      kind: 'boolean',
      about: 'Compare features only: leave out the column with the role `label`',
    },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: splitLeakage, between: [train, test], except: [customer_id], mustBe: 0 }`,
  plan(rule, table) {
    const given = readArguments(rule, splitLeakage.parameters, table);
    const between = given.texts('between') ?? [];
    const label = given.flag('ignoreLabel') ? columnWithRole(table, 'label') : undefined;
    const except = [...(given.texts('except') ?? []), ...(label === undefined ? [] : [label])];
    const columns = given.texts('columns')?.filter((name) => !except.includes(name));
    return {
      ...planned(splitLeakage, rule, `no row in two of ${between.join(', ')}`),
      work: leakageWork({
        between,
        key: { columns: columns ?? 'all', ...(columns === undefined && { except }), skipNulls: false },
        columns: (evidence) => keyColumns(columns ?? allColumns(evidence, except), table, evidence.table),
        expected: 'a row of one split only',
      }),
    };
  },
};
