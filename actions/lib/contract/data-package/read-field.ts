import type { ConstraintOptions } from '../../checks/constraints.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { DeclaredColumn } from '../declared-table.ts';
import { isRecord, keys, refusal, shown, text, uncheckedNote, valueAt } from '../fields.ts';
import { checkPattern, readTypeOptions } from '../type-options.ts';
import { FIELD_TYPES, type FieldType, fieldType } from './field-types.ts';

type Scalar = string | number | boolean;

const LIMITS: readonly string[] = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];
const LENGTHS: readonly string[] = ['minLength', 'maxLength'];
/** Constraints that are read apart from limits and lengths. */
const OTHERS: readonly string[] = ['required', 'unique', 'pattern', 'enum', 'jsonSchema'];
const CONSTRAINTS: readonly string[] = [...LIMITS, ...LENGTHS, ...OTHERS];

/**
 * Reads one field of a Table Schema as a column.
 *
 * @param nullTexts - the texts that mean "no value" in the whole table
 * @param unchecked - gets a line for each part that is not checked
 * @throws Refusal for types and constraints that are not understood
 */
export function readField(
  document: ParsedText,
  path: ValuePath,
  nullTexts: readonly string[],
  unchecked: string[],
): DeclaredColumn {
  const name = text(document, [...path, 'name']);
  if (name === undefined || name === '')
    throw refusal(document, path, 'the field has no name; "name" is the name of its column');
  const note = (at: ValuePath, words: string): void => {
    unchecked.push(uncheckedNote(document, at, words));
  };
  const known = readType(document, path);
  if (known.loss !== undefined) note(path, known.loss);
  noteOwnMissingValues(document, path, nullTexts, note);
  const { type, format } = known;
  const at = [...path, 'constraints'];
  const values = readValues(document, path) ?? known.values;
  return {
    name,
    ...(type && { type }),
    ...(format !== undefined && { format }),
    options: readConstraints(document, at, known, note),
    ...(values && { values }),
    required: valueAt(document, [...at, 'required']) === true,
    unique: valueAt(document, [...at, 'unique']) === true,
    classified: false,
    at: document.at(path),
  };
}

function readType(document: ParsedText, path: ValuePath): FieldType {
  const at = [...path, 'type'];
  const name = valueAt(document, at) ?? 'any';
  const field = valueAt(document, path);
  const found = typeof name === 'string' && isRecord(field) ? fieldType(name, field) : undefined;
  if (found) return found;
  throw refusal(
    document,
    at,
    `unknown type ${shown(name)}${didYouMean(String(name), FIELD_TYPES) || `; one of ${FIELD_TYPES.join(', ')}`}`,
  );
}

function readConstraints(
  document: ParsedText,
  path: ValuePath,
  { type, format, textFormat, pattern: form }: FieldType,
  note: (at: ValuePath, words: string) => void,
): ConstraintOptions {
  const given = keys(document, path);
  for (const key of given)
    if (!CONSTRAINTS.includes(key))
      throw refusal(
        document,
        [...path, key],
        `unknown constraint${didYouMean(key, CONSTRAINTS) || `; one of ${CONSTRAINTS.join(', ')}`}`,
      );
  if (given.includes('jsonSchema'))
    note([...path, 'jsonSchema'], 'JSON Schemas of single fields are not checked; give a row schema');
  const untyped = type === undefined ? given.filter((key) => LIMITS.includes(key)) : [];
  const nested = type === 'object' || type === 'array' ? given.filter((key) => LENGTHS.includes(key)) : [];
  for (const key of [...untyped, ...nested])
    note([...path, key], `${key} is not checked, as values of this type are not read`);
  const own = text(document, [...path, 'pattern']);
  if (own !== undefined) checkPattern(document, [...path, 'pattern'], own);
  const pattern = own ?? form;
  if (own !== undefined && form !== undefined)
    note([...path, 'pattern'], 'the pattern stands in for the form that the type asks for');
  return {
    ...readTypeOptions(document, path, { type, format }, [...OTHERS, ...untyped, ...nested]),
    ...(textFormat !== undefined && { format: textFormat }),
    // Patterns of Table Schema are those of XML Schema: they match whole values.
    ...(pattern !== undefined && { pattern: `^(?:${pattern})$` }),
  };
}

/** The values of `enum`, else those of `categories`, of which an `enum` is a part. */
function readValues(document: ParsedText, path: ValuePath): readonly Scalar[] | undefined {
  for (const at of [
    [...path, 'constraints', 'enum'],
    [...path, 'categories'],
  ]) {
    const value = valueAt(document, at);
    if (value === undefined) continue;
    const values = Array.isArray(value)
      ? value.map((item: unknown) => (isRecord(item) ? item['value'] : item))
      : [];
    if (values.length > 0 && values.every(isScalar)) return values;
    throw refusal(document, at, `expected a list of values, found ${shown(value)}`);
  }
  return undefined;
}

const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function noteOwnMissingValues(
  document: ParsedText,
  path: ValuePath,
  nullTexts: readonly string[],
  note: (at: ValuePath, words: string) => void,
): void {
  const own = missingTexts(valueAt(document, [...path, 'missingValues']));
  if (own === undefined) return;
  const same = (own.includes('') ? own : ['', ...own]).every(
    (item) => item === '' || nullTexts.includes(item),
  );
  if (!same || own.filter((item) => item !== '').length !== nullTexts.length)
    note(
      [...path, 'missingValues'],
      'missing values of single fields are not told apart; those of the schema count',
    );
}

/** The texts of a list of missing values, which may be objects with labels since v2. */
export const missingTexts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value)
    ? value.map((item: unknown) => String(isRecord(item) ? item['value'] : item))
    : undefined;
