import type { ConstraintOptions } from '../../checks/constraints.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { ColumnType } from '../../tabular/column-type.ts';
import type { DeclaredColumn } from '../declared-table.ts';
import { choice, keys, refusal, shown, text, uncheckedNote, valueAt } from '../fields.ts';
import { checkDateFormat, isTemporal, readTypeOptions, refuseContradictions } from '../type-options.ts';
import type { ColumnPlace } from './column-places.ts';
import { noteNearMisses, readRole } from './custom-properties.ts';
import { integerRange, isNumberFormat } from './number-formats.ts';

/** Classifications whose values must not be shown; others, such as `public`, may be. */
const CONFIDENTIAL = /^(pii|phi|pci|personal|private|confidential|restricted|sensitive|secret|internal)\b/i;

const TYPES: readonly ColumnType[] = [
  'string',
  'date',
  'timestamp',
  'time',
  'number',
  'integer',
  'object',
  'array',
  'boolean',
];

/** Physical types of databases and of Parquet, by their first word, where no logical type is given. */
const PHYSICAL_TYPES: readonly (readonly [pattern: RegExp, type: ColumnType])[] = [
  [/^(tiny|small|big|medium)?int(eger)?\d*$|^u?int\d+$|^(big)?serial$|^long$|^short$/, 'integer'],
  [/^(double|float\d*|real|decimal|numeric|number|money)$/, 'number'],
  [/^bool(ean)?$|^bit$/, 'boolean'],
  [/^date\d*$/, 'date'],
  [/^(timestamp(_?n?tz|_?ltz)?|datetime)\d*$/, 'timestamp'],
  [/^time\d*$/, 'time'],
  [/^(n?var)?char\d*$|^(string|text|utf8|uuid|enum|n?varchar2?|clob)$/, 'string'],
  [/^(array|list)$/, 'array'],
  [/^(struct|record|map|json|object)$/, 'object'],
];

/** Options that restrict nothing that is looked at in a file. */
const UNCHECKED_OPTIONS: readonly string[] = [
  'defaultTimezone',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'required',
];
/** Options that only describe. */
const DESCRIPTIVE_OPTIONS: readonly string[] = ['timezone'];

/**
 * Reads one property of an object as a column of its data.
 *
 * @param unchecked - gets a line for each part that is not checked
 * @throws Refusal for types and options that are not understood
 */
export function readColumn(
  document: ParsedText,
  { path, name }: ColumnPlace,
  unchecked: string[],
): DeclaredColumn {
  if (text(document, [...path, 'name']) === '')
    throw refusal(document, [...path, 'name'], 'the name is empty');
  const note = (at: ValuePath, words: string): void => {
    unchecked.push(uncheckedNote(document, at, words));
  };
  for (const part of ['properties', 'items'])
    if (valueAt(document, [...path, part]) !== undefined)
      note(
        [...path, part],
        'what is inside of nested values is not checked, but for structs of Parquet and Arrow files',
      );
  noteNearMisses(document, path, 'property', unchecked);
  const type = columnType(document, path, note);
  const optionsPath = [...path, 'logicalTypeOptions'];
  for (const key of keys(document, optionsPath))
    if (UNCHECKED_OPTIONS.includes(key)) note([...optionsPath, key], 'this option is not checked');
  const { format, options } = readOptions(document, optionsPath, type);
  const role = readRole(document, path);
  return {
    name,
    ...(type && { type }),
    ...(format !== undefined && { format }),
    options,
    required:
      valueAt(document, [...path, 'required']) === true ||
      valueAt(document, [...path, 'primaryKey']) === true,
    unique: valueAt(document, [...path, 'unique']) === true,
    classified: CONFIDENTIAL.test(text(document, [...path, 'classification']) ?? ''),
    ...(role && { role }),
    at: document.at(path),
  };
}

/** `format` is part of a date's type, a range of a number, and a restriction of a text. */
function readOptions(
  document: ParsedText,
  path: ValuePath,
  type: ColumnType | undefined,
): { readonly format: string | undefined; readonly options: ConstraintOptions } {
  const at = [...path, 'format'];
  const format = text(document, at);
  const ignored = [...UNCHECKED_OPTIONS, ...DESCRIPTIVE_OPTIONS];
  if (format === undefined || type === 'string' || type === undefined)
    return {
      format: undefined,
      options: readTypeOptions(document, path, { type, format: undefined }, ignored),
    };
  if (isTemporal(type)) {
    checkDateFormat(document, at, format);
    const options = readTypeOptions(document, path, { type, format }, [...ignored, 'format']);
    return { format, options };
  }
  if (!isNumberFormat(type, format))
    throw refusal(document, at, `${shown(format)} is not a format of the type ${type}`);
  const kind = { type, format: undefined };
  const given = readTypeOptions(document, path, kind, [...ignored, 'format']);
  const options = { ...integerRange(format, given), ...given };
  refuseContradictions(document, path, options, kind);
  return { format: undefined, options };
}

const hasFormat = (document: ParsedText, path: ValuePath): boolean =>
  text(document, [...path, 'logicalTypeOptions', 'format']) !== undefined;

function columnType(
  document: ParsedText,
  path: ValuePath,
  note: (at: ValuePath, words: string) => void,
): ColumnType | undefined {
  const logical = choice(document, [...path, 'logicalType'], TYPES, undefined);
  const physical = text(document, [...path, 'physicalType']);
  const word = /^[a-z0-9_]+/.exec(physical?.trim().toLowerCase() ?? '')?.[0] ?? '';
  const known = PHYSICAL_TYPES.find(([pattern]) => pattern.test(word))?.[1];
  // Until v3.1 the standard had no logical type for timestamps: they were dates.
  if (logical === 'date' && known === 'timestamp' && !hasFormat(document, path)) return known;
  if (logical !== undefined || physical === undefined) return logical;
  if (known === undefined)
    note(
      [...path, 'physicalType'],
      `the physical type ${shown(physical)} is not known; give a logicalType to have values checked`,
    );
  return known;
}
