import type { Json } from '../../checks/check.ts';
import { fieldsOf, isFields, listOf } from '../../schema/fields.ts';
import { numberOf } from '../source-fields.ts';
import {
  type Carry,
  columnOf,
  demandValid,
  type Expectation,
  type Lost,
  limitsBetween,
  NO_VALUES,
  percentBeyond,
  valuesOf,
} from './expectation.ts';

const statistic =
  (name: string): Carry =>
  (expectation) =>
    measured(expectation, 'statistic', { statistic: name });

/** Expectations about a column as a whole. */
export const COLUMN_EXPECTATIONS: Readonly<Record<string, Carry>> = {
  expect_column_to_exist: (expectation) => {
    columnOf(expectation);
    const index = expectation.given['column_index'];
    return index === undefined || index === null
      ? undefined
      : `column_index ${JSON.stringify(index)}: the place of a single column is not checked; "fieldsMatch: exact" checks the order of all`;
  },
  expect_column_max_to_be_between: statistic('max'),
  expect_column_min_to_be_between: statistic('min'),
  expect_column_mean_to_be_between: statistic('mean'),
  expect_column_median_to_be_between: statistic('median'),
  expect_column_stdev_to_be_between: statistic('stddev'),
  expect_column_sum_to_be_between: statistic('sum'),
  expect_column_quantile_values_to_be_between: quantiles,
  expect_column_unique_value_count_to_be_between: (expectation) => measured(expectation, 'distinctCount'),
  expect_column_proportion_of_unique_values_to_be_between: (expectation) =>
    measured(expectation, 'distinctCount', {}, 100),
  expect_column_proportion_of_non_null_values_to_be_between: nonNull,
  expect_column_distinct_values_to_be_in_set: (expectation) => allowed(expectation),
  expect_column_distinct_values_to_equal_set: (expectation) => {
    const lost = allowed(expectation);
    const values = valuesOf(expectation.given['value_set']);
    if (lost !== undefined || values === undefined) return lost ?? NO_VALUES;
    return measured(
      { ...expectation, given: { min_value: values.length, column: expectation.given['column'] } },
      'distinctCount',
    );
  },
  expect_column_distinct_values_to_contain_set: () =>
    'that all values of a list occur is not checked; distinctCount checks how many there are',
  expect_column_most_common_value_to_be_in_set: () =>
    'the most common value is not checked; classBalance and drift watch over shares of values',
  expect_column_kl_divergence_to_be_less_than: () =>
    'a stored partition cannot be compared with; use "check: drift, method: kullbackLeibler" against a baseline',
  expect_column_chisquare_test_p_value_to_be_greater_than: () =>
    'a stored partition cannot be compared with; use "check: drift, method: chiSquare" against a baseline',
  expect_column_bootstrapped_ks_test_p_value_to_be_greater_than: () =>
    'a stored partition cannot be compared with; use "check: drift, method: ks" against a baseline',
  expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than: () =>
    'comparisons with a theoretical distribution are not made; use "check: drift, method: ks" against a baseline',
};

function measured(
  expectation: Expectation,
  check: 'statistic' | 'distinctCount',
  given: Readonly<Record<string, Json>> = {},
  scale = 1,
): Lost | undefined {
  const limits = limitsBetween(expectation.given, scale);
  if (limits.length === 0)
    return 'it has neither min_value nor max_value that is a number; limits of dates go to minimum and maximum of the column';
  for (const limit of limits)
    columnOf(expectation).rules.push({
      ...expectation.words,
      check,
      arguments: given,
      limit,
      ...(scale === 100 && { unit: 'percent' }),
      dimension: check === 'statistic' ? 'accuracy' : 'uniqueness',
    });
  return undefined;
}

/** Great Expectations takes quantiles of the data by the nearest value; here they are interpolated (type 7). */
function quantiles(expectation: Expectation): Lost | undefined {
  const ranges = fieldsOf(expectation.given['quantile_ranges']);
  const shares = listOf(ranges['quantiles']);
  const limits = listOf(ranges['value_ranges']);
  if (!isFields(expectation.given['quantile_ranges']) || shares.length === 0)
    return 'it has no quantile_ranges';
  const pairs = shares.map((share, index) => ({ p: numberOf(share), range: listOf(limits[index]) }));
  for (const { p, range } of pairs) {
    if (p === undefined) continue;
    const lost = measured(
      {
        ...expectation,
        given: { column: expectation.given['column'], min_value: range[0], max_value: range[1] },
      },
      'statistic',
      { statistic: 'quantile', p },
    );
    if (lost !== undefined) return `quantile ${p}: ${lost}`;
  }
  return undefined;
}

function nonNull(expectation: Expectation): Lost | undefined {
  const { given } = expectation;
  const [low, high] = [numberOf(given['min_value']), numberOf(given['max_value'])];
  const limits = limitsBetween({
    min_value: high === undefined ? undefined : percentBeyond(high),
    strict_min: given['strict_max'],
    max_value: low === undefined ? undefined : percentBeyond(low),
    strict_max: given['strict_min'],
  });
  if (limits.length === 0) return 'it has neither min_value nor max_value';
  for (const limit of limits)
    columnOf(expectation).rules.push({
      ...expectation.words,
      metric: 'nullValues',
      limit,
      unit: 'percent',
      dimension: 'completeness',
    });
  return undefined;
}

function allowed(expectation: Expectation): Lost | undefined {
  const values = valuesOf(expectation.given['value_set']);
  if (values === undefined) return NO_VALUES;
  return demandValid(
    { ...expectation, given: { column: expectation.given['column'] } },
    { validValues: values },
  );
}
