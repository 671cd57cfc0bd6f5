import { type CountedNumbers, profiledNumbers } from '../profile/counted-numbers.ts';
import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, Evidence, Measurement, Rule, TableEvidence } from './check.ts';
import { timeColumn } from './column-age.ts';
import { countBetween } from './counted.ts';
import { profileOf, specOf, unmeasured } from './evidence.ts';
import { type InstantRange, instantRange, instantText } from './instants.ts';
import { planned } from './planned.ts';

/** Counts rows of a later split that are not later than the earlier one. */
export const temporalLeakage: CheckDefinition = {
  name: 'temporalLeakage',
  about:
    'Rows of a later split whose time is not after the latest time of the splits before it: a model would be tested ' +
    'on what it could have seen',
  level: ['column', 'table'],
  aliases: [['deepchecks', 'DateTrainTestLeakageOverlap, DateTrainTestLeakageDuplicates']],
  dimension: 'timeliness',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [
    {
      name: 'column',
      kind: 'column',
      about: 'The column of times; the one with the role `time` when absent',
    },
    { name: 'order', kind: 'splits', required: true, about: 'The splits in the order of time' },
    { name: 'allowEqual', kind: 'boolean', about: 'Whether the same time may be in both; not when absent' },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: temporalLeakage, column: month, order: [train, test] }`,
  plan(rule, table) {
    const given = readArguments(rule, temporalLeakage.parameters, table);
    const column = timeColumn(rule, given, table);
    const order = given.texts('order') ?? [];
    const question: Question = {
      rule,
      column,
      order,
      allowEqual: given.flag('allowEqual'),
      hidden: specOf(table, column)?.classified === true,
    };
    return {
      ...planned(temporalLeakage, rule, `${order.join(' before ')} by ${column}`),
      field: column,
      work: { kind: 'profile', decide: (evidence) => decide(question, evidence) },
    };
  },
};

interface Question {
  readonly rule: Rule;
  readonly column: string;
  readonly order: readonly string[];
  readonly allowEqual: boolean;
  readonly hidden: boolean;
}

/** How much of a split is not later than those before it. */
interface Early {
  readonly count: number;
  readonly of: number;
  readonly exact: boolean;
}

function decide(question: Question, evidence: Evidence): Measurement {
  const { column, order } = question;
  const ranges: InstantRange[] = [];
  for (const split of order) {
    const range = instantRange(evidence.splits.get(split), column);
    if ('none' in range) return unmeasured(`${split}: ${range.none.note ?? ''}`);
    ranges.push(range);
  }
  const found = order.flatMap((split, at) => {
    const [range, limit] = [ranges[at], latestOf(ranges.slice(0, at))];
    if (range === undefined || limit === undefined) return [];
    const early = earlyRows(question, evidence.splits.get(split), range, limit.latest);
    return early === undefined ? [] : [{ split, limit, early }];
  });
  const total = found.map(({ early }) => early).reduce(sum, { count: 0, of: 0, exact: true });
  const worst = found.findLast(({ early }) => early.count > 0);
  return {
    ...{ count: total.count, of: total.of },
    ...(!total.exact && { note: 'estimated from the profile' }),
    ...(worst !== undefined &&
      !question.hidden && { locate: { rule: tooEarly(question, worst.limit), split: worst.split } }),
  };
}

const latestOf = (ranges: readonly InstantRange[]): InstantRange | undefined =>
  ranges.reduce<InstantRange | undefined>(
    (latest, range) => (latest === undefined || range.latest > latest.latest ? range : latest),
    undefined,
  );

const sum = (a: Early, b: Early): Early => ({
  count: a.count + b.count,
  of: a.of + b.of,
  exact: a.exact && b.exact,
});

function earlyRows(
  { column, allowEqual }: Question,
  table: TableEvidence | undefined,
  range: InstantRange,
  limit: number,
): Early | undefined {
  const profile = profileOf(table, column);
  const numbers = profile === undefined ? undefined : profiledNumbers(profile);
  if (numbers === undefined) return undefined;
  const count = countEarly(numbers, range, limit, allowEqual);
  return { count, of: numbers.total, exact: numbers.exact || count === 0 };
}

/** Rows not after a limit. Some are there whenever the earliest is not, however a bin would divide. */
function countEarly(
  numbers: CountedNumbers,
  { earliest }: InstantRange,
  limit: number,
  allowEqual: boolean,
): number {
  if (allowEqual ? earliest >= limit : earliest > limit) return 0;
  const early = countBetween(numbers, Number.NEGATIVE_INFINITY, limit);
  const equal = allowEqual && numbers.exact ? countBetween(numbers, limit, limit) : 0;
  return numbers.exact ? early - equal : Math.max(1, Math.round(early));
}

const tooEarly = ({ rule, column, allowEqual }: Question, limit: InstantRange): Rule => ({
  check: 'invalidValues',
  severity: rule.severity,
  column,
  arguments: {
    [allowEqual ? 'minimum' : 'exclusiveMinimum']: instantText(limit.latest, limit.type),
    ignoreMisfits: true,
  },
});
