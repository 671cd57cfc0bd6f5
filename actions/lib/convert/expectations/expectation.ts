import { type Fields, listOf, textOf } from '../../schema/fields.ts';
import type { ValuePath } from '../../schema/parsed-text.ts';
import { linearPattern } from '../../schema/regular-expressions.ts';
import { columnTerm } from '../conditions.ts';
import type { LimitDraft, RuleDraft } from '../contract-draft.ts';
import type { Losses } from '../losses.ts';
import { isScalar, numberOf, type Scalar } from '../source-fields.ts';
import type { ColumnParts, TableBuilder } from '../table-builder.ts';

/** One expectation of a suite, or a dbt test of the same name. */
export interface Expectation {
  readonly name: string;
  readonly given: Fields;
  readonly path: ValuePath;
  readonly table: TableBuilder;
  readonly losses: Losses;
  readonly words: Pick<RuleDraft, 'name' | 'description' | 'severity'>;
}

/** Carries an expectation over, or says why it cannot be. */
export type Carry = (expectation: Expectation) => Lost | undefined;

/** Why, and what to do instead. */
export type Lost = string;

/** The column an expectation is about. */
export const columnOf = ({ given, table }: Expectation): ColumnParts =>
  table.column(textOf(given['column']) ?? '');

/** Share of the values that must satisfy an expectation, as the limit of a rule that counts those that do not. */
export function toleranceOf(expectation: Expectation): Pick<RuleDraft, 'limit' | 'unit'> {
  const mostly = numberOf(expectation.given['mostly']);
  if (mostly === undefined || mostly >= 1) return { limit: { mustBe: 0 } };
  return { limit: { mustBeLessOrEqualTo: percentBeyond(mostly) }, unit: 'percent' };
}

/** What is left of a share, in percent, without the noise of binary fractions. */
export const percentBeyond = (share: number): number => Number((100 * (1 - share)).toPrecision(12));

/** Adds a rule that values are valid, with the tolerance of `mostly`. */
export function demandValid(expectation: Expectation, demands: RuleDraft['arguments']): undefined {
  const { given, words, losses, path } = expectation;
  const mostly = numberOf(given['mostly']);
  if (mostly !== undefined && mostly < 1)
    losses.add(
      path,
      `mostly: ${mostly} was a share of the values that are not null; the limit in percent is of all rows, which is wider where values are missing`,
    );
  columnOf(expectation).rules.push({
    ...words,
    metric: 'invalidValues',
    ...(demands && { arguments: demands }),
    ...toleranceOf(expectation),
    dimension: 'conformity',
  });
  return undefined;
}

/** The limit `min_value` … `max_value`; `undefined` without either. */
export function limitBetween(given: Fields, scale = 1): LimitDraft | undefined {
  const [low, high] = [numberOf(given['min_value']), numberOf(given['max_value'])];
  const scaled = (value: number): number => Number((value * scale).toPrecision(15));
  if (low !== undefined && high !== undefined && given['strict_min'] !== true && given['strict_max'] !== true)
    return low === high ? { mustBe: scaled(low) } : { mustBeBetween: [scaled(low), scaled(high)] };
  if (low !== undefined && high === undefined)
    return given['strict_min'] === true
      ? { mustBeGreaterThan: scaled(low) }
      : { mustBeGreaterOrEqualTo: scaled(low) };
  if (high !== undefined && low === undefined)
    return given['strict_max'] === true
      ? { mustBeLessThan: scaled(high) }
      : { mustBeLessOrEqualTo: scaled(high) };
  return undefined;
}

/** The limits `min_value` … `max_value`, as two where one of two ends does not belong to the range. */
export function limitsBetween(given: Fields, scale = 1): readonly LimitDraft[] {
  const whole = limitBetween(given, scale);
  if (whole) return [whole];
  const { min_value: low, strict_min: aboveLow, max_value: high, strict_max: belowHigh } = given;
  return [
    limitBetween({ min_value: low, strict_min: aboveLow }, scale),
    limitBetween({ max_value: high, strict_max: belowHigh }, scale),
  ].filter((limit) => limit !== undefined);
}

/** A list of values; `undefined` when it holds anything that a contract cannot. */
export function valuesOf(value: unknown): readonly Scalar[] | undefined {
  const values = listOf(value).filter((item) => item !== null);
  return values.length > 0 && values.every(isScalar) ? values : undefined;
}

/** Two columns of a row, as terms of a condition. */
export const pairOf = ({ given }: Expectation): readonly [string, string] => [
  columnTerm(textOf(given['column_A']) ?? ''),
  columnTerm(textOf(given['column_B']) ?? ''),
];

export const NO_VALUES =
  'the list is empty or holds values that are no texts, numbers or booleans; write the rule by hand';

/** Why a pattern cannot be used here. */
export function patternProblem(pattern: string): Lost | undefined {
  try {
    linearPattern(pattern, 'u');
    return undefined;
  } catch {
    return `the pattern ${JSON.stringify(pattern)} is not one of the RE2 syntax (no lookaround, no back references); write it in another way`;
  }
}
