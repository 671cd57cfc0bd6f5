import { listOf, textOf } from '../../schema/fields.ts';
import { columnTerm, conditionRule, valueTerm } from '../conditions.ts';
import type { LimitDraft } from '../contract-draft.ts';
import { isScalar, numberOf, textsOf } from '../source-fields.ts';
import {
  type Carry,
  type Expectation,
  type Lost,
  limitsBetween,
  pairOf,
  toleranceOf,
} from './expectation.ts';

/** Expectations about rows, about several columns, and about the table. */
export const TABLE_EXPECTATIONS: Readonly<Record<string, Carry>> = {
  expect_table_row_count_to_be_between: (expectation) =>
    rowCount(expectation, limitsBetween(expectation.given)),
  expect_table_row_count_to_equal: (expectation) => {
    const value = numberOf(expectation.given['value']);
    return rowCount(expectation, value === undefined ? [] : [{ mustBe: value }]);
  },
  expect_table_row_count_to_equal_other_table: () =>
    'the other table must be an object of the contract; add it and a rule "check: rowCountMatch"',
  expect_table_columns_to_match_ordered_list: (expectation) => {
    const names = textsOf(expectation.given['column_list']);
    if (names.length === 0) return 'it has no column_list';
    expectation.table.order(names);
    expectation.table.set({ fieldsMatch: 'exact' });
    return undefined;
  },
  expect_table_columns_to_match_set: (expectation) => {
    const names = textsOf(expectation.given['column_set'] ?? expectation.given['column_list']);
    if (names.length === 0) return 'it has no column_set';
    for (const name of names) expectation.table.column(name);
    expectation.table.set({ fieldsMatch: expectation.given['exact_match'] === false ? 'subset' : 'equal' });
    return undefined;
  },
  expect_table_column_count_to_be_between: () =>
    'the number of columns is not checked; "fieldsMatch" checks their names',
  expect_table_column_count_to_equal: () =>
    'the number of columns is not checked; "fieldsMatch" checks their names',
  expect_compound_columns_to_be_unique: (expectation) => {
    const names = textsOf(expectation.given['column_list']);
    if (names.length === 0) return 'it has no column_list';
    for (const name of names) expectation.table.column(name);
    expectation.table.rules.push({
      ...expectation.words,
      metric: 'duplicateValues',
      arguments: { properties: names },
      ...toleranceOf(expectation),
      dimension: 'uniqueness',
    });
    return undefined;
  },
  expect_select_column_values_to_be_unique_within_record: distinctInRow,
  expect_multicolumn_values_to_be_unique: distinctInRow,
  expect_multicolumn_sum_to_equal: (expectation) => {
    const names = textsOf(expectation.given['column_list']);
    const total = numberOf(expectation.given['sum_total']);
    if (names.length === 0 || total === undefined) return 'it has no column_list or no sum_total';
    return rowCondition(expectation, names, `${names.map(columnTerm).join(' + ')} = ${total}`);
  },
  expect_column_pair_values_to_be_equal: (expectation) => comparePair(expectation, '='),
  expect_column_pair_values_a_to_be_greater_than_b: (expectation) =>
    comparePair(expectation, expectation.given['or_equal'] === true ? '>=' : '>'),
  expect_column_pair_values_to_be_in_set: pairSet,
  unexpected_rows_expectation: () =>
    'SQL cannot be run on files; write the condition that rows must satisfy as "check: rowCondition"',
  expect_query_results_to_match_comparison: () => 'SQL cannot be run on files',
};

function rowCount(expectation: Expectation, limits: readonly LimitDraft[]): Lost | undefined {
  if (limits.length === 0) return 'it has no limit';
  for (const limit of limits)
    expectation.table.rules.push({ ...expectation.words, metric: 'rowCount', limit, dimension: 'coverage' });
  return undefined;
}

function rowCondition(
  expectation: Expectation,
  columns: readonly string[],
  condition: string,
): Lost | undefined {
  for (const name of columns) expectation.table.column(name);
  expectation.table.rules.push(
    conditionRule(condition, { ...expectation.words, ...toleranceOf(expectation) }),
  );
  return undefined;
}

function distinctInRow(expectation: Expectation): Lost | undefined {
  const names = textsOf(expectation.given['column_list']);
  if (names.length < 2) return 'it needs a column_list of two columns or more';
  const pairs = names.flatMap((name, index) =>
    names.slice(index + 1).map((other) => `${columnTerm(name)} <> ${columnTerm(other)}`),
  );
  return rowCondition(expectation, names, pairs.join(' and '));
}

const pairNames = ({ given }: Expectation): readonly string[] => [
  textOf(given['column_A']) ?? '',
  textOf(given['column_B']) ?? '',
];

/**
 * A condition that is unknown, because a value is missing, is not broken here: that is "either_value_is_missing". The
 * default of Great Expectations ignores a row only when both are missing.
 */
function comparePair(expectation: Expectation, operator: string): Lost | undefined {
  const [a, b] = pairOf(expectation);
  const plain = `${a} ${operator} ${b}`;
  const both = `${a} is not null and ${b} is not null and ${plain}`;
  const ignored = textOf(expectation.given['ignore_row_if']) ?? 'both_values_are_missing';
  const conditions: Readonly<Record<string, string>> = {
    either_value_is_missing: plain,
    both_values_are_missing: `(${a} is null and ${b} is null) or (${both})`,
    neither: both,
    never: both,
  };
  const condition = conditions[ignored];
  if (condition === undefined) return `ignore_row_if: ${ignored} is not known`;
  return rowCondition(expectation, pairNames(expectation), condition);
}

function pairSet(expectation: Expectation): Lost | undefined {
  const [a, b] = pairOf(expectation);
  const pairs = listOf(expectation.given['value_pairs_set']).map((pair) => listOf(pair));
  const terms = pairs.map(([left, right]) =>
    isScalar(left) && isScalar(right)
      ? `(${a} = ${valueTerm(left)} and ${b} = ${valueTerm(right)})`
      : undefined,
  );
  if (terms.length === 0 || terms.includes(undefined))
    return 'its pairs are no texts, numbers or booleans; write a rowCondition';
  return rowCondition(expectation, pairNames(expectation), terms.join(' or '));
}
