import { thresholdText } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition } from './check.ts';
import { unmeasured } from './evidence.ts';
import { planned } from './planned.ts';

/** What share of all rows a split has. */
export const splitRatio: CheckDefinition = {
  name: 'splitRatio',
  about: 'The share of the rows of all splits that one of them has, in percent',
  level: ['table'],
  aliases: [['deepchecks', 'DatasetsSizeComparison']],
  dimension: 'coverage',
  units: ['percent', 'rows'],
  parameters: [{ name: 'split', kind: 'split', required: true, about: 'The split whose share is measured' }],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: splitRatio, split: test, mustBeBetween: [10, 40], unit: percent }`,
  plan(rule, table) {
    const split = readArguments(rule, splitRatio.parameters, table).text('split') ?? '';
    const head = planned(splitRatio, rule, '');
    return {
      ...head,
      title: rule.title ?? `${split}: ${thresholdText(head.threshold)} ${head.unit} of all`,
      work: {
        kind: 'profile',
        decide({ splits }) {
          const own = splits.get(split);
          if (own === undefined) return unmeasured(`no files of the split "${split}" were read`);
          const of = [...splits.values()].reduce((sum, { rows }) => sum + rows, 0);
          return { count: own.rows, of };
        },
      },
    };
  },
};
