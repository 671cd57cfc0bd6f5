import { thresholdText } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition } from './check.ts';
import { profileOf, specOf, tableOf, unmeasured, valuesIn } from './evidence.ts';
import { columnOf, planned } from './planned.ts';
import { chosenStatistic, STATISTIC_PARAMETERS } from './statistics.ts';

/** A number that describes a column: its mean, a quantile, its greatest length. */
export const statistic: CheckDefinition = {
  name: 'statistic',
  about:
    'A number that describes a column: minimum, maximum, mean, median, standard deviation (of a sample), variance, ' +
    'sum, a quantile (type 7), lengths of texts',
  level: ['column'],
  aliases: [
    [
      'Great Expectations',
      'expect_column_mean_to_be_between, _median_, _stdev_, _sum_, _min_, _max_, _quantile_values_…',
    ],
    ['Deequ', 'hasMean, hasMin, hasMax, hasSum, hasStandardDeviation, hasApproxQuantile'],
    ['Soda', 'avg, min, max, stddev, sum, percentile'],
    ['Evidently', 'MeanValue, MedianValue, QuantileValue'],
  ],
  dimension: 'accuracy',
  units: ['value'],
  parameters: [
    ...STATISTIC_PARAMETERS,
    { name: 'split', kind: 'split', about: 'The split that is looked at; the whole table when absent' },
  ],
  example: `properties:
  - name: income
    quality:
      - { type: custom, engine: validateData, severity: warning, implementation: { check: statistic, statistic: median, mustBeBetween: [28000, 46000] } }`,
  plan(rule, table) {
    const column = columnOf(rule);
    const given = readArguments(rule, statistic.parameters, table);
    const chosen = chosenStatistic(rule, given);
    const split = given.text('split');
    const hidden = specOf(table, column)?.classified === true;
    const head = planned(statistic, rule, '');
    return {
      ...head,
      title: rule.title ?? `${chosen.name} ${thresholdText(head.threshold)}`,
      work: {
        kind: 'profile',
        decide(evidence) {
          const profile = profileOf(tableOf(evidence, split), column);
          if (profile === undefined) return unmeasured(`the data has no column "${column}"`);
          const found = chosen.of(profile);
          if (found === undefined)
            return unmeasured(
              valuesIn(profile) === 0
                ? 'no values'
                : `a column of type ${profile.type} has no ${chosen.name}`,
            );
          return {
            count: found.value,
            hidden,
            ...(!found.exact && { note: 'estimated from the profile' }),
          };
        },
      },
    };
  },
};
