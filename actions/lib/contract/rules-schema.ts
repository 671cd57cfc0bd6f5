import type { CheckDefinition, Parameter, ParameterKind } from '../checks/check.ts';
import { isRangeOperator, OPERATORS } from '../stats/threshold.ts';
import { FIELDS_MATCH, OURS, ROLES } from './odcs/custom-properties.ts';
import { ENGINE, LABELS } from './odcs/custom-rule.ts';
import { openParameters } from './rule-arguments.ts';
import type { Definitions } from './rule-context.ts';

type Schema = Readonly<Record<string, unknown>>;

const TEXT: Schema = { type: 'string', minLength: 1 };
const listOf = (items: Schema, minItems = 1): Schema => ({ type: 'array', minItems, items });

/** What each kind of argument may be. */
const KINDS: Readonly<Record<Exclude<Extract<ParameterKind, string>, 'internal'>, Schema>> = {
  number: { type: 'number' },
  count: { type: 'integer', minimum: 0 },
  text: TEXT,
  boolean: { type: 'boolean' },
  column: TEXT,
  columns: listOf(TEXT),
  values: listOf({ type: ['string', 'number', 'boolean', 'null'] }),
  bound: { type: ['number', 'string'] },
  pattern: { type: 'string' },
  duration: { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$' },
  split: TEXT,
  splits: listOf(TEXT, 2),
  reference: TEXT,
  expression: TEXT,
  table: TEXT,
  schema: { type: ['object', 'boolean'] },
};

const OPERATOR_SCHEMAS: Schema = Object.fromEntries(
  OPERATORS.map((operator) => [
    operator,
    isRangeOperator(operator)
      ? {
          type: 'array',
          minItems: 2,
          maxItems: 2,
          items: { type: 'number' },
          description: 'Two numbers, the smaller one first; both belong to the range.',
        }
      : { type: 'number' },
  ]),
);

const LABEL_SCHEMAS: Readonly<Record<string, Schema>> = {
  name: { ...TEXT, description: 'The name of the rule in reports.' },
  description: { type: 'string' },
  severity: { enum: ['error', 'warning', 'info'] },
  dimension: {
    enum: ['accuracy', 'completeness', 'conformity', 'consistency', 'coverage', 'timeliness', 'uniqueness'],
  },
};

/**
 * The JSON Schema (draft 2020-12) of contracts with rules of this action, for editors: the standard's own schema, and
 * what it leaves open, which are `implementation` of custom rules and the values of custom properties.
 *
 * @param catalog - all checks by name
 */
export function rulesSchema(catalog: Definitions): Schema {
  const definitions = [...catalog.values()];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'validate-data-rules.schema.json',
    title: 'Data contract with rules of validate-data',
    description:
      'A contract in the Open Data Contract Standard v3.1 whose custom rules of engine validateData and whose custom properties are checked too. Generated from the catalog of checks.',
    allOf: [{ $ref: 'odcs-v3.1.0.schema.json' }],
    properties: { schema: { items: { $ref: '#/$defs/object' } } },
    $defs: {
      object: {
        properties: {
          quality: { items: { $ref: '#/$defs/tableRule' } },
          customProperties: { items: objectProperties },
          properties: { items: { $ref: '#/$defs/property' } },
        },
      },
      property: {
        properties: {
          quality: { items: { $ref: '#/$defs/columnRule' } },
          customProperties: { items: propertyProperties },
        },
      },
      tableRule: ruleSchema('table', definitions),
      columnRule: ruleSchema('column', definitions),
      oneLimit: { not: { anyOf: pairs(OPERATORS).map((required) => ({ required })) } },
      ...Object.fromEntries(definitions.map((definition) => [definition.name, checkSchema(definition)])),
    },
  };
}

/** A custom rule of ours has an implementation that names a check of its level. */
function ruleSchema(level: 'table' | 'column', definitions: readonly CheckDefinition[]): Schema {
  const there = definitions.filter((definition) => definition.level.includes(level));
  return {
    if: {
      type: 'object',
      properties: { type: { const: 'custom' }, engine: { const: ENGINE } },
      required: ['type', 'engine'],
    },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, on an object that is never awaited
    then: {
      properties: {
        implementation: {
          type: 'object',
          properties: { check: { enum: there.map(({ name }) => name) } },
          required: ['check'],
          allOf: there.map(({ name }) => whenIs('check', name, { $ref: `#/$defs/${name}` })),
        },
      },
    },
  };
}

const whenIs = (key: string, value: string, schema: Schema): Schema => ({
  if: { type: 'object', properties: { [key]: { const: value } }, required: [key] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, on an object that is never awaited
  then: schema,
});

function checkSchema(definition: CheckDefinition): Schema {
  const parameters = openParameters(definition);
  const labels = LABELS.filter((label) => label !== 'unit').map((label) => [
    label,
    LABEL_SCHEMAS[label] ?? TEXT,
  ]);
  return {
    description: definition.about,
    properties: {
      check: { const: definition.name, description: definition.about },
      ...Object.fromEntries(labels),
      unit: { enum: definition.units },
      ...OPERATOR_SCHEMAS,
      ...Object.fromEntries(parameters.map((parameter) => [parameter.name, parameterSchema(parameter)])),
    },
    required: ['check', ...parameters.filter(({ required }) => required).map(({ name }) => name)],
    additionalProperties: false,
    allOf: [{ $ref: '#/$defs/oneLimit' }],
  };
}

function parameterSchema({ kind, about }: Parameter): Schema {
  return { ...kindSchema(kind), description: about };
}

function kindSchema(kind: ParameterKind): Schema {
  if (kind === 'internal') return {};
  if (typeof kind === 'string') return KINDS[kind];
  return 'oneOf' in kind ? { enum: kind.oneOf } : listOf({ enum: kind.manyOf });
}

const FILES: Schema = { anyOf: [TEXT, listOf(TEXT)] };

/** The values of the custom properties that are ours, by name. */
const CUSTOM: Readonly<Record<(typeof OURS)[keyof typeof OURS][number], Schema>> = {
  fieldsMatch: {
    enum: FIELDS_MATCH,
    description: 'How the columns of a file relate to the properties, in the terms of Table Schema v2.',
  },
  missingValues: { type: 'array', items: { type: 'string' }, description: 'Texts that mean "no value".' },
  files: { ...FILES, description: 'Paths and globs of the files of the object.' },
  splits: {
    type: 'object',
    minProperties: 1,
    additionalProperties: {
      type: 'object',
      properties: { files: FILES },
      required: ['files'],
      additionalProperties: false,
    },
    description: 'The parts of the table, such as train and test, each with its files.',
  },
  mlRole: { enum: ROLES, description: 'What the column is for in machine learning.' },
};

const propertiesOf = (names: readonly (keyof typeof CUSTOM)[]): Schema => ({
  allOf: names.map((name) => whenIs('property', name, { properties: { value: CUSTOM[name] } })),
});
const objectProperties = propertiesOf(OURS.object);
const propertyProperties = propertiesOf(OURS.property);

/** All pairs of different items. */
const pairs = (items: readonly string[]): readonly (readonly string[])[] =>
  items.flatMap((first, index) => items.slice(index + 1).map((second) => [first, second]));
