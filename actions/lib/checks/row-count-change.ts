import { thresholdText } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition } from './check.ts';
import { noReference, referenceOf, tableOf, unmeasured } from './evidence.ts';
import { planned } from './planned.ts';
import { allRows } from './row-count.ts';

/** How many times as many rows there are as before. */
export const rowCountChange: CheckDefinition = {
  name: 'rowCountChange',
  about: 'How many times as many rows there are as in the baseline: 1 is as many, 0.5 is half as many',
  level: ['table'],
  aliases: [
    ['TFDV', 'COMPARATOR_LOW_NUM_EXAMPLES, COMPARATOR_HIGH_NUM_EXAMPLES'],
    ['Soda', 'change for row_count'],
    ['Deequ', 'RelativeRateOfChangeStrategy on Size'],
  ],
  dimension: 'coverage',
  units: ['value'],
  parameters: [
    { name: 'against', kind: 'reference', about: '`baseline` (the default) or a split' },
    { name: 'split', kind: 'split', about: 'The split that is compared; the whole table when absent' },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: rowCountChange, against: baseline, mustBeBetween: [0.8, 1.5] }`,
  plan(rule, table) {
    const given = readArguments(rule, rowCountChange.parameters, table);
    const against = given.text('against') ?? 'baseline';
    const split = given.text('split');
    const head = planned(rowCountChange, rule, '');
    return {
      ...head,
      title: rule.title ?? `${thresholdText(head.threshold)} times the rows of the ${against}`,
      work: {
        kind: 'profile',
        decide(evidence) {
          const [before, now] = [referenceOf(evidence, against), tableOf(evidence, split)];
          if (before === undefined) return noReference(against);
          if (now === undefined) return unmeasured(`no files of the split "${split}" were read`);
          if (allRows(before) === 0) return unmeasured(`the ${against} has no rows`);
          return {
            count: allRows(now) / allRows(before),
            note: `${allRows(now)} rows, ${allRows(before)} in the ${against}`,
          };
        },
      },
    };
  },
};
