import { durationText } from '../duration.ts';
import { satisfies, thresholdText } from '../stats/threshold.ts';
import { timestampText } from '../tabular/calendar.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, Rule } from './check.ts';
import { specOf } from './evidence.ts';
import { timeColumn, withMaxAge } from './freshness.ts';
import { DAY_MS, instantRange, instantText } from './instants.ts';
import { planned } from './planned.ts';

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
  parameters: [
    {
      name: 'column',
      kind: 'column',
      about: 'The column of dates; the one with the role `time` when absent',
    },
    {
      name: 'maxAge',
      kind: 'duration',
      about: 'The greatest age, such as `730d`, in place of a limit in days',
    },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: retention, column: signup_at, maxAge: 1825d }`,
  plan(rule, table) {
    const given = readArguments(rule, retention.parameters, table);
    const column = timeColumn(rule, given, table);
    const maxAge = given.duration('maxAge');
    const head = planned(retention, withMaxAge(rule, maxAge), '');
    const limit =
      maxAge === undefined ? `${thresholdText(head.threshold)} days` : `at most ${durationText(maxAge)}`;
    const classified = specOf(table, column)?.classified === true;
    return {
      ...head,
      title: rule.title ?? `the oldest ${column} is ${limit} old`,
      field: column,
      work: {
        kind: 'profile',
        decide({ table: read, now }) {
          const range = instantRange(read, column);
          if ('none' in range) return range.none;
          const age = (now - range.earliest) / DAY_MS;
          if (satisfies(head.threshold, age)) return { count: age, hidden: classified };
          const oldest = instantText(range.earliest, range.type);
          return {
            count: age,
            hidden: classified,
            discoveries: [
              { field: column, value: oldest, expected: `${limit} old`, hint: 'the oldest value' },
            ],
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
