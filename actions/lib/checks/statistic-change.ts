import { thresholdText } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition } from './check.ts';
import { noReference, profileOf, referenceOf, specOf, tableOf, unmeasured } from './evidence.ts';
import { columnOf, planned } from './planned.ts';
import { chosenStatistic, STATISTIC_PARAMETERS } from './statistics.ts';

const MODES = ['relative', 'absolute'];

/** By how much a number that describes a column differs from before. */
export const statisticChange: CheckDefinition = {
  name: 'statisticChange',
  about:
    'By how much a number that describes a column differs from the baseline: as a share of it (`relative`, the ' +
    'default: 0.1 is 10 percent more, -0.1 less) or as a difference (`absolute`)',
  level: ['column'],
  aliases: [
    ['Deequ', 'RelativeRateOfChangeStrategy, AbsoluteChangeStrategy'],
    ['Soda', 'change for avg, …'],
  ],
  dimension: 'consistency',
  units: ['value'],
  parameters: [
    ...STATISTIC_PARAMETERS,
    { name: 'mode', kind: { oneOf: MODES }, about: '`relative` (the default) or `absolute`' },
    { name: 'against', kind: 'reference', about: '`baseline` (the default) or a split' },
    { name: 'split', kind: 'split', about: 'The split that is compared; the whole table when absent' },
  ],
  example: `properties:
  - name: income
    quality:
      - { type: custom, engine: validateData, implementation: { check: statisticChange, statistic: mean, mustBeBetween: [-0.1, 0.1] } }`,
  plan(rule, table) {
    const column = columnOf(rule);
    const given = readArguments(rule, statisticChange.parameters, table);
    const chosen = chosenStatistic(rule, given);
    const against = given.text('against') ?? 'baseline';
    const relative = given.text('mode') !== 'absolute';
    const hidden = specOf(table, column)?.classified === true;
    const head = planned(statisticChange, rule, '');
    return {
      ...head,
      title: rule.title ?? `change of the ${chosen.name} ${thresholdText(head.threshold)}`,
      work: {
        kind: 'profile',
        decide(evidence) {
          const reference = referenceOf(evidence, against);
          if (reference === undefined) return noReference(against);
          const [before, now] = [reference, tableOf(evidence, given.text('split'))].map((one) => {
            const profile = profileOf(one, column);
            return profile === undefined ? undefined : chosen.of(profile);
          });
          if (before === undefined || now === undefined)
            return unmeasured(
              `${before === undefined ? `the ${against}` : 'the data'} has no ${chosen.name} of "${column}"`,
            );
          if (relative && before.value === 0) return unmeasured(`the ${chosen.name} of the ${against} is 0`);
          const difference = now.value - before.value;
          return {
            count: relative ? difference / Math.abs(before.value) : difference,
            hidden: !relative && hidden,
            ...(!hidden && { note: `${chosen.name} ${now.value}, ${before.value} in the ${against}` }),
          };
        },
      },
    };
  },
};
