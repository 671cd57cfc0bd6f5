import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { convertContract } from '../../../../actions/lib/convert/convert-contract.ts';
import { datePattern } from '../../../../actions/lib/convert/date-patterns.ts';
import { typeNamed } from '../../../../actions/lib/convert/type-names.ts';
import { bare, columnOf, convertAndRead } from './read-back.ts';

const json = (value: unknown) => JSON.stringify(value);

describe('JSON Schema', () => {
  const convert = (property: object, rest: object = {}) =>
    convertAndRead(
      json({ type: 'object', properties: { a: property }, required: ['a'], ...rest }),
      'json-schema',
    );

  it.each([
    [
      { type: 'integer', minimum: 1, exclusiveMaximum: 9 },
      { logicalType: 'integer', required: true, logicalTypeOptions: { minimum: 1, exclusiveMaximum: 9 } },
    ],
    [
      { type: ['string', 'null'], minLength: 2 },
      { logicalType: 'string', logicalTypeOptions: { minLength: 2 } },
    ],
    [{ type: ['integer', 'number'] }, { logicalType: 'number', required: true }],
    [
      { type: 'string', format: 'date' },
      { logicalType: 'date', required: true },
    ],
    [
      { type: 'string', format: 'time' },
      { logicalType: 'time', required: true },
    ],
    [
      { type: 'string', format: 'ipv4' },
      { logicalType: 'string', required: true, logicalTypeOptions: { format: 'ipv4' } },
    ],
    [{ type: 'boolean' }, { logicalType: 'boolean', required: true }],
    [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, { logicalType: 'integer' }],
    [
      { type: 'object', description: 'words' },
      { logicalType: 'object', required: true, description: 'words' },
    ],
  ])('%j', (property, column) => {
    const { tables, losses } = convert(property);
    expect(columnOf(tables[0], 'a')).toEqual({ name: 'a', ...column });
    expect(losses).toEqual([]);
  });

  it.each([
    [{ type: 'string', minimum: 1 }, /says nothing of values of type string/],
    [{ type: 'string', format: 'idn-email' }, /format "idn-email"/],
    [{ type: 'string', not: { const: 'x' } }, /keep the schema as row-schema/],
    [{ enum: [{ a: 1 }] }, /no texts, numbers or booleans/],
    [{ const: [] }, /no texts, numbers or booleans/],
    [{ type: 'array', items: { type: 'string' } }, /items of arrays/],
  ])('%j loses something', (property, why) => {
    const { losses } = convert(property);
    expect(losses).toHaveLength(1);
    expect(losses[0]).toMatch(why);
  });

  it('follows references, also in circles, and through arrays of rows', () => {
    const { tables } = convertAndRead(
      json({
        type: 'array',
        items: { $ref: '#/definitions/row' },
        definitions: {
          row: { title: 'Row', properties: { 'a/b': { $ref: '#/definitions/a~1b' } } },
          'a/b': { type: 'number' },
        },
      }),
    );
    expect(tables[0]?.name).toBe('Row');
    expect(columnOf(tables[0], 'a/b')).toMatchObject({ logicalType: 'number' });
    expect(() => convert({ $ref: '#/properties/a' })).toThrow(/1:\d+: references lead in a circle/);
    expect(() => convert({ $ref: 'https://example.org/x.json' })).toThrow('nothing is fetched');
    expect(() => convert({ $ref: '#/nowhere' })).toThrow('leads to no schema');
  });

  it.each([
    [{ additionalProperties: false }, 'equal'],
    [{ additionalProperties: false, required: [] }, 'superset'],
    [{}, 'subset'],
  ])('%j says which columns may be there', (rest, fieldsMatch) => {
    expect(convert({ type: 'string' }, rest).tables[0]?.customProperties).toEqual([
      { property: 'fieldsMatch', value: fieldsMatch },
    ]);
  });
});

describe('Pandera', () => {
  const convert = (checks: unknown) =>
    convertAndRead(
      stringify({
        schema_type: 'dataframe',
        columns: { a: { dtype: 'str', nullable: true, checks } },
        strict: false,
      }),
      'pandera',
    );
  const invalid = (demands: object) => ({ metric: 'invalidValues', arguments: demands, mustBe: 0 });

  it.each([
    [{ equal_to: 3 }, invalid({ validValues: [3] })],
    [{ ne: 'x' }, invalid({ invalidValues: ['x'] })],
    [{ gt: 1 }, invalid({ exclusiveMinimum: 1 })],
    [{ ge: 1 }, invalid({ minimum: 1 })],
    [{ less_than: { value: 1, options: { ignore_na: true } } }, invalid({ exclusiveMaximum: 1 })],
    [{ le: { max_value: 1 } }, invalid({ maximum: 1 })],
    [
      { in_range: { min_value: 0, max_value: 1, include_min: false } },
      invalid({ exclusiveMinimum: 0, maximum: 1 }),
    ],
    [{ isin: ['x'] }, invalid({ validValues: ['x'] })],
    [{ notin: { forbidden_values: ['x'] } }, invalid({ invalidValues: ['x'] })],
    [{ str_contains: 'b.' }, invalid({ pattern: 'b.' })],
    [{ str_startswith: 'a.' }, invalid({ pattern: '^a\\.' })],
    [{ str_endswith: { string: 'z' } }, invalid({ pattern: 'z$' })],
    [{ str_length: { exact_value: 2 } }, invalid({ minLength: 2, maxLength: 2 })],
    [
      [{ value: 0, options: { check_name: 'ge', raise_warning: true } }],
      { ...invalid({ minimum: 0 }), severity: 'warning' },
    ],
  ])('%j', (checks, rule) => {
    const { tables, losses } = convert(checks);
    expect(bare(columnOf(tables[0], 'a')?.['quality'])).toEqual([rule]);
    expect(losses).toEqual([]);
  });

  it.each([
    [{ unique_values_eq: ['x'] }, /distinctCount/],
    [{ my_check: {} }, /function of Python/],
    [{ str_matches: '(?<=x)' }, /RE2/],
    [{ greater_than: [] }, /no number and no date/],
    [{ isin: { value: ['x'], options: { groupby: 'b' } } }, /groupby/],
  ])('%j loses something', (checks, why) => {
    expect(convert(checks).losses.join()).toMatch(why);
  });
});

describe('bad input', () => {
  it.each([
    ['{"expectations": [', 'auto', /^x:1:19: not valid JSON/],
    ['a: 1\na: 2', 'auto', /^x:2:1: not valid YAML/],
    ['models:\n\t- x', 'dbt', /^x:2:1: not valid YAML/],
    ['hello', 'auto', /^x:1:1: not recognised as any of table-schema/],
    ['{}', 'auto', /not recognised/],
    ['{"kind": "DataContract"}', 'auto', /already/],
    ['{"expectations": {}}', 'great-expectations', /^x:1:18: expectations: expected a list, found an object/],
    [
      '{"expectations": [{"kwargs": {}}]}',
      'great-expectations',
      /^x:1:19: expectations\[0\]\.expectation_type: expected a text/,
    ],
    [
      '{"fields": [{"type": "string"}]}',
      'table-schema',
      /^x:1:13: fields\[0\]\.name: expected a text, found nothing/,
    ],
    [
      '{"fields": [{"name": "a", "type": "strin"}]}',
      'table-schema',
      /^x:1:35: fields\[0\]\.type: expected one of/,
    ],
    ['{"resources": []}', 'datapackage', /no resource has a schema/],
    ['{"type": "object"}', 'json-schema', /no "properties"/],
    ['version: 2', 'dbt', /no models, seeds/],
    ['schema_type: series', 'pandera', /^x:1:14: schema_type: expected "dataframe"/],
    ['feature { type: INT }', 'auto', /^x:1:9: a feature has no name/],
    ['annotation { }', 'tfdv', /has features; none was found/],
  ] as const)('%s', (text, format, message) => {
    expect(() => convertContract(text, 'x', format)).toThrow(message);
  });
});

describe('names of types and patterns of dates', () => {
  it.each([
    ['VARCHAR(20)', 'string'],
    ['datetime64[ns, UTC]', 'timestamp'],
    ['IntegerType()', 'integer'],
    ['Int64', 'integer'],
    ['polars.Float32', 'number'],
    ['TIMESTAMP WITH TIME ZONE', 'timestamp'],
    ['array<string>', 'array'],
    ['DECIMAL(10, 2)', 'number'],
    ['bool', 'boolean'],
    ['DateType', 'date'],
    ['geography', undefined],
  ])('%s', (name, type) => {
    expect(typeNamed(name)).toBe(type);
  });

  it.each([
    ['%Y-%m-%d', { type: 'date' }],
    ['%d/%m/%Y', { type: 'date', format: 'dd/MM/yyyy' }],
    ['%Y-%m-%dT%H:%M:%S', { type: 'timestamp' }],
    ['%d.%m.%Y at %H:%M', { type: 'timestamp', format: "dd.MM.yyyy 'at' HH:mm" }],
    ['%H:%M', { type: 'time', format: 'HH:mm' }],
    ['%b %d', undefined],
    ['%', undefined],
  ])('%s', (pattern, found) => {
    expect(datePattern(pattern)).toEqual(found);
  });
});
