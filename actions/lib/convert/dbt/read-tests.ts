import { type Fields, fieldsOf, isFields, textOf } from '../../schema/fields.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { Losses } from '../losses.ts';
import { fieldsAt, listAt, refusal } from '../source-fields.ts';
import type { TableBuilder } from '../table-builder.ts';
import { outcomesOf } from './test.ts';
import { carryTest } from './tests.ts';

const CONFIG_KEYS = ['severity', 'warn_if', 'error_if'];

/** A place where tests stand. */
export interface Owner {
  readonly document: ParsedText;
  readonly table: TableBuilder;
  readonly losses: Losses;
}

/** The items of a list that may be absent, with their places. */
export const items = (
  document: ParsedText,
  path: ValuePath,
  value: unknown,
): readonly (readonly [number, unknown])[] =>
  value === undefined || value === null ? [] : [...listAt(document, path, value).entries()];

/** Carries over the tests under `tests` and `data_tests` of a model or a column. */
export function convertTests(
  owner: Owner,
  path: ValuePath,
  fields: Fields,
  column: string | undefined,
): void {
  for (const key of ['tests', 'data_tests'])
    for (const [index, test] of items(owner.document, [...path, key], fields[key]))
      convertTest(owner, [...path, key, index], test, column);
}

/** A test is its name, or an object whose one key is its name, or one with `test_name`. */
function convertTest(owner: Owner, path: ValuePath, value: unknown, column: string | undefined): void {
  const { name, body } = named(owner.document, path, value);
  const config = { ...body, ...fieldsOf(body['config']) };
  const { losses, table } = owner;
  if (config['enabled'] === false) {
    losses.add(path, `${name}: not enabled, and left out`);
    return;
  }
  if (typeof config['where'] === 'string') {
    losses.add(
      path,
      `${name}: it holds only where ${config['where']}, and rules here hold for all rows; write a rowCondition such as "not (where) or (condition)"`,
    );
    return;
  }
  for (const key of ['limit', 'fail_calc', 'store_failures', 'store_failures_as'])
    if (config[key] !== undefined)
      losses.add([...path], `${name}: ${key} has no counterpart and was left out`);
  const [title, description] = [textOf(body['name']), textOf(body['description'])];
  carryTest({
    name,
    given: { ...body, ...fieldsOf(body['arguments']) },
    path,
    column,
    table,
    losses,
    outcomes: outcomesOf(pick(config, CONFIG_KEYS), path, losses),
    words: {
      ...(title !== undefined && { name: title }),
      ...(description !== undefined && { description }),
    },
  });
}

const pick = (fields: Fields, keys: readonly string[]): Fields =>
  Object.fromEntries(keys.map((key) => [key, fields[key]]));

function named(
  document: ParsedText,
  path: ValuePath,
  value: unknown,
): { readonly name: string; readonly body: Fields } {
  if (typeof value === 'string') return { name: value, body: {} };
  const fields = fieldsAt(document, path, value);
  const given = textOf(fields['test_name']);
  if (given !== undefined) return { name: given, body: fields };
  const [name, ...others] = Object.keys(fields);
  if (name === undefined) throw refusal(document, path, 'expected a test, found an empty object');
  // Configuration may stand beside the name of the test when its own value is empty.
  const beside = Object.fromEntries(others.map((key) => [key, fields[key]]));
  return { name, body: { ...beside, ...(isFields(fields[name]) ? fields[name] : {}) } };
}
