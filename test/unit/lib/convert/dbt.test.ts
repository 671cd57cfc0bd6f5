import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { limitAgainst } from '../../../../actions/lib/convert/count-condition.ts';
import { bare, columnOf, convertAndRead } from './read-back.ts';

const convert = (tests: readonly unknown[], ofModel: readonly unknown[] = []) =>
  convertAndRead(
    stringify({
      version: 2,
      models: [
        { name: 'm', columns: [{ name: 'a', data_tests: tests }, { name: 'b' }], data_tests: ofModel },
      ],
    }),
    'dbt',
  );

/** Tests of column `a`, and the rules that come of them. */
const OF_COLUMNS: readonly (readonly [unknown, readonly object[]])[] = [
  ['unique', [{ metric: 'duplicateValues', mustBe: 0 }]],
  ['not_null', [{ metric: 'nullValues', mustBe: 0 }]],
  [{ not_null: { severity: 'warn' } }, [{ metric: 'nullValues', mustBe: 0, severity: 'warning' }]],
  [
    { not_null: { config: { severity: 'warn', warn_if: '>5', error_if: '>50' } } },
    [{ metric: 'nullValues', mustBeLessOrEqualTo: 5, severity: 'warning' }],
  ],
  [
    { unique: { config: { error_if: '>=10' } } },
    [
      { metric: 'duplicateValues', mustBeLessThan: 10 },
      { metric: 'duplicateValues', mustBe: 0, severity: 'warning' },
    ],
  ],
  [
    { accepted_values: { values: ['x', 'y'], name: 'known' } },
    [{ metric: 'invalidValues', name: 'known', arguments: { validValues: ['x', 'y'] }, mustBe: 0 }],
  ],
  [
    { accepted_values: { arguments: { values: ['1', 'true', 'z'], quote: false } } },
    [{ metric: 'invalidValues', arguments: { validValues: [1, true, 'z'] }, mustBe: 0 }],
  ],
  [
    { 'dbt_utils.not_accepted_values': { values: ['x'] } },
    [{ metric: 'invalidValues', arguments: { invalidValues: ['x'] }, mustBe: 0 }],
  ],
  [
    { 'dbt_utils.accepted_range': { min_value: 0, max_value: 5 } },
    [{ metric: 'invalidValues', arguments: { minimum: 0, maximum: 5 }, mustBe: 0 }],
  ],
  [
    { 'dbt_utils.accepted_range': { min_value: 0, inclusive: false } },
    [{ metric: 'invalidValues', arguments: { exclusiveMinimum: 0 }, mustBe: 0 }],
  ],
  [
    { 'dbt_utils.not_null_proportion': { at_least: 0.8, at_most: 0.9 } },
    [
      { metric: 'nullValues', mustBeLessOrEqualTo: 20, unit: 'percent' },
      { metric: 'nullValues', mustBeGreaterOrEqualTo: 10, unit: 'percent' },
    ],
  ],
  ['dbt_utils.at_least_one', [{ metric: 'nullValues', mustBeLessThan: 100, unit: 'percent' }]],
  ['dbt_utils.not_empty_string', [{ metric: 'invalidValues', arguments: { pattern: '\\S' }, mustBe: 0 }]],
  ['dbt_utils.not_constant', [{ implementation: { check: 'distinctCount', mustBeGreaterOrEqualTo: 2 } }]],
  [
    {
      'dbt_expectations.expect_column_values_to_be_between': {
        min_value: 1,
        max_value: 2,
        strictly: true,
        config: { severity: 'warn' },
      },
    },
    [
      {
        metric: 'invalidValues',
        arguments: { exclusiveMinimum: 1, exclusiveMaximum: 2 },
        mustBe: 0,
        severity: 'warning',
      },
    ],
  ],
];

const condition = (expression: string) => ({
  implementation: { check: 'rowCondition', expression, mustBe: 0 },
});

const OF_MODELS: readonly (readonly [unknown, readonly object[]])[] = [
  [
    { 'dbt_utils.unique_combination_of_columns': { combination_of_columns: ['a', 'b'] } },
    [{ metric: 'duplicateValues', arguments: { properties: ['a', 'b'] }, mustBe: 0 }],
  ],
  [{ 'dbt_utils.expression_is_true': { expression: 'a + b > 0' } }, [condition('a + b > 0')]],
  [
    { 'dbt_utils.recency': { field: 'at', datepart: 'week', interval: 2 } },
    [{ implementation: { check: 'freshness', column: 'at', maxAge: '14d' } }],
  ],
  [
    { 'dbt_expectations.expect_table_row_count_to_be_between': { min_value: 3 } },
    [{ metric: 'rowCount', mustBeGreaterOrEqualTo: 3 }],
  ],
];

const LOST: readonly (readonly [unknown, RegExp])[] = [
  [{ not_null: { config: { where: 'x = 1' } } }, /only where x = 1/],
  ['my_own_test', /SQL of your project/],
  ['uniqe', /did you mean "unique"/],
  [{ 'dbt_utils.accepted_range': { min_value: 'current_date' } }, /is SQL/],
  [{ 'dbt_utils.expression_is_true': { expression: 'is like %x' } }, /write it as a rowCondition/],
  [{ relationships: { to: 'source("raw")', field: 'weird name' } }, /letters, digits/],
  [{ 'dbt_utils.relationships_where': { to: "ref('x')", field: 'y' } }, /without a filter/],
  [{ 'dbt_utils.equal_rowcount': { compare_model: "ref('x')" } }, /rowCountMatch/],
  [{ not_null: { config: { error_if: 'a lot' } } }, /"a lot" is not understood/],
  [{ unique: { config: { limit: 10 } } }, /limit has no counterpart/],
  [{ unique: { group_by: ['b'] } }, /argument group_by/],
  [{ unique: { config: { enabled: false } } }, /not enabled/],
  [{ 'dbt_expectations.expect_column_values_to_be_increasing': {} }, /order of rows/],
];

describe('tests of columns and models', () => {
  it.each(OF_COLUMNS)('%j', (test, rules) => {
    const { tables, losses } = convert([test]);
    expect(bare(columnOf(tables[0], 'a')?.['quality'])).toEqual(rules);
    expect(losses).toEqual([]);
  });

  it.each(OF_MODELS)('%j', (test, rules) => {
    const { tables, losses } = convert([], [test]);
    expect(bare(tables[0]?.quality)).toEqual(rules);
    expect(losses).toEqual([]);
  });

  it.each(LOST)('%j is told as lost', (test, why) => {
    const { losses } = convert([test]);
    expect(losses).toHaveLength(1);
    expect(losses[0]).toMatch(why);
  });

  it('makes references between models, sources and seeds', () => {
    const { contract, tables } = convertAndRead(`
version: 2
sources:
  - name: raw
    tables:
      - name: orders
        columns:
          - name: customer
            data_tests:
              - relationships: { to: "ref('people')", field: id }
seeds:
  - name: people
    columns: [{ name: id, data_type: bigint }]
`);
    expect(tables.map(({ name }) => name)).toEqual(['people', 'orders']);
    const rules = contract.tables.flatMap((table) => table.rules);
    expect(rules.filter(({ check }) => check === 'referentialIntegrity')).toHaveLength(1);
  });
});

describe('conditions on the number of failing rows', () => {
  it.each([
    ['!=0', { mustBe: 0 }],
    ['> 10', { mustBeLessOrEqualTo: 10 }],
    ['>=10', { mustBeLessThan: 10 }],
    ['< 5', { mustBeGreaterOrEqualTo: 5 }],
    ['<= 5', { mustBeGreaterThan: 5 }],
    ['=0', { mustNotBe: 0 }],
    ['between 1 and 3', { mustNotBeBetween: [1, 3] }],
    ['some', undefined],
  ])('%s', (condition, limit) => {
    expect(limitAgainst(condition)).toEqual(limit);
  });
});
