import type { Validate } from '../schema/compile-schema.ts';
import { NONE } from '../stats/threshold.ts';
import { conversion, Misfit, type Value, valueText } from '../tabular/column-type.ts';
import type { Cell } from '../tabular/table.ts';
import { type BatchView, type CheckDefinition, type CommonSpec, planned } from './check.ts';

/** Counts rows that do not satisfy a JSON Schema; each row is reported with its first problem. */
export const rowSchema: CheckDefinition<
  CommonSpec & {
    readonly validate: Validate;
    readonly properties: Readonly<Record<string, unknown>>;
    readonly where: string;
  }
> = {
  name: 'rowSchema',
  about: 'Rows that do not satisfy a JSON Schema',
  plan: (spec) => ({
    ...planned('rowSchema', spec, spec.where),
    threshold: NONE,
    unit: 'rows',
    start(discoveries) {
      let rows = 0;
      let count = 0;
      return {
        batch(view) {
          const build = rowBuilder(view, spec.properties);
          rows += view.rows;
          for (let row = 0; row < view.rows; row += 1) {
            const [problem] = spec.validate(build(row));
            if (problem === undefined) continue;
            count += 1;
            discoveries.add(() => {
              const field = fieldOf(problem.path[0], view);
              const cell = field === undefined ? undefined : view.cells(field)?.[row];
              return {
                file: view.file.name,
                place: view.place(row, field),
                ...(field !== undefined && { field }),
                ...(cell !== undefined && cell !== null && { value: valueText(cell) }),
                expected: withoutFound(problem.message),
              };
            });
          }
        },
        finish: () => ({ count, of: rows }),
      };
    },
  }),
};

const fieldOf = (part: string | number | undefined, view: BatchView): string | undefined =>
  typeof part === 'string' && view.file.columns.includes(part) ? part : undefined;

/** The value is reported apart, where it can be redacted. */
const withoutFound = (message: string): string =>
  message.replace(/, found .*$/s, '').replace(/^expected /, '');

type JsonType = 'integer' | 'number' | 'boolean';
const JSON_TYPES: readonly JsonType[] = ['integer', 'number', 'boolean'];

/** How rows become objects: texts of CSV become what the schema says they are, cells without a value are left out. */
function rowBuilder(view: BatchView, properties: Readonly<Record<string, unknown>>) {
  const textual = view.file.format === 'csv' || view.file.format === 'tsv';
  const columns = view.file.columns.map((name) => {
    const types = typesOf(Object.hasOwn(properties, name) ? properties[name] : undefined);
    const type = JSON_TYPES.find((candidate) => types.includes(candidate));
    const read =
      textual && type !== undefined && !types.includes('string') ? conversion(type, true) : undefined;
    return { name, cells: view.cells(name) ?? [], read, nullable: types.includes('null') };
  });
  return (row: number): Record<string, unknown> => {
    const object: Record<string, unknown> = {};
    for (const { name, cells, read, nullable } of columns) {
      const cell = cells[row] ?? null;
      if (cell === null && !nullable) continue;
      const value = jsonValue(cell, read?.(cell));
      if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true });
      else object[name] = value;
    }
    return object;
  };
}

/** A value as ajv understands it: a text that is not what it should be stays a text and fails there. */
function jsonValue(cell: Cell, converted: Value | Misfit | null | undefined): unknown {
  const value = converted === undefined || converted instanceof Misfit ? cell : converted;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Date ? value.toISOString() : value;
}

function typesOf(schema: unknown): readonly unknown[] {
  if (typeof schema !== 'object' || schema === null || !('type' in schema)) return [];
  return Array.isArray(schema.type) ? schema.type : [schema.type];
}
