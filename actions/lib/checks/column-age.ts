import { durationText } from '../duration.ts';
import { type Threshold, thresholdText } from '../stats/threshold.ts';
import { type Arguments, readArguments } from './arguments.ts';
import type { CheckDefinition, Parameter, Rule, TableSpec } from './check.ts';
import { columnWithRole, specOf } from './evidence.ts';
import { DAY_MS } from './instants.ts';
import { planned, refusal } from './planned.ts';

/** What checks of the age of a column's values take. */
export const ageParameters = (examples: string): readonly Parameter[] => [
  { name: 'column', kind: 'column', about: 'The column of dates; the one with the role `time` when absent' },
  {
    name: 'maxAge',
    kind: 'duration',
    about: `The greatest age, such as ${examples}, in place of a limit in days`,
  },
];

/** What a rule asks of the age of one value of a column, its latest or oldest. */
export function planAge(
  definition: Pick<CheckDefinition, 'name' | 'parameters' | 'dimension' | 'units'>,
  rule: Rule,
  table: TableSpec,
  value: 'latest' | 'oldest',
) {
  const given = readArguments(rule, definition.parameters, table);
  const column = timeColumn(rule, given, table);
  refuseOtherTypes(rule, column, table);
  const maxAge = given.duration('maxAge');
  const head = planned(definition, withMaxAge(rule, maxAge), '');
  const limit =
    maxAge === undefined ? `${thresholdText(head.threshold)} days` : `at most ${durationText(maxAge)}`;
  return {
    head: { ...head, title: rule.title ?? `the ${value} ${column} is ${limit} old`, field: column },
    column,
    maxAge,
    classified: specOf(table, column)?.classified === true,
    /** The value, as what a failed check found. */
    discovery: (text: string) => ({
      field: column,
      value: text,
      expected: `${limit} old`,
      hint: `the ${value} value`,
    }),
  };
}

/** The column of times a rule is about: its own, the one it names, the one with that role. */
export function timeColumn(rule: Rule, given: Arguments, table: TableSpec): string {
  const column = given.text('column') ?? rule.column ?? columnWithRole(table, 'time');
  if (column !== undefined) return column;
  throw refusal(rule, 'name the column of dates in "column", or give it the role time in the contract');
}

/** A column that the contract gives another type can never have an age. */
function refuseOtherTypes(rule: Rule, column: string, table: TableSpec): void {
  const type = specOf(table, column)?.type;
  if (type === undefined || type === 'date' || type === 'timestamp') return;
  throw refusal(
    rule,
    `the contract says that "${column}" is of type ${type}, which has no age; name a column of type date or timestamp, or give "${column}" one of these types`,
  );
}

/** The limit in days that a greatest age stands for. */
function withMaxAge(rule: Rule, maxAge: number | undefined): Rule {
  if (maxAge === undefined) return rule;
  if (rule.threshold !== undefined) throw refusal(rule, 'give maxAge or an operator, not both');
  const threshold: Threshold = { kind: 'single', operator: 'mustBeLessOrEqualTo', value: maxAge / DAY_MS };
  return { ...rule, threshold };
}
