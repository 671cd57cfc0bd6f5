import type { BatchSetup, ColumnBatch } from '../columns/column-batch.ts';
import type { SchemaProblem } from '../schema/compile-schema.ts';
import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, Discoveries, Discovery, Json, RowsCounter, Rule } from './check.ts';
import { planned, refusal } from './planned.ts';
import { type CompiledSchema, compiledOnce } from './row-schema/compiled-schema.ts';
import { PropertyCheck } from './row-schema/property-check.ts';
import { rowObjects } from './row-schema/row-objects.ts';
import type { SchemaObject } from './row-schema/split-schema.ts';

/** Counts rows that do not satisfy a JSON Schema; each row is reported with its first problem. */
export const rowSchema: CheckDefinition = {
  name: 'rowSchema',
  about:
    'Rows that do not satisfy a JSON Schema (2020-12 or draft-07, formats checked). What it says of single columns is ' +
    'checked column by column, the rest row by row, with one result. Texts of CSV are read as what the schema says ' +
    'they are; cells without a value are left out, or `null` where that is allowed',
  level: ['table'],
  aliases: [
    ['qsv', 'validate'],
    ['Great Expectations', 'expect_column_values_to_match_json_schema'],
  ],
  dimension: 'conformity',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [
    { name: 'schema', kind: 'schema', required: true, about: 'The JSON Schema of a row as an object' },
    { name: 'name', kind: 'text', about: 'What it is called in reports, such as its file' },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation:
      check: rowSchema
      schema:
        required: [age]
        properties: { age: { type: integer, minimum: 18 } }
        if: { properties: { plan: { const: team } } }
        then: { required: [seats] }`,
  plan(rule, table) {
    const given = readArguments(rule, rowSchema.parameters, table);
    const name = given.text('name') ?? 'row schema';
    const schema = schemaOf(rule, given.json('schema') ?? true);
    const parts = compiledOnce(schema, name);
    return {
      ...planned(rowSchema, rule, name),
      work: { kind: 'rows', start: (setup, discoveries) => startRows(parts(), setup, discoveries) },
    };
  },
};

/**
 * The rules that a JSON Schema of rows stands for: `rowSchema`, and for qsv's keyword `uniqueCombinedWith` (columns
 * that are unique together) `duplicateValues`.
 */
export function rowSchemaRules(schema: Json, name: string, severity: Rule['severity']): readonly Rule[] {
  if (typeof schema !== 'object' || schema === null || !('uniqueCombinedWith' in schema))
    return [{ check: 'rowSchema', severity, arguments: { schema, name } }];
  const { uniqueCombinedWith, ...rest } = schema;
  return [
    { check: 'rowSchema', severity, arguments: { schema: rest, name } },
    { check: 'duplicateValues', severity, arguments: { properties: uniqueCombinedWith ?? [] } },
  ];
}

function schemaOf(rule: Rule, schema: Json): SchemaObject {
  if (schema === true) return {};
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    throw refusal(rule, 'schema: expected an object that describes a row');
  const object: SchemaObject = Object.fromEntries(Object.entries(schema));
  if (object['uniqueCombinedWith'] !== undefined)
    throw refusal(
      rule,
      'uniqueCombinedWith compares rows; make it a rule of its own with the check duplicateValues',
    );
  return object;
}

function startRows(compiled: CompiledSchema, setup: BatchSetup, discoveries: Discoveries): RowsCounter {
  const checks = [...compiled.columns].map(
    ([column, { schema, validate }]) => new PropertyCheck(setup, column, schema, validate),
  );
  let [count, rows] = [0, 0];
  return {
    batch(batch) {
      rows += batch.rows;
      const failed = failedRows(compiled, checks, batch);
      for (let row = failed.indexOf(1); row >= 0; row = failed.indexOf(1, row + 1)) {
        count += 1;
        discoveries.add(() => describe(compiled, batch, row));
      }
    },
    counted: () => ({ count, of: rows }),
  };
}

function failedRows(
  compiled: CompiledSchema,
  checks: readonly PropertyCheck[],
  batch: ColumnBatch,
): Uint8Array {
  const failed = new Uint8Array(batch.rows);
  const { format, columns } = batch.file;
  for (const check of checks) {
    const view = batch.column(check.name);
    if (view !== undefined) check.mark(view, format, failed);
  }
  for (const name of compiled.split.required) markAbsent(batch, name, compiled.properties[name], failed);
  if (!compiled.split.openEnded)
    for (const name of columns) if (!compiled.split.named.has(name)) markPresent(batch, name, failed);
  markRest(compiled, batch, failed);
  return failed;
}

/** A required cell without a value is missing, unless `null` is one of the values the schema allows there. */
function markAbsent(batch: ColumnBatch, name: string, property: unknown, failed: Uint8Array): void {
  const view = batch.column(name);
  if (view === undefined) failed.fill(1);
  else if (view.nulls > 0 && !allowsNull(property))
    for (let row = 0; row < failed.length; row += 1) if (view.isNull(row)) failed[row] = 1;
}

const allowsNull = (property: unknown): boolean =>
  typeof property === 'object' &&
  property !== null &&
  'type' in property &&
  [property.type].flat().includes('null');

function markPresent(batch: ColumnBatch, name: string, failed: Uint8Array): void {
  const view = batch.column(name);
  if (view === undefined) return;
  for (let row = 0; row < failed.length; row += 1) if (!view.isNull(row)) failed[row] = 1;
}

function markRest({ rest, properties }: CompiledSchema, batch: ColumnBatch, failed: Uint8Array): void {
  if (rest === undefined) return;
  const build = rowObjects(batch, properties);
  for (let row = 0; row < failed.length; row += 1)
    if (failed[row] === 0 && rest(build(row)).length > 0) failed[row] = 1;
}

/** What ajv says of the whole row, so that a finding reads the same whichever part found it. */
function describe({ whole, properties }: CompiledSchema, batch: ColumnBatch, row: number): Discovery {
  const [problem] = whole(rowObjects(batch, properties)(row));
  const field = fieldOf(problem, batch);
  const value = field === undefined ? undefined : batch.column(field)?.text(row);
  return {
    file: batch.file.name,
    place: batch.place(row, field),
    ...(field !== undefined && { field }),
    ...(value !== undefined && value !== null && { value }),
    expected: problem === undefined ? 'a row that satisfies the schema' : withoutFound(problem.message),
  };
}

const fieldOf = (problem: SchemaProblem | undefined, batch: ColumnBatch): string | undefined => {
  const part = problem?.path[0];
  return typeof part === 'string' && batch.file.columns.includes(part) ? part : undefined;
};

/** The value is reported apart, where it can be redacted. */
const withoutFound = (message: string): string =>
  message.replace(/, found .*$/s, '').replace(/^expected /, '');
