import { satisfies } from '../stats/threshold.ts';
import type { CheckDefinition } from './check.ts';
import { ageParameters, planAge } from './column-age.ts';
import { DAY_MS, instantRange, instantText } from './instants.ts';

/** How old the latest value of a column is. */
export const freshness: CheckDefinition = {
  name: 'freshness',
  about:
    'How many days ago the latest date or timestamp of a column is; a date counts from its beginning in UTC. ' +
    'A latest value more than a day in the future proves nothing: then the check is inconclusive',
  level: ['column', 'table'],
  aliases: [
    ['ODCS', 'slaProperties: latency'],
    ['Soda', 'freshness'],
    ['dbt', 'freshness'],
    ['Great Expectations', 'expect_column_max_to_be_between'],
    ['Pointblank', 'data_freshness'],
  ],
  dimension: 'timeliness',
  units: ['value'],
  parameters: ageParameters('`36h` or `7d`'),
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: freshness, column: month, maxAge: 40d }`,
  plan(rule, table) {
    const { head, column, classified: hidden, discovery } = planAge(freshness, rule, table, 'latest');
    return {
      ...head,
      work: {
        kind: 'profile',
        decide({ table: read, now }) {
          const range = instantRange(read, column);
          if ('none' in range) return range.none;
          const age = (now - range.latest) / DAY_MS;
          return {
            count: age,
            hidden,
            ...(age < -1 && {
              verdict: { status: 'inconclusive' as const },
              note: hidden
                ? 'the latest value lies in the future'
                : `the latest value lies ${Math.floor(-age)} days in the future`,
            }),
            ...(!satisfies(head.threshold, age) && {
              discoveries: [discovery(instantText(range.latest, range.type))],
            }),
          };
        },
      },
    };
  },
};
