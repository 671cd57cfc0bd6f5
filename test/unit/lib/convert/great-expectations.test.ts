import { describe, expect, it } from 'vitest';
import { EXPECTATIONS } from '../../../../actions/lib/convert/expectations/catalog.ts';
import { bare, columnOf, convertAndRead } from './read-back.ts';

const suite = (...expectations: readonly object[]) =>
  JSON.stringify({
    name: 'suite',
    expectations: [{ type: 'expect_column_to_exist', kwargs: { column: 'seen' }, meta: {} }, ...expectations],
    meta: {},
  });

const convert = (type: string, kwargs: object) => convertAndRead(suite({ type, kwargs, meta: {} }));

const column = 'a';
const set = { column, value_set: ['x', 'y'] };
const range = { column, min_value: 1, max_value: 5 };

/** Name, arguments, and the rules of column `a` that come of it. */
const OF_COLUMNS: readonly (readonly [string, object, readonly object[]])[] = [
  [
    'expect_column_values_to_be_in_set',
    set,
    [{ metric: 'invalidValues', arguments: { validValues: ['x', 'y'] }, mustBe: 0 }],
  ],
  [
    'expect_column_values_to_be_in_set',
    { ...set, mostly: 0.9 },
    [
      {
        metric: 'invalidValues',
        arguments: { validValues: ['x', 'y'] },
        mustBeLessOrEqualTo: 10,
        unit: 'percent',
      },
    ],
  ],
  [
    'expect_column_values_to_not_be_in_set',
    set,
    [{ metric: 'invalidValues', arguments: { invalidValues: ['x', 'y'] }, mustBe: 0 }],
  ],
  ['expect_column_values_to_not_be_null', { column }, [{ metric: 'nullValues', mustBe: 0 }]],
  [
    'expect_column_values_to_not_be_null',
    { column, mostly: 0.995 },
    [{ metric: 'nullValues', mustBeLessOrEqualTo: 0.5, unit: 'percent' }],
  ],
  [
    'expect_column_values_to_be_null',
    { column, mostly: 0.6 },
    [{ metric: 'nullValues', mustBeGreaterOrEqualTo: 60, unit: 'percent' }],
  ],
  ['expect_column_values_to_be_unique', { column }, [{ metric: 'duplicateValues', mustBe: 0 }]],
  [
    'expect_column_values_to_be_between',
    range,
    [{ metric: 'invalidValues', arguments: { minimum: 1, maximum: 5 }, mustBe: 0 }],
  ],
  [
    'expect_column_values_to_be_between',
    { ...range, strict_min: true, strict_max: true },
    [{ metric: 'invalidValues', arguments: { exclusiveMinimum: 1, exclusiveMaximum: 5 }, mustBe: 0 }],
  ],
  [
    'expect_column_values_to_match_regex',
    { column, regex: '[a-z]+' },
    [{ metric: 'invalidValues', arguments: { pattern: '^(?:[a-z]+)' }, mustBe: 0 }],
  ],
  [
    'expect_column_values_to_match_regex_list',
    { column, regex_list: ['^a', '^b'] },
    [{ metric: 'invalidValues', arguments: { pattern: '^(?:(?:^a)|(?:^b))' }, mustBe: 0 }],
  ],
  [
    'expect_column_values_to_match_regex_list',
    { column, regex_list: ['^a', 'b$'], match_on: 'all' },
    [
      { metric: 'invalidValues', arguments: { pattern: '^a' }, mustBe: 0 },
      { metric: 'invalidValues', arguments: { pattern: '^(?:b$)' }, mustBe: 0 },
    ],
  ],
  [
    'expect_column_values_to_match_like_pattern',
    { column, like_pattern: 'A_%.' },
    [{ metric: 'invalidValues', arguments: { pattern: '^A[\\s\\S][\\s\\S]*\\.$' }, mustBe: 0 }],
  ],
  [
    'expect_column_value_lengths_to_be_between',
    { column, min_value: 2, max_value: 4 },
    [{ metric: 'invalidValues', arguments: { minLength: 2, maxLength: 4 }, mustBe: 0 }],
  ],
  [
    'expect_column_value_lengths_to_be_between',
    { column, min_value: 2, strict_min: true },
    [{ metric: 'invalidValues', arguments: { minLength: 3 }, mustBe: 0 }],
  ],
  [
    'expect_column_value_lengths_to_equal',
    { column, value: 3 },
    [{ metric: 'invalidValues', arguments: { minLength: 3, maxLength: 3 }, mustBe: 0 }],
  ],
  [
    'expect_column_value_z_scores_to_be_less_than',
    { column, threshold: 3, double_sided: true, mostly: 0.99 },
    [
      {
        implementation: {
          check: 'outliers',
          method: 'zScore',
          factor: 3,
          mustBeLessOrEqualTo: 1,
          unit: 'percent',
        },
      },
    ],
  ],
  [
    'expect_column_max_to_be_between',
    { column, max_value: 9 },
    [{ implementation: { check: 'statistic', statistic: 'max', mustBeLessOrEqualTo: 9 } }],
  ],
  [
    'expect_column_min_to_be_between',
    { column, min_value: 9, strict_min: true },
    [{ implementation: { check: 'statistic', statistic: 'min', mustBeGreaterThan: 9 } }],
  ],
  [
    'expect_column_mean_to_be_between',
    range,
    [{ implementation: { check: 'statistic', statistic: 'mean', mustBeBetween: [1, 5] } }],
  ],
  [
    'expect_column_median_to_be_between',
    { column, min_value: 2, max_value: 2 },
    [{ implementation: { check: 'statistic', statistic: 'median', mustBe: 2 } }],
  ],
  [
    'expect_column_stdev_to_be_between',
    { ...range, strict_max: true },
    [
      { implementation: { check: 'statistic', statistic: 'stddev', mustBeGreaterOrEqualTo: 1 } },
      { implementation: { check: 'statistic', statistic: 'stddev', mustBeLessThan: 5 } },
    ],
  ],
  [
    'expect_column_sum_to_be_between',
    range,
    [{ implementation: { check: 'statistic', statistic: 'sum', mustBeBetween: [1, 5] } }],
  ],
  [
    'expect_column_unique_value_count_to_be_between',
    range,
    [{ implementation: { check: 'distinctCount', mustBeBetween: [1, 5] } }],
  ],
  [
    'expect_column_proportion_of_unique_values_to_be_between',
    { column, min_value: 0.1 },
    [{ implementation: { check: 'distinctCount', mustBeGreaterOrEqualTo: 10, unit: 'percent' } }],
  ],
  [
    'expect_column_proportion_of_non_null_values_to_be_between',
    { column, min_value: 0.9 },
    [{ metric: 'nullValues', mustBeLessOrEqualTo: 10, unit: 'percent' }],
  ],
  [
    'expect_column_distinct_values_to_be_in_set',
    set,
    [{ metric: 'invalidValues', arguments: { validValues: ['x', 'y'] }, mustBe: 0 }],
  ],
  [
    'expect_column_distinct_values_to_equal_set',
    set,
    [
      { metric: 'invalidValues', arguments: { validValues: ['x', 'y'] }, mustBe: 0 },
      { implementation: { check: 'distinctCount', mustBeGreaterOrEqualTo: 2 } },
    ],
  ],
];

const pair = { column_A: 'a', column_B: 'b' };
const condition = (expression: string) => ({
  implementation: { check: 'rowCondition', expression, mustBe: 0 },
});

/** Name, arguments, and the rules of the table that come of it. */
const OF_TABLES: readonly (readonly [string, object, readonly object[]])[] = [
  [
    'expect_table_row_count_to_be_between',
    { min_value: 1, max_value: 9 },
    [{ metric: 'rowCount', mustBeBetween: [1, 9] }],
  ],
  ['expect_table_row_count_to_equal', { value: 4 }, [{ metric: 'rowCount', mustBe: 4 }]],
  [
    'expect_compound_columns_to_be_unique',
    { column_list: ['a', 'b'] },
    [{ metric: 'duplicateValues', arguments: { properties: ['a', 'b'] }, mustBe: 0 }],
  ],
  [
    'expect_select_column_values_to_be_unique_within_record',
    { column_list: ['a', 'b', 'c'] },
    [condition('`a` <> `b` and `a` <> `c` and `b` <> `c`')],
  ],
  [
    'expect_multicolumn_sum_to_equal',
    { column_list: ['a', 'b'], sum_total: 10 },
    [condition('`a` + `b` = 10')],
  ],
  [
    'expect_column_pair_values_to_be_equal',
    { ...pair, ignore_row_if: 'either_value_is_missing' },
    [condition('`a` = `b`')],
  ],
  [
    'expect_column_pair_values_to_be_equal',
    pair,
    [condition('(`a` is null and `b` is null) or (`a` is not null and `b` is not null and `a` = `b`)')],
  ],
  [
    'expect_column_pair_values_a_to_be_greater_than_b',
    { ...pair, ignore_row_if: 'neither' },
    [condition('`a` is not null and `b` is not null and `a` > `b`')],
  ],
  [
    'expect_column_pair_values_A_to_be_greater_than_B',
    { ...pair, or_equal: true, ignore_row_if: 'either_value_is_missing' },
    [condition('`a` >= `b`')],
  ],
  [
    'expect_column_pair_values_to_be_in_set',
    {
      ...pair,
      value_pairs_set: [
        ['x', 1],
        ["y'z", 2],
      ],
    },
    [condition("(`a` = 'x' and `b` = 1) or (`a` = 'y''z' and `b` = 2)")],
  ],
];

/** Those that cannot be carried over, each with a word of why. */
const LOST: readonly (readonly [string, object, RegExp])[] = [
  ['expect_column_values_to_not_match_regex', { column, regex: 'x' }, /no negation/],
  ['expect_column_values_to_not_match_regex_list', { column, regex_list: ['x'] }, /no counterpart/],
  ['expect_column_values_to_match_regex', { column, regex: '(?=x)' }, /RE2/],
  ['expect_column_values_to_be_increasing', { column }, /order of rows/],
  ['expect_column_values_to_be_decreasing', { column }, /order of rows/],
  ['expect_column_values_to_be_json_parseable', { column }, /no check that texts are JSON/],
  ['expect_column_values_to_match_json_schema', { column, json_schema: {} }, /row-schema/],
  ['expect_column_values_to_be_dateutil_parseable', { column }, /guesses/],
  ['expect_column_values_to_be_of_type', { column, type_: 'Quux' }, /no type here is called Quux/],
  ['expect_column_most_common_value_to_be_in_set', set, /most common/],
  ['expect_column_distinct_values_to_contain_set', set, /distinctCount/],
  ['expect_column_kl_divergence_to_be_less_than', { column }, /drift/],
  ['expect_table_column_count_to_equal', { value: 3 }, /fieldsMatch/],
  ['expect_table_row_count_to_equal_other_table', { other_table_name: 'b' }, /rowCountMatch/],
  ['expect_column_values_to_be_between', { column }, /neither min_value nor max_value/],
  ['expect_column_values_to_be_unique', {}, /names no column/],
  ['expect_column_values_to_be_uniqe', { column }, /did you mean "expect_column_values_to_be_unique"/],
  ['expect_column_values_to_be_in_set', { column, value_set: [] }, /list is empty/],
  ['expect_column_values_to_be_unique', { column, row_condition: 'b > 1' }, /only where "b > 1"/],
  ['expect_column_max_to_be_between', { column, min_value: { $PARAMETER: 'p' } }, /run time/],
  ['unexpected_rows_expectation', { unexpected_rows_query: 'select 1' }, /SQL/],
  ['expect_column_values_to_be_unique', { column, ties_okay: true }, /argument ties_okay/],
  ['expect_column_values_to_be_in_set', { ...set, mostly: 0.9 }, /not null/],
];

describe('expectations of columns', () => {
  it.each(OF_COLUMNS)('%s %j', (type, kwargs, rules) => {
    const { tables, losses } = convert(type, kwargs);
    expect(bare(columnOf(tables[0], column)?.['quality'])).toEqual(rules);
    if (!('mostly' in kwargs)) expect(losses).toEqual([]);
  });
});

describe('expectations of tables and rows', () => {
  it.each(OF_TABLES)('%s %j', (type, kwargs, rules) => {
    const { tables, losses } = convert(type, kwargs);
    expect(bare(tables[0]?.quality)).toEqual(rules);
    expect(losses).toEqual([]);
  });
});

describe('what is lost is told', () => {
  it.each(LOST)('%s %j', (type, kwargs, why) => {
    const { losses } = convert(type, kwargs);
    expect(losses).toHaveLength(1);
    expect(losses[0]).toMatch(why);
    expect(losses[0]).toMatch(/^source:1:\d+: expectations\[1\]: /);
  });

  it('knows at least forty expectations, each covered here or in a fixture', () => {
    const covered = [...OF_COLUMNS, ...OF_TABLES, ...LOST].map(([name]) => name.toLowerCase());
    const elsewhere = [
      'expect_column_to_exist',
      'expect_table_columns_to_match_ordered_list',
      'expect_table_columns_to_match_set',
      'expect_column_quantile_values_to_be_between',
      'expect_column_values_to_match_strftime_format',
      'expect_column_values_to_be_in_type_list',
      'expect_column_values_to_match_like_pattern_list',
      'expect_multicolumn_values_to_be_unique',
    ];
    const plainlyLost = [...EXPECTATIONS.keys()].filter(
      (name) => !covered.includes(name) && !elsewhere.includes(name),
    );
    expect(EXPECTATIONS.size).toBeGreaterThanOrEqual(40);
    for (const name of plainlyLost) expect(convert(name, { column, value: 1 }).losses).toHaveLength(1);
  });
});

describe('types, columns and words', () => {
  it('gives columns types, formats and their order', () => {
    const { tables, losses } = convertAndRead(
      suite(
        { type: 'expect_column_values_to_be_of_type', kwargs: { column, type_: 'VARCHAR(20)' } },
        {
          type: 'expect_column_values_to_be_in_type_list',
          kwargs: { column: 'n', type_list: ['INTEGER', 'int64', 'IntegerType'] },
        },
        {
          type: 'expect_column_values_to_match_strftime_format',
          kwargs: { column: 'd', strftime_format: '%d.%m.%Y' },
        },
        { type: 'expect_table_columns_to_match_set', kwargs: { column_set: ['n', 'd'], exact_match: false } },
      ),
    );
    expect(losses).toEqual([]);
    expect(columnOf(tables[0], column)).toMatchObject({ logicalType: 'string', physicalType: 'VARCHAR(20)' });
    expect(columnOf(tables[0], 'n')).toMatchObject({ logicalType: 'integer' });
    expect(columnOf(tables[0], 'd')).toMatchObject({
      logicalType: 'date',
      logicalTypeOptions: { format: 'dd.MM.yyyy' },
    });
    expect(tables[0]?.customProperties).toEqual([{ property: 'fieldsMatch', value: 'subset' }]);
  });

  it('keeps severity and notes, and reads names of classes', () => {
    const { tables } = convertAndRead(
      suite({
        type: 'ExpectColumnValuesToNotBeNull',
        kwargs: { column },
        severity: 'info',
        notes: ['one', 'two'],
      }),
    );
    expect(columnOf(tables[0], column)?.['quality']).toEqual([
      {
        metric: 'nullValues',
        description: 'one\ntwo',
        mustBe: 0,
        dimension: 'completeness',
        severity: 'info',
      },
    ]);
  });
});
