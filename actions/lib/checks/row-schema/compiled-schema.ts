import type { Validate } from '../../schema/compile-schema.ts';
import { loadedCompiler } from '../../schema/schema-compiler.ts';
import { type SchemaObject, type SplitSchema, splitSchema } from './split-schema.ts';

/** A schema, taken apart and compiled. */
export interface CompiledSchema {
  readonly split: SplitSchema;
  readonly properties: SchemaObject;
  readonly whole: Validate;
  readonly columns: ReadonlyMap<string, { readonly schema: SchemaObject; readonly validate: Validate }>;
  readonly rest: Validate | undefined;
}

/** Compiled schemas by name and text: a rule is planned several times in one thread, and compiling is slow. */
const compiledSchemas = new Map<string, () => CompiledSchema>();
const MAX_COMPILED = 20;

/**
 * Compiles a schema, and its parts when they are first needed.
 *
 * @throws ActionError invalid-file for a schema that is not one
 */
export function compiledOnce(schema: SchemaObject, name: string): () => CompiledSchema {
  const key = JSON.stringify([name, schema]);
  const known = compiledSchemas.get(key);
  if (known !== undefined) return known;
  const whole = loadedCompiler()(schema, name);
  let parts: CompiledSchema | undefined;
  const made = (): CompiledSchema => {
    parts ??= compileParts(schema, name, whole);
    return parts;
  };
  if (compiledSchemas.size === MAX_COMPILED) compiledSchemas.clear();
  compiledSchemas.set(key, made);
  return made;
}

function compileParts(schema: SchemaObject, name: string, whole: Validate): CompiledSchema {
  const compileSchema = loadedCompiler();
  const split = splitSchema(schema);
  const columns = new Map(
    [...split.columns].map(
      ([column, part]) => [column, { schema: part, validate: compileSchema(part, name) }] as const,
    ),
  );
  const properties = schema['properties'];
  return {
    split,
    properties: typeof properties === 'object' && properties !== null ? { ...properties } : {},
    whole,
    columns,
    rest: split.rest === undefined ? undefined : compileSchema(split.rest, name),
  };
}
