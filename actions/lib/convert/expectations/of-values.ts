import { textOf } from '../../schema/fields.ts';
import { datePattern } from '../date-patterns.ts';
import { likePattern } from '../like-pattern.ts';
import { numberOf, textsOf } from '../source-fields.ts';
import { typeNamed } from '../type-names.ts';
import {
  type Carry,
  columnOf,
  demandValid,
  type Expectation,
  type Lost,
  NO_VALUES,
  patternProblem,
  percentBeyond,
  toleranceOf,
  valuesOf,
} from './expectation.ts';

/** Expectations about each value of a column. */
export const VALUE_EXPECTATIONS: Readonly<Record<string, Carry>> = {
  expect_column_values_to_be_in_set: (expectation) => inSet(expectation, 'validValues'),
  expect_column_values_to_not_be_in_set: (expectation) => inSet(expectation, 'invalidValues'),
  expect_column_values_to_not_be_null: (expectation) => {
    columnOf(expectation).rules.push({
      ...expectation.words,
      metric: 'nullValues',
      ...toleranceOf(expectation),
      dimension: 'completeness',
    });
    return undefined;
  },
  expect_column_values_to_be_null: (expectation) => {
    const share = numberOf(expectation.given['mostly']) ?? 1;
    columnOf(expectation).rules.push({
      ...expectation.words,
      metric: 'nullValues',
      limit: { mustBeGreaterOrEqualTo: 100 - percentBeyond(share) },
      unit: 'percent',
      dimension: 'completeness',
    });
    return undefined;
  },
  expect_column_values_to_be_unique: (expectation) => {
    columnOf(expectation).rules.push({
      ...expectation.words,
      metric: 'duplicateValues',
      ...toleranceOf(expectation),
      dimension: 'uniqueness',
    });
    return undefined;
  },
  expect_column_values_to_be_between: between,
  expect_column_values_to_be_of_type: ofType,
  expect_column_values_to_be_in_type_list: ofType,
  expect_column_values_to_match_regex: (expectation) =>
    matching(expectation, textOf(expectation.given['regex']), false),
  expect_column_values_to_not_match_regex: () =>
    'a pattern that must not match has no counterpart: regular expressions here have no negation; write a pattern of what is allowed',
  expect_column_values_to_match_regex_list: patternList,
  expect_column_values_to_not_match_regex_list: () =>
    'patterns that must not match have no counterpart; write a pattern of what is allowed',
  expect_column_values_to_match_like_pattern: (expectation) =>
    matching(expectation, likePattern(textOf(expectation.given['like_pattern']) ?? ''), true),
  expect_column_values_to_not_match_like_pattern: () =>
    'a pattern that must not match has no counterpart; write a pattern of what is allowed',
  expect_column_values_to_match_like_pattern_list: (expectation) =>
    patternList({
      ...expectation,
      given: {
        column: expectation.given['column'],
        mostly: expectation.given['mostly'],
        match_on: expectation.given['match_on'],
        regex_list: textsOf(expectation.given['like_pattern_list']).map(likePattern),
      },
    }),
  expect_column_values_to_not_match_like_pattern_list: () =>
    'patterns that must not match have no counterpart; write a pattern of what is allowed',
  expect_column_value_lengths_to_be_between: (expectation) => lengths(expectation, 'min_value', 'max_value'),
  expect_column_value_lengths_to_equal: (expectation) => lengths(expectation, 'value', 'value'),
  expect_column_values_to_match_strftime_format: strftime,
  expect_column_values_to_be_dateutil_parseable: () =>
    'dateutil guesses among many ways to write dates; give the column the type date or timestamp, with a format where it is not ISO 8601',
  expect_column_values_to_be_json_parseable: () =>
    'there is no check that texts are JSON; give the column the type object or array where they are',
  expect_column_values_to_match_json_schema: () => 'give the JSON Schema to the input row-schema instead',
  expect_column_values_to_be_increasing: () => 'the order of rows is not checked',
  expect_column_values_to_be_decreasing: () => 'the order of rows is not checked',
  expect_column_value_z_scores_to_be_less_than: zScores,
};

function inSet(expectation: Expectation, argument: 'validValues' | 'invalidValues'): Lost | undefined {
  const values = valuesOf(expectation.given['value_set']);
  return values === undefined ? NO_VALUES : demandValid(expectation, { [argument]: values });
}

function between(expectation: Expectation): Lost | undefined {
  const { given } = expectation;
  const bounds = [
    [given['strict_min'] === true ? 'exclusiveMinimum' : 'minimum', given['min_value']],
    [given['strict_max'] === true ? 'exclusiveMaximum' : 'maximum', given['max_value']],
  ] as const;
  const found: Record<string, number | string> = {};
  for (const [name, value] of bounds)
    if (typeof value === 'number' || typeof value === 'string') found[name] = value;
    else if (value !== undefined && value !== null) return `${JSON.stringify(value)} is no limit`;
  if (Object.keys(found).length === 0) return 'it has neither min_value nor max_value';
  const texts = Object.values(found).filter((value) => typeof value === 'string');
  if (texts.length > 0) takeAsDates(expectation, texts);
  return demandValid(expectation, found);
}

/** Limits that are texts are dates or times. */
function takeAsDates(expectation: Expectation, texts: readonly string[]): void {
  const column = columnOf(expectation);
  if (column.type !== undefined) return;
  column.type = texts.every((text) => /^\d{4}-\d{2}-\d{2}$/.test(text)) ? 'date' : 'timestamp';
  expectation.losses.add(
    expectation.path,
    `the column is taken to be a ${column.type}, as its limits are; check that`,
  );
}

function ofType(expectation: Expectation): Lost | undefined {
  const { given, path, losses } = expectation;
  const names = textsOf(
    given['type_list'] ?? given['type_'] ?? given['column_type'] ?? given['column_type_list'],
  );
  const types = [...new Set(names.map((name) => typeNamed(name)))];
  const [type] = types;
  if (type === undefined || types.length > 1)
    return types.length > 1 && !types.includes(undefined)
      ? `the types ${names.join(', ')} are different ones here; give the column one of them`
      : `no type here is called ${names.join(', ')}; give the column a logicalType`;
  const column = columnOf(expectation);
  if (column.type !== undefined && column.type !== type)
    return `the column has the type ${column.type} already; ${type} contradicts it`;
  column.type = type;
  if (names.length === 1 && names[0] !== undefined) column.physicalType = names[0];
  const { limit } = toleranceOf(expectation);
  if (limit && !('mustBe' in limit))
    losses.add([...path], 'the type holds for all values; its share "mostly" was left out');
  return undefined;
}

function matching(expectation: Expectation, pattern: string | undefined, whole: boolean): Lost | undefined {
  if (pattern === undefined) return 'it has no pattern';
  // Great Expectations matches at the start of a value (re.match), a contract anywhere.
  const anchored = whole || pattern.startsWith('^') ? pattern : `^(?:${pattern})`;
  return patternProblem(anchored) ?? demandValid(expectation, { pattern: anchored });
}

function patternList(expectation: Expectation): Lost | undefined {
  const patterns = textsOf(expectation.given['regex_list']);
  if (patterns.length === 0) return 'it has no patterns';
  if (expectation.given['match_on'] === 'all') {
    const problem = patterns.map(patternProblem).find((found) => found !== undefined);
    for (const pattern of problem === undefined ? patterns : []) matching(expectation, pattern, false);
    return problem;
  }
  return matching(expectation, patterns.map((pattern) => `(?:${pattern})`).join('|'), false);
}

function lengths(expectation: Expectation, low: string, high: string): Lost | undefined {
  const [least, most] = [numberOf(expectation.given[low]), numberOf(expectation.given[high])];
  const { strict_min: above, strict_max: below } = expectation.given;
  if (least === undefined && most === undefined) return 'it has no length';
  return demandValid(expectation, {
    ...(least !== undefined && { minLength: above === true ? least + 1 : least }),
    ...(most !== undefined && { maxLength: below === true ? most - 1 : most }),
  });
}

function strftime(expectation: Expectation): Lost | undefined {
  const given = textOf(expectation.given['strftime_format']) ?? '';
  const pattern = datePattern(given);
  if (pattern === undefined)
    return `the format ${JSON.stringify(given)} has no counterpart; give the column a type and a pattern of java.time`;
  const column = columnOf(expectation);
  column.type = pattern.type;
  if (pattern.format !== undefined) column.options = { ...column.options, format: pattern.format };
  return undefined;
}

function zScores(expectation: Expectation): Lost | undefined {
  const factor = numberOf(expectation.given['threshold']);
  if (factor === undefined) return 'it has no threshold';
  if (expectation.given['double_sided'] === false)
    expectation.losses.add(
      expectation.path,
      'double_sided: false was left out; outliers on both sides count',
    );
  columnOf(expectation).rules.push({
    ...expectation.words,
    check: 'outliers',
    arguments: { method: 'zScore', factor },
    ...toleranceOf(expectation),
    dimension: 'accuracy',
  });
  return undefined;
}
