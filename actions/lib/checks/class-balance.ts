import type { Threshold } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition } from './check.ts';
import { columnWithRole, countedTexts, profileOf, tableOf, unmeasured } from './evidence.ts';
import { planned, refusal } from './planned.ts';

const A_TENTH: Threshold = { kind: 'single', operator: 'mustBeGreaterOrEqualTo', value: 0.1 };

/** How many times as frequent the rarest class is as the most frequent one. */
export const classBalance: CheckDefinition = {
  name: 'classBalance',
  about:
    'Rows of the rarest class of a label divided by those of the most frequent one: 1 is balanced; a label of one ' +
    'class has 0',
  level: ['column', 'table'],
  aliases: [
    ['deepchecks', 'ClassImbalance'],
    ['Evidently', 'target distribution'],
  ],
  dimension: 'coverage',
  threshold: A_TENTH,
  units: ['value'],
  parameters: [
    { name: 'column', kind: 'column', about: 'The label; the column with the role `label` when absent' },
    { name: 'split', kind: 'split', about: 'The split that is looked at; the whole table when absent' },
  ],
  example: `properties:
  - name: churned
    quality:
      - { type: custom, engine: validateData, implementation: { check: classBalance, mustBeGreaterOrEqualTo: 0.1 } }`,
  plan(rule, table) {
    const given = readArguments(rule, classBalance.parameters, table);
    const column = given.text('column') ?? rule.column ?? columnWithRole(table, 'label');
    if (column === undefined)
      throw refusal(rule, 'name the label in "column", or give it the role label in the contract');
    const split = given.text('split');
    return {
      ...planned(classBalance, rule, `classes of ${column} in balance`),
      field: column,
      work: {
        kind: 'profile',
        decide(evidence) {
          const profile = profileOf(tableOf(evidence, split), column);
          if (profile === undefined) return unmeasured(`the data has no column "${column}"`);
          const classes = countedTexts(profile);
          if (classes === undefined) return unmeasured('too many different values to be classes');
          const counts = classes.map(({ count }) => count);
          if (counts.length === 0) return unmeasured('no values');
          if (counts.length === 1) return { count: 0, note: 'one class only' };
          return {
            count: Math.min(...counts) / Math.max(...counts),
            note: `${counts.length} classes, the rarest with ${Math.min(...counts)} rows`,
          };
        },
      },
    };
  },
};
