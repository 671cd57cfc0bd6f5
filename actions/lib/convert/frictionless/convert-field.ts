import { type Fields, fieldsOf, isFields, listOf, textOf } from '../../schema/fields.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { ColumnType } from '../../tabular/column-type.ts';
import type { OptionsDraft } from '../contract-draft.ts';
import { datePattern } from '../date-patterns.ts';
import { patternProblem, valuesOf } from '../expectations/expectation.ts';
import type { Losses } from '../losses.ts';
import { fieldsAt, isScalar, noteUnknownKeys, numberOf, refusal, textAt } from '../source-fields.ts';
import type { ColumnParts, TableBuilder } from '../table-builder.ts';

const FIELD_KEYS = [
  'name',
  'type',
  'format',
  'title',
  'description',
  'constraints',
  'categories',
  'example',
  'rdfType',
];
/** Types of Table Schema, and what differs where they are not quite ours. */
const TYPES: Readonly<Record<string, readonly [type: ColumnType, loss?: string]>> = {
  string: ['string'],
  number: ['number'],
  integer: ['integer'],
  boolean: ['boolean'],
  object: ['object'],
  array: ['array'],
  list: ['string', 'lists within a text are not taken apart; the column is a text'],
  date: ['date'],
  time: ['time'],
  datetime: ['timestamp'],
  year: ['integer'],
  yearmonth: ['string'],
  duration: ['string', 'durations are not checked; the column is a text'],
  geopoint: ['string', 'points are not checked; the column is a text'],
  geojson: ['object', 'GeoJSON is not checked; the column holds objects'],
  any: ['string', 'the type "any" became a text'],
};
const STRING_FORMATS: ReadonlyMap<string, string | undefined> = new Map([
  ['default', undefined],
  ['email', 'email'],
  ['uri', 'uri'],
  ['uuid', 'uuid'],
]);

/** What is said for people. */
export const wordsOf = (fields: Fields): { readonly title?: string; readonly description?: string } => ({
  ...(typeof fields['title'] === 'string' && { title: fields['title'] }),
  ...(typeof fields['description'] === 'string' && { description: fields['description'] }),
});

/** Converts one field of a Table Schema. */
export function convertField(
  document: ParsedText,
  path: ValuePath,
  value: unknown,
  table: TableBuilder,
  losses: Losses,
): void {
  const field = fieldsAt(document, path, value);
  const column = table.column(textAt(document, [...path, 'name'], field['name']));
  Object.assign(column, wordsOf(field));
  const name = textOf(field['type']) ?? 'string';
  const known = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (known === undefined)
    throw refusal(document, [...path, 'type'], `expected one of ${Object.keys(TYPES).join(', ')}`);
  const [type, loss] = known;
  column.type = type;
  if (loss !== undefined) losses.add([...path, 'type'], loss);
  for (const key of Object.keys(field))
    if (!FIELD_KEYS.includes(key)) losses.add([...path, key], lostKey(key));
  const options: Record<string, number | string> = { ...formatOptions(field, path, type, losses) };
  constraints(fieldsOf(field['constraints']), [...path, 'constraints'], { column, options, losses });
  if (name === 'yearmonth') options['pattern'] ??= '^[0-9]{4}-(0[1-9]|1[0-2])$';
  if (Object.keys(options).length > 0) column.options = options;
  categories(field['categories'], [...path, 'categories'], column, losses);
}

const LOST_KEYS: Readonly<Record<string, string>> = {
  missingValues: 'texts for "no value" hold for the whole table here; put them into its missingValues',
  decimalChar: 'numbers have a decimal point here; write the data so',
  groupChar: 'numbers have no thousands separators here; write the data so',
  bareNumber: 'numbers stand alone here, without % or currency; write the data so',
  trueValues: 'booleans are written true and false here; write the data so, or list the values of a text',
  falseValues: 'booleans are written true and false here; write the data so, or list the values of a text',
  categoriesOrdered: 'the order of categories is not checked',
};
const lostKey = (key: string): string => LOST_KEYS[key] ?? 'not known to the conversion and left out';

function formatOptions(field: Fields, path: ValuePath, type: ColumnType, losses: Losses): OptionsDraft {
  const format = textOf(field['format']);
  if (format === undefined || format === 'default') return {};
  const at = [...path, 'format'];
  if (type === 'date' || type === 'time' || type === 'timestamp') {
    const pattern = format === 'any' ? undefined : datePattern(format);
    if (pattern === undefined)
      losses.add(at, `the format ${JSON.stringify(format)} has no counterpart; dates must be in ISO 8601`);
    return pattern?.format === undefined ? {} : { format: pattern.format };
  }
  const known = type === 'string' ? STRING_FORMATS.get(format) : undefined;
  if (known !== undefined) return { format: known };
  losses.add(at, `the format ${JSON.stringify(format)} has no counterpart and was left out`);
  return {};
}

/** A column with the options it gets. */
interface Constrained {
  readonly column: ColumnParts;
  readonly options: Record<string, number | string>;
  readonly losses: Losses;
}

const LENGTHS = ['minLength', 'maxLength'] as const;
const BOUNDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const;

function constraints(given: Fields, path: ValuePath, constrained: Constrained): void {
  const { column, losses } = constrained;
  if (given['required'] === true) column.required = true;
  if (given['unique'] === true) column.unique = true;
  limits(given, path, constrained);
  const pattern = textOf(given['pattern']);
  if (pattern !== undefined) wholePattern(pattern, [...path, 'pattern'], constrained);
  if (given['enum'] !== undefined) validValues(given['enum'], [...path, 'enum'], column, losses);
  noteUnknownKeys(given, ['required', 'unique', 'pattern', 'enum', ...LENGTHS, ...BOUNDS], path, losses);
}

function limits(given: Fields, path: ValuePath, { column, options, losses }: Constrained): void {
  for (const key of LENGTHS) {
    const length = numberOf(given[key]);
    if (length !== undefined && column.type === 'string') options[key] = length;
    else if (given[key] !== undefined) losses.add([...path, key], 'lengths are checked of texts only');
  }
  for (const key of BOUNDS) {
    const bound = boundOf(given[key], column.type);
    if (bound !== undefined) options[key] = bound;
    else if (given[key] !== undefined) losses.add([...path, key], `no limit of a ${column.type ?? 'text'}`);
  }
}

/** Limits of numbers may be written as texts, limits of dates are. */
function boundOf(value: unknown, type: ColumnType | undefined): number | string | undefined {
  if (type === 'integer' || type === 'number') {
    const bound = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return numberOf(bound);
  }
  const temporal = type === 'date' || type === 'time' || type === 'timestamp';
  return temporal ? textOf(value) : undefined;
}

/** Patterns of Table Schema match whole values. */
function wholePattern(pattern: string, path: ValuePath, { column, options, losses }: Constrained): void {
  const whole = `^(?:${pattern})$`;
  const problem = column.type === 'string' ? patternProblem(whole) : 'patterns are checked of texts only';
  if (problem === undefined) options['pattern'] = whole;
  else losses.add(path, problem);
}

function validValues(list: unknown, path: ValuePath, column: ColumnParts, losses: Losses): void {
  const values = valuesOf(list);
  if (values === undefined) losses.add(path, 'the list holds values that are no texts, numbers or booleans');
  else
    column.rules.push({
      metric: 'invalidValues',
      arguments: { validValues: values },
      limit: { mustBe: 0 },
      dimension: 'conformity',
    });
}

/** Categories of v2 are values, or objects with a value and a label. */
function categories(value: unknown, path: ValuePath, column: ColumnParts, losses: Losses): void {
  if (value === undefined) return;
  const values = listOf(value).map((item) => (isFields(item) ? item['value'] : item));
  if (values.every(isScalar)) validValues(values, path, column, losses);
  else losses.add(path, 'the list holds values that are no texts, numbers or booleans');
  if (listOf(value).some((item) => isFields(item) && item['label'] !== undefined))
    losses.add(path, 'labels of categories are words for people and were left out');
}
