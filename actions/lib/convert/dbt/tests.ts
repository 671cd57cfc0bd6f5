import { didYouMean } from '../../nearest-name.ts';
import { textOf } from '../../schema/fields.ts';
import { columnTerm, conditionColumns, conditionRule } from '../conditions.ts';
import { carryExpectation } from '../expectations/catalog.ts';
import { percentBeyond, valuesOf } from '../expectations/expectation.ts';
import { watched } from '../read-keys.ts';
import { numberOf, type Scalar, textsOf } from '../source-fields.ts';
import { addRules, type DbtTest } from './test.ts';

/** Carries a test over, or says why it cannot be. */
type Carry = (test: DbtTest) => string | undefined;

/** Keys that say how a test runs and decides; they are read with the test itself. */
const CONFIGURATION: readonly string[] = [
  'arguments',
  'column_name',
  'config',
  'description',
  'enabled',
  'error_if',
  'fail_calc',
  'limit',
  'meta',
  'model',
  'name',
  'severity',
  'store_failures',
  'store_failures_as',
  'tags',
  'test_name',
  'warn_if',
  'where',
];

const NO_LIST = 'its list is empty or holds values that are no texts, numbers or booleans';

/** The tests of dbt itself and of dbt-utils, by name. */
const TESTS: Readonly<Record<string, Carry>> = {
  unique: (test) => addRules(test, { metric: 'duplicateValues', dimension: 'uniqueness' }),
  not_null: (test) => addRules(test, { metric: 'nullValues', dimension: 'completeness' }),
  accepted_values: (test) => values(test, 'validValues'),
  relationships: reference,
  'dbt_utils.accepted_range': range,
  'dbt_utils.not_accepted_values': (test) => values(test, 'invalidValues'),
  'dbt_utils.not_empty_string': (test) =>
    addRules(test, { metric: 'invalidValues', arguments: { pattern: '\\S' }, dimension: 'completeness' }),
  'dbt_utils.not_null_proportion': notNullShare,
  'dbt_utils.at_least_one': (test) =>
    addRules(test, {
      metric: 'nullValues',
      limit: { mustBeLessThan: 100 },
      unit: 'percent',
      dimension: 'completeness',
    }),
  'dbt_utils.not_constant': (test) =>
    addRules(test, { check: 'distinctCount', limit: { mustBeGreaterOrEqualTo: 2 }, dimension: 'uniqueness' }),
  'dbt_utils.unique_combination_of_columns': (test) => {
    const properties = textsOf(test.given['combination_of_columns']);
    if (properties.length === 0) return 'it names no columns';
    for (const name of properties) test.table.column(name);
    return addRules(test, { metric: 'duplicateValues', arguments: { properties }, dimension: 'uniqueness' });
  },
  'dbt_utils.expression_is_true': expression,
  'dbt_utils.recency': recency,
  'dbt_utils.equal_rowcount': () => otherTable('rowCountMatch'),
  'dbt_utils.fewer_rows_than': () => otherTable('rowCountMatch'),
  'dbt_utils.equality': () => otherTable('tableMatch'),
  'dbt_utils.cardinality_equality': () => otherTable('referentialIntegrity, through "relationships"'),
  'dbt_utils.relationships_where': () =>
    'references here hold for all rows; use "relationships" without a filter',
  'dbt_utils.sequential_values': () => 'the order of rows is not checked',
  'dbt_utils.mutually_exclusive_ranges': () => 'rows are not compared by ranges; no check does that',
};

const otherTable = (check: string): string =>
  `it compares with another model; make that an object of the contract and use ${check}`;

/** Carries one test over into the contract, or notes why it cannot be. */
export function carryTest(test: DbtTest): void {
  const { name, losses, path } = test;
  const bare = name.replace(/^dbt\./, '');
  const expectation = /^dbt_expectations\.(expect_\w+)$/.exec(bare)?.[1];
  const carry = Object.hasOwn(TESTS, bare) ? TESTS[bare] : undefined;
  const unknown = `not known to the conversion${didYouMean(bare, Object.keys(TESTS))}; it is SQL of your project: write the condition as a rule`;
  if (expectation !== undefined) carryAsExpectation(test, expectation);
  const { fields, unread } = watched(test.given);
  const lost = expectation === undefined ? (carry ? carry({ ...test, given: fields }) : unknown) : undefined;
  if (lost !== undefined) losses.add(path, `${name}: ${lost}`);
  else if (expectation === undefined)
    for (const key of unread())
      if (!CONFIGURATION.includes(key))
        losses.add(path, `${name}: its argument ${key} has no counterpart and was left out`);
}

/** dbt-expectations has the names of Great Expectations, with `strictly` for both ends. */
function carryAsExpectation(test: DbtTest, name: string): void {
  const { given, table, losses, path, words, column } = test;
  const strict = given['strictly'] === true;
  for (const { severity, limit } of test.outcomes) {
    if (!('mustBe' in limit && limit.mustBe === 0))
      losses.add(path, `${name}: its limit on failing rows (warn_if, error_if) was left out`);
    carryExpectation({
      name,
      given: {
        column,
        ...Object.fromEntries(Object.entries(given).filter(([key]) => !CONFIGURATION.includes(key))),
        ...(strict && { strict_min: true, strict_max: true }),
      },
      table,
      losses,
      path,
      words: { ...words, severity },
    });
  }
}

function values(test: DbtTest, argument: 'validValues' | 'invalidValues'): string | undefined {
  const listed = valuesOf(test.given['values']);
  if (listed === undefined) return NO_LIST;
  const typed: readonly Scalar[] = test.given['quote'] === false ? listed.map(unquoted) : listed;
  return addRules(test, {
    metric: 'invalidValues',
    arguments: { [argument]: typed },
    dimension: 'conformity',
  });
}

/** Values that dbt writes into SQL without quotes are numbers or booleans there. */
function unquoted(value: Scalar): Scalar {
  if (typeof value !== 'string') return value;
  if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}

function reference(test: DbtTest): string | undefined {
  const to = textOf(test.given['to']) ?? '';
  const field = textOf(test.given['field']);
  const [table] = [...to.matchAll(/['"]([^'"]+)['"]/g)].map(([, name]) => name).slice(-1);
  const target = table ?? (/^\w+$/.test(to) ? to : undefined);
  if (target === undefined || field === undefined || test.column === undefined)
    return `expected "to: ref('model')" and "field: column", found to: ${JSON.stringify(to)}`;
  if (!/^[A-Za-z_]\w*$/.test(target) || !/^[A-Za-z_]\w*$/.test(field))
    return `names in references of the standard hold letters, digits and "_" only; found ${target}.${field}`;
  const [outcome] = test.outcomes;
  if (outcome?.severity !== 'error' || !('mustBe' in outcome.limit))
    test.losses.add(
      test.path,
      'relationships: severity and limits were left out; a broken reference is an error',
    );
  test.table.column(test.column).references.push(`${target}.${field}`);
  return undefined;
}

function range(test: DbtTest): string | undefined {
  const [low, high] = [test.given['min_value'], test.given['max_value']];
  const inclusive = test.given['inclusive'] !== false;
  const isBound = (value: unknown): value is number | string =>
    numberOf(value) !== undefined || (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value));
  for (const bound of [low, high])
    if (bound !== undefined && bound !== null && !isBound(bound))
      return `${JSON.stringify(bound)} is SQL, no number; write a rowCondition`;
  const demands = {
    ...(isBound(low) && { [inclusive ? 'minimum' : 'exclusiveMinimum']: low }),
    ...(isBound(high) && { [inclusive ? 'maximum' : 'exclusiveMaximum']: high }),
  };
  if (Object.keys(demands).length === 0) return 'it has neither min_value nor max_value';
  return addRules(test, { metric: 'invalidValues', arguments: demands, dimension: 'conformity' });
}

function notNullShare(test: DbtTest): string | undefined {
  const [least, most] = [numberOf(test.given['at_least']), numberOf(test.given['at_most'])];
  if (least === undefined && most === undefined) return 'it has neither at_least nor at_most';
  const rule = { metric: 'nullValues', unit: 'percent', dimension: 'completeness' } as const;
  if (least !== undefined) addRules(test, { ...rule, limit: { mustBeLessOrEqualTo: percentBeyond(least) } });
  if (most !== undefined && most < 1)
    addRules(test, { ...rule, limit: { mustBeGreaterOrEqualTo: percentBeyond(most) } });
  return undefined;
}

/** On a column the expression begins with what follows its name: `>= 1`. */
function expression(test: DbtTest): string | undefined {
  const given = (textOf(test.given['expression']) ?? '').replaceAll(/\s+/g, ' ').trim();
  const condition = test.column === undefined ? given : `${columnTerm(test.column)} ${given}`;
  if (given === '') return 'it has no expression';
  const columns = conditionColumns(condition);
  if ('problem' in columns) return `${columns.problem}; write it as a rowCondition`;
  for (const name of columns) test.table.column(name);
  return addRules({ ...test, column: undefined }, conditionRule(condition));
}

const UNITS: Readonly<Record<string, string>> = { hour: 'h', day: 'd', week: 'w', minute: 'm' };

function recency(test: DbtTest): string | undefined {
  const column = textOf(test.given['field']);
  const unit = UNITS[textOf(test.given['datepart']) ?? ''];
  const interval = numberOf(test.given['interval']);
  if (column === undefined || unit === undefined || interval === undefined)
    return 'its field, datepart (minute, hour, day, week) or interval is missing or not understood';
  const maxAge = unit === 'w' ? `${interval * 7}d` : `${interval}${unit}`;
  test.table.column(column).type ??= 'timestamp';
  for (const { severity } of test.outcomes.slice(0, 1))
    test.table.rules.push({
      ...test.words,
      severity,
      check: 'freshness',
      arguments: { column, maxAge },
      dimension: 'timeliness',
    });
  return undefined;
}
