import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ActionError, errorMessage } from '../errors.ts';
import { MAX_DEPTH, type ValuePath } from './parsed-text.ts';
import { describeProblem } from './problem-text.ts';
import { linearPattern } from './regular-expressions.ts';

/** One way in which a value does not satisfy a schema. */
export interface SchemaProblem {
  readonly path: ValuePath;
  /** `expected number, found "0,9"`: without the path. */
  readonly message: string;
  /** The keyword of the schema that was not satisfied. */
  readonly keyword: string;
}

/** The problems of a value; none when it satisfies the schema. */
export type Validate = (value: unknown) => readonly SchemaProblem[];

export interface SchemaOptions {
  /** Other schemas that `$ref` may name by their `$id`. Nothing is ever fetched. */
  readonly references?: readonly object[];
  /** Find all problems, at most 100, rather than the first; off for rows of data, where it costs time. */
  readonly allProblems?: boolean;
}

const MAX_SCHEMA_CHARACTERS = 1024 * 1024;
const MAX_SCHEMA_NODES = 20_000;
const MAX_PROBLEMS = 100;

/**
 * Compiles a JSON Schema, draft 2020-12 or (when its `$schema` says so) draft-07, with formats checked and with
 * patterns that take linear time.
 *
 * @param where - name of the schema for messages
 * @throws ActionError invalid-file for a schema that is not one, or that is too large or too deep to be compiled
 */
export function compileSchema(schema: unknown, where: string, options: SchemaOptions = {}): Validate {
  refuseOversized(schema, where);
  const validate = compile(schema, where, options);
  return (value) => {
    if (run(validate, value, where)) return [];
    return (validate.errors ?? []).slice(0, MAX_PROBLEMS).map((error) => problemOf(error, value));
  };
}

function compile(schema: unknown, where: string, options: SchemaOptions): ValidateFunction {
  if (typeof schema !== 'boolean' && (typeof schema !== 'object' || schema === null || Array.isArray(schema)))
    throw new ActionError('invalid-file', `${where}: a JSON Schema is an object, true or false`);
  const settings = {
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    ownProperties: true,
    allErrors: options.allProblems ?? false,
    verbose: true,
    code: { regExp: linearPattern },
    logger: false,
  } as const;
  const declared = typeof schema === 'object' && '$schema' in schema ? String(schema.$schema) : '';
  const ajv = /draft-0[67]/.test(declared) ? new Ajv(settings) : new Ajv2020(settings);
  addFormats.default(ajv);
  try {
    for (const reference of options.references ?? []) ajv.addSchema(reference);
    return ajv.compile(schema);
  } catch (cause) {
    throw new ActionError('invalid-file', `${where}: not a usable JSON Schema: ${errorMessage(cause)}`, {
      cause,
    });
  }
}

/** A schema that refers to itself without end overflows the stack rather than giving an answer. */
function run(validate: ValidateFunction, value: unknown, where: string): boolean {
  try {
    return validate(value);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ActionError(
      'limit-exceeded',
      `${where}: the value is nested too deeply, or the schema refers to itself`,
      { cause },
    );
  }
}

function refuseOversized(schema: unknown, where: string): void {
  let nodes = 0;
  let characters = 0;
  const measure = (value: unknown, depth: number): void => {
    nodes++;
    characters += typeof value === 'string' ? value.length : 1;
    if (depth > MAX_DEPTH || nodes > MAX_SCHEMA_NODES || characters > MAX_SCHEMA_CHARACTERS)
      throw new ActionError(
        'limit-exceeded',
        `${where}: the schema is too large: at most ${MAX_SCHEMA_NODES} values, ${MAX_SCHEMA_CHARACTERS} characters and ${MAX_DEPTH} levels are compiled`,
      );
    if (typeof value !== 'object' || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      characters += key.length;
      measure(item, depth + 1);
    }
  };
  measure(schema, 0);
}

function problemOf(error: ErrorObject, value: unknown): SchemaProblem {
  const path: (string | number)[] = [];
  let current = value;
  for (const part of error.instancePath.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(current) ? Number(key) : key);
    current =
      typeof current === 'object' && current !== null
        ? Object.getOwnPropertyDescriptor(current, key)?.value
        : undefined;
  }
  return { path, keyword: error.keyword, message: describeProblem(error) };
}
