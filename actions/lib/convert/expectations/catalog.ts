import { didYouMean } from '../../nearest-name.ts';
import { textOf } from '../source-fields.ts';
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

/** Keys of an expectation that filter the rows it is about. */
const FILTERS = ['row_condition'] as const;

/** Carries one expectation over into the contract, or notes why it cannot be. */
export function carryExpectation(expectation: Expectation): void {
  const { name, losses, path, given } = expectation;
  const carry = EXPECTATIONS.get(name);
  const filter = FILTERS.find((key) => given[key] !== undefined && given[key] !== null);
  const lost =
    carry === undefined
      ? `not known to the conversion${didYouMean(name, EXPECTATIONS.keys())}; write the rule by hand`
      : filter !== undefined
        ? `it holds only where ${JSON.stringify(textOf(given[filter]) ?? given[filter])}, and rules here hold for all rows; write a rowCondition such as "not (where) or (condition)"`
        : (parameterProblem(expectation) ?? columnProblem(expectation) ?? carry(expectation));
  if (lost !== undefined) losses.add(path, `${name}: ${lost}`);
}

function parameterProblem({ given }: Expectation): string | undefined {
  const open = Object.entries(given).find(
    ([, value]) =>
      typeof value === 'object' && value !== null && ('$PARAMETER' in value || '$SUITE_PARAMETER' in value),
  );
  return open && `${open[0]} is a parameter that is filled in at run time; write its value`;
}

function columnProblem({ name, given }: Expectation): string | undefined {
  const aboutColumn = /^expect_column_(?!pair)/.test(name);
  return aboutColumn && textOf(given['column']) === undefined ? 'it names no column' : undefined;
}
