import { ActionError } from '../errors.ts';
import { NONE } from '../stats/threshold.ts';
import { type Arguments, readArguments } from './arguments.ts';
import type { CheckDefinition, ColumnSpec, Rule } from './check.ts';
import { columnRows } from './column-rows.ts';
import { type ConstraintOptions, constraintsOf, noneOf, oneOf } from './constraints.ts';
import { typeWords } from './data-type.ts';
import { applyDemands, type Demand, withMisfits } from './demand.ts';
import { specOf } from './evidence.ts';
import { columnOf, planned, refusal } from './planned.ts';

/** Counts values outside a set, a range, a length, a pattern or a format; no value is not an invalid one. */
export const invalidValues: CheckDefinition = {
  name: 'invalidValues',
  about: 'Values outside a set, a range, a length, a pattern or a format; no value is not an invalid one',
  level: ['column'],
  aliases: [
    ['ODCS', 'invalidValues, logicalTypeOptions'],
    ['dbt', 'accepted_values'],
    [
      'Great Expectations',
      'expect_column_values_to_be_in_set, _to_be_between, _to_match_regex, _value_lengths_…',
    ],
    ['Soda', 'invalid'],
    ['Frictionless', 'constraint-error'],
    ['Deequ', 'isContainedIn, hasPattern, hasMin, hasMax'],
    ['Pandera', 'Check.isin, in_range, str_matches'],
    ['TFDV', 'ENUM_TYPE_UNEXPECTED_STRING_VALUES'],
  ],
  dimension: 'conformity',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [
    { name: 'validValues', kind: 'values', about: 'The values that are allowed' },
    { name: 'invalidValues', kind: 'values', about: 'Values that are not allowed' },
    { name: 'pattern', kind: 'pattern', about: 'A regular expression that texts must match somewhere' },
    { name: 'minLength', kind: 'count', about: 'The least number of characters' },
    { name: 'maxLength', kind: 'count', about: 'The greatest number of characters' },
    { name: 'format', kind: 'text', about: 'A format of JSON Schema, such as `email`, `uuid` or `uri`' },
    { name: 'minimum', kind: 'bound', about: 'The least value' },
    { name: 'maximum', kind: 'bound', about: 'The greatest value' },
    { name: 'exclusiveMinimum', kind: 'bound', about: 'What values must exceed' },
    { name: 'exclusiveMaximum', kind: 'bound', about: 'What values must stay below' },
    { name: 'multipleOf', kind: 'number', about: 'What values must be a multiple of' },
    {
      name: 'ignoreMisfits',
      kind: 'boolean',
      about: "Leave values that are not of the column's type to the check dataType",
    },
  ],
  example: `properties:
  - name: plan
    quality:
      - { metric: invalidValues, arguments: { validValues: [free, pro, team] }, mustBe: 0 }`,
  plan(rule, table) {
    const column = columnOf(rule);
    const given = readArguments(rule, invalidValues.parameters, table);
    const spec = specOf(table, column) ?? { name: column, classified: false };
    const demands = demandsOf(rule, given, spec);
    const all = demands.map(({ expected }) => expected).join(' and ');
    const misfit = spec.type === undefined ? all : typeWords(spec);
    return {
      ...planned(invalidValues, rule, all),
      work: columnRows(column, (setup) => {
        const apply = applyDemands(setup, column, demands);
        return (view, batch) => {
          const found = apply(view, batch.rows);
          return given.flag('ignoreMisfits') ? found : withMisfits(found, view, misfit);
        };
      }),
    };
  },
};

function demandsOf(rule: Rule, given: Arguments, spec: ColumnSpec): readonly Demand[] {
  const [valid, invalid] = [given.values('validValues'), given.values('invalidValues')];
  const demands = [
    ...(valid ? [oneOf(valid, spec)] : []),
    ...(invalid ? [noneOf(invalid, spec)] : []),
    ...options(rule, given, spec),
  ];
  if (demands.length > 0) return demands;
  throw refusal(
    rule,
    'it says nothing of what is valid; add validValues, pattern, minimum or another argument',
  );
}

function options(rule: Rule, given: Arguments, spec: ColumnSpec): readonly Demand[] {
  const found: { -readonly [K in keyof ConstraintOptions]: ConstraintOptions[K] } = {};
  for (const name of ['minLength', 'maxLength', 'multipleOf'] as const) {
    const value = given.number(name);
    if (value !== undefined) found[name] = value;
  }
  for (const name of ['pattern', 'format'] as const) {
    const value = given.text(name);
    if (value !== undefined) found[name] = value;
  }
  for (const name of ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const) {
    const value = given.bound(name);
    if (value !== undefined) found[name] = value;
  }
  try {
    return constraintsOf(found, spec);
  } catch (error) {
    throw error instanceof ActionError ? refusal(rule, error.message) : error;
  }
}
