import { didYouMean } from '../../nearest-name.ts';
import { type Fields, isFields, textOf } from '../../schema/fields.ts';
import { watched } from '../read-keys.ts';
import type { Carry, Expectation } from './expectation.ts';
import { COLUMN_EXPECTATIONS } from './of-columns.ts';
import { TABLE_EXPECTATIONS } from './of-tables.ts';
import { VALUE_EXPECTATIONS } from './of-values.ts';

/** All expectations that are known, by name. */
export const EXPECTATIONS: ReadonlyMap<string, Carry> = new Map([
  ...Object.entries(VALUE_EXPECTATIONS),
  ...Object.entries(COLUMN_EXPECTATIONS),
  ...Object.entries(TABLE_EXPECTATIONS),
]);

/** Arguments that say how results are shown, or what is read anyway, and demand nothing. */
const NEUTRAL: readonly string[] = [
  'auto',
  'batch_id',
  'catch_exceptions',
  'condition_parser',
  'include_config',
  'meta',
  'output_strftime_format',
  'parse_strings_as_datetimes',
  'profiler_config',
  'quote_values',
  'result_format',
  'strictly',
  'table',
];

/** Carries one expectation over into the contract, or notes why it cannot be; arguments left unread are noted too. */
export function carryExpectation(expectation: Expectation): void {
  const { name, losses, path, given } = expectation;
  const { fields, unread } = watched(given);
  const carry = EXPECTATIONS.get(name);
  const lost =
    carry === undefined
      ? `not known to the conversion${didYouMean(name, EXPECTATIONS.keys())}; write the rule by hand`
      : (filterProblem(given) ??
        parameterProblem(given) ??
        columnProblem(expectation) ??
        carry({ ...expectation, given: fields }));
  if (lost !== undefined) {
    losses.add(path, `${name}: ${lost}`);
    return;
  }
  for (const key of unread())
    if (!NEUTRAL.includes(key) && given[key] !== false)
      losses.add(path, `${name}: its argument ${key} has no counterpart and was left out`);
}

/** `row_condition` filters the rows an expectation is about. */
function filterProblem({ row_condition: filter }: Fields): string | undefined {
  if (filter === undefined || filter === null) return undefined;
  return `it holds only where ${JSON.stringify(filter)}, and rules here hold for all rows; write a rowCondition such as "not (where) or (condition)"`;
}

function parameterProblem(given: Fields): string | undefined {
  const open = Object.entries(given).find(
    ([, value]) => isFields(value) && ('$PARAMETER' in value || '$SUITE_PARAMETER' in value),
  );
  return open && `${open[0]} is a parameter that is filled in at run time; write its value`;
}

function columnProblem({ name, given }: Expectation): string | undefined {
  const aboutColumn = /^expect_column_(?!pair)/.test(name);
  return aboutColumn && textOf(given['column']) === undefined ? 'it names no column' : undefined;
}
