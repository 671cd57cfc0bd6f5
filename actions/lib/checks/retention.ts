import { satisfies } from '../stats/threshold.ts';
import { timestampText } from '../tabular/calendar.ts';
import type { CheckDefinition, Rule } from './check.ts';
import { ageParameters, planAge } from './column-age.ts';
import { DAY_MS, instantRange, instantText } from './instants.ts';

/** How old the oldest value of a column is. */
export const retention: CheckDefinition = {
  name: 'retention',
  about:
    'How many days ago the oldest date or timestamp of a column is: data that should have been deleted by now',
  level: ['column', 'table'],
  aliases: [
    ['ODCS', 'slaProperties: retention'],
    ['datacontract-cli', 'retention'],
  ],
  dimension: 'timeliness',
  units: ['value'],
  parameters: ageParameters('`730d`'),
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: retention, column: signup_at, maxAge: 1825d }`,
  plan(rule, table) {
    const { head, column, maxAge, classified, discovery } = planAge(retention, rule, table, 'oldest');
    return {
      ...head,
      work: {
        kind: 'profile',
        decide({ table: read, now }) {
          const range = instantRange(read, column);
          if ('none' in range) return range.none;
          const age = (now - range.earliest) / DAY_MS;
          if (satisfies(head.threshold, age)) return { count: age, hidden: classified };
          return {
            count: age,
            hidden: classified,
            discoveries: [discovery(instantText(range.earliest, range.type))],
            ...(maxAge !== undefined &&
              !classified && { locate: { rule: tooOld(rule, column, now - maxAge) } }),
          };
        },
      },
    };
  },
};

const tooOld = (rule: Rule, column: string, limit: number): Rule => ({
  check: 'invalidValues',
  severity: rule.severity,
  column,
  arguments: { minimum: timestampText(Math.round(limit)), ignoreMisfits: true },
});
