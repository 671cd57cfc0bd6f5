import { satisfies, type Threshold } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, Measurement } from './check.ts';
import { keptBack, profileOf, tableOf, unmeasured, valuesIn } from './evidence.ts';
import { columnOf, type PlanHead, planned } from './planned.ts';

/** How sure an estimate must be: beyond this many standard deviations its side of a limit is not chance. */
const SURE = 3;

/** How many different values a column has. */
export const distinctCount: CheckDefinition = {
  name: 'distinctCount',
  about:
    'How many different values a column has, or what share of its values that is. Exact for columns with few ' +
    'different values; else estimated, and inconclusive where the estimate may lie on either side of the limit',
  level: ['column'],
  aliases: [
    ['Deequ', 'hasNumberOfDistinctValues, hasDistinctness, hasApproxCountDistinct'],
    ['Great Expectations', 'expect_column_unique_value_count_to_be_between, _proportion_of_unique_values_…'],
    ['Soda', 'distinct_count'],
    ['TFDV', 'FEATURE_TYPE_HIGH_UNIQUE, FEATURE_TYPE_LOW_UNIQUE'],
  ],
  dimension: 'uniqueness',
  units: ['value', 'percent'],
  parameters: [
    { name: 'split', kind: 'split', about: 'The split that is looked at; the whole table when absent' },
  ],
  example: `properties:
  - name: country
    quality:
      - { type: custom, engine: validateData, implementation: { check: distinctCount, mustBeBetween: [10, 249] } }`,
  plan(rule, table) {
    const column = columnOf(rule);
    const split = readArguments(rule, distinctCount.parameters, table).text('split');
    const head = planned(distinctCount, rule, 'different values');
    return {
      ...head,
      work: {
        kind: 'profile',
        decide(evidence) {
          const profile = profileOf(tableOf(evidence, split), column);
          if (profile === undefined) return unmeasured(`the data has no column "${column}"`);
          const unknown = keptBack(profile);
          if (unknown !== undefined) return unmeasured(unknown);
          const of = valuesIn(profile);
          const { count, exact, relativeError = 0 } = profile.distinct;
          return exact ? { count, of } : estimated(head, count, of, relativeError);
        },
      },
    };
  },
};

function estimated({ threshold, unit }: PlanHead, count: number, of: number, error: number): Measurement {
  const spread = SURE * error * count;
  const scale = unit === 'percent' ? 100 / of : 1;
  const sides = [count - spread, count, Math.min(of, count + spread)].map((at) =>
    limitSide(threshold, at * scale),
  );
  const sure = new Set(sides).size === 1;
  return {
    count,
    of,
    note: `estimated, ± ${Number((100 * error).toPrecision(2))} % (one standard deviation)`,
    ...(!sure && { verdict: { status: 'inconclusive' as const } }),
  };
}

const limitSide = (threshold: Threshold, value: number): boolean => satisfies(threshold, value);
