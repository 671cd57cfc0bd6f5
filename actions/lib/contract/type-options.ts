import { type ConstraintOptions, instant } from '../checks/constraints.ts';
import { errorMessage } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';
import type { ParsedText, ValuePath } from '../schema/parsed-text.ts';
import { linearPattern } from '../schema/regular-expressions.ts';
import { FORMATS, isFormat } from '../schema/schema-walk.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import { compileDateFormat } from '../tabular/date-format.ts';
import { keys, refusal, shown, valueAt } from './fields.ts';

/** What each option's value must be. */
const OPTIONS = {
  minLength: 'count',
  maxLength: 'count',
  pattern: 'pattern',
  format: 'text',
  minimum: 'bound',
  maximum: 'bound',
  exclusiveMinimum: 'bound',
  exclusiveMaximum: 'bound',
  multipleOf: 'step',
} as const satisfies Record<keyof ConstraintOptions, string>;

const isOption = (key: string): key is keyof ConstraintOptions => Object.hasOwn(OPTIONS, key);

/** What a column's values are, as far as options depend on it. */
export interface ValueKind {
  readonly type: ColumnType | undefined;
  /** Pattern of java.time, for dates and times. */
  readonly format: string | undefined;
}

/**
 * Reads restrictions on a column's values.
 *
 * @param ignored - keys at the same place that are not options
 * @throws Refusal for an unknown option, a value of the wrong kind, a regular expression that cannot be matched in
 *   linear time, an unknown format, and limits that leave no value
 */
export function readTypeOptions(
  document: ParsedText,
  path: ValuePath,
  kind: ValueKind,
  ignored: readonly string[] = [],
): ConstraintOptions {
  const options: Record<string, string | number> = {};
  for (const key of keys(document, path)) {
    if (ignored.includes(key)) continue;
    const at = [...path, key];
    if (!isOption(key)) throw refusal(document, at, `unknown option${didYouMean(key, Object.keys(OPTIONS))}`);
    options[key] = readOption(document, at, OPTIONS[key], kind);
  }
  refuseContradictions(document, path, options, kind);
  return options;
}

function readOption(
  document: ParsedText,
  path: ValuePath,
  wanted: (typeof OPTIONS)[keyof ConstraintOptions],
  kind: ValueKind,
): string | number {
  const value = valueAt(document, path);
  switch (wanted) {
    case 'count':
      if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
      throw refusal(document, path, `expected a whole number from 0, found ${shown(value)}`);
    case 'step':
      if (typeof value === 'number' && value > 0) return value;
      throw refusal(document, path, `expected a number greater than 0, found ${shown(value)}`);
    case 'bound':
      if (typeof value === 'number' || typeof value === 'string') {
        boundValue(document, path, value, kind);
        return value;
      }
      throw refusal(document, path, `expected a number, or a date or time as text, found ${shown(value)}`);
    default:
      if (typeof value !== 'string') throw refusal(document, path, `expected a text, found ${shown(value)}`);
      (wanted === 'pattern' ? checkPattern : checkFormat)(document, path, value);
      return value;
  }
}

/** @throws Refusal for a pattern that RE2 cannot match */
export function checkPattern(document: ParsedText, path: ValuePath, pattern: string): void {
  try {
    linearPattern(pattern, 'u');
  } catch (error) {
    throw refusal(
      document,
      path,
      `not a regular expression of the RE2 syntax (no lookaround, no back references): ${errorMessage(error)}`,
    );
  }
}

/** @throws Refusal for a format that texts cannot be held to */
function checkFormat(document: ParsedText, path: ValuePath, format: string): void {
  if (isFormat(format)) return;
  throw refusal(
    document,
    path,
    `the format ${shown(format)} is not known${didYouMean(format, FORMATS) || `; known formats: ${FORMATS.join(', ')}`}`,
  );
}

/** @throws Refusal for a pattern of java.time with pieces that are not read */
export function checkDateFormat(document: ParsedText, path: ValuePath, format: string): void {
  const compiled = compileDateFormat(format);
  if (typeof compiled !== 'function')
    throw refusal(document, path, `the piece "${compiled.unsupported}" of the date pattern is not supported`);
}

const TEMPORAL: readonly (ColumnType | undefined)[] = ['date', 'timestamp', 'time'];

/** Whether values of a type are dates or times, whose format is a pattern of java.time. */
export const isTemporal = (type: ColumnType | undefined): boolean => TEMPORAL.includes(type);

/** The number that a limit stands for: of a date or time, its milliseconds. */
function boundValue(
  document: ParsedText,
  path: ValuePath,
  bound: number | string,
  { type, format }: ValueKind,
): number {
  if (typeof bound === 'number') {
    if (!isTemporal(type)) return bound;
    throw refusal(document, path, `expected a ${type} in quotes, found ${bound}`);
  }
  const value = instant(bound, { ...(type && { type }), ...(format !== undefined && { format }) });
  if (value !== undefined) return value;
  throw refusal(
    document,
    path,
    `the limit ${shown(bound)} is not a ${type ?? 'number'}; write it like the column's values`,
  );
}

const LIMITS = [
  ['minLength', 'maxLength', true],
  ['minimum', 'maximum', true],
  ['minimum', 'exclusiveMaximum', false],
  ['exclusiveMinimum', 'maximum', false],
  ['exclusiveMinimum', 'exclusiveMaximum', false],
] as const;

/** @throws Refusal where a lower limit is over an upper one, so that no value could be right */
export function refuseContradictions(
  document: ParsedText,
  path: ValuePath,
  options: ConstraintOptions,
  kind: ValueKind,
): void {
  for (const [low, high, mayMeet] of LIMITS) {
    const [least, most] = [options[low], options[high]];
    if (least === undefined || most === undefined) continue;
    const lowest = low === 'minLength' ? Number(least) : boundValue(document, [...path, low], least, kind);
    const highest = high === 'maxLength' ? Number(most) : boundValue(document, [...path, high], most, kind);
    if (lowest < highest || (mayMeet && lowest === highest)) continue;
    throw refusal(
      document,
      [...path, low],
      `no value can be right: ${low} is ${least}, ${high} is ${most}; is one of them meant the other way round?`,
    );
  }
}
