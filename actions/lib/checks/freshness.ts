import { durationText } from '../duration.ts';
import { satisfies, type Threshold, thresholdText } from '../stats/threshold.ts';
import { type Arguments, readArguments } from './arguments.ts';
import type { CheckDefinition, Rule, TableSpec } from './check.ts';
import { columnWithRole, specOf } from './evidence.ts';
import { DAY_MS, instantRange, instantText } from './instants.ts';
import { planned, refusal } from './planned.ts';

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
  parameters: [
    {
      name: 'column',
      kind: 'column',
      about: 'The column of dates; the one with the role `time` when absent',
    },
    {
      name: 'maxAge',
      kind: 'duration',
      about: 'The greatest age, such as `36h` or `7d`, in place of a limit in days',
    },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: freshness, column: month, maxAge: 40d }`,
  plan(rule, table) {
    const given = readArguments(rule, freshness.parameters, table);
    const column = timeColumn(rule, given, table);
    const maxAge = given.duration('maxAge');
    const hidden = specOf(table, column)?.classified === true;
    const head = planned(freshness, withMaxAge(rule, maxAge), '');
    const limit =
      maxAge === undefined ? `${thresholdText(head.threshold)} days` : `at most ${durationText(maxAge)}`;
    return {
      ...head,
      title: rule.title ?? `the latest ${column} is ${limit} old`,
      field: column,
      work: {
        kind: 'profile',
        decide({ table: read, now }) {
          const range = instantRange(read, column);
          if ('none' in range) return range.none;
          const age = (now - range.latest) / DAY_MS;
          const latest = instantText(range.latest, range.type);
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
              discoveries: [
                { field: column, value: latest, expected: `${limit} old`, hint: 'the latest value' },
              ],
            }),
          };
        },
      },
    };
  },
};

/** The limit in days that a greatest age stands for. */
export function withMaxAge(rule: Rule, maxAge: number | undefined): Rule {
  if (maxAge === undefined) return rule;
  if (rule.threshold !== undefined) throw refusal(rule, 'give maxAge or an operator, not both');
  const threshold: Threshold = { kind: 'single', operator: 'mustBeLessOrEqualTo', value: maxAge / DAY_MS };
  return { ...rule, threshold };
}

/** The column of times a rule is about: its own, the one it names, the one with that role. */
export function timeColumn(rule: Rule, given: Arguments, table: TableSpec): string {
  const column = given.text('column') ?? rule.column ?? columnWithRole(table, 'time');
  if (column !== undefined) return column;
  throw refusal(rule, 'name the column of dates in "column", or give it the role time in the contract');
}
