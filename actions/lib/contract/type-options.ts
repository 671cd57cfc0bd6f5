import { errorMessage } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import type { ParsedText, ValuePath } from '../schema/parsed-text.ts';
import { linearPattern } from '../schema/regular-expressions.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import { compileDateFormat } from '../tabular/date-format.ts';
import type { TypeOptions } from './contract.ts';
import { keys, refusal, valueAt } from './fields.ts';

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
  multipleOf: 'number',
} as const satisfies Record<keyof TypeOptions, string>;

/** Options that describe the type and restrict nothing in a file. */
const DESCRIPTIVE = [
  'timezone',
  'defaultTimezone',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'required',
];

const TEMPORAL: readonly (ColumnType | undefined)[] = ['date', 'timestamp', 'time'];

const isOption = (key: string): key is keyof TypeOptions => Object.hasOwn(OPTIONS, key);

/**
 * Reads restrictions on a column's values.
 *
 * @param others - keys at the same place that are not options
 * @throws ActionError invalid-file for an unknown option, a value of the wrong kind, a regular expression that
 *   cannot be matched in linear time, or a date pattern with letters that are not supported
 */
export function readTypeOptions(
  document: ParsedText,
  path: ValuePath,
  type: ColumnType | undefined,
  others: readonly string[] = [],
): TypeOptions {
  const options: Record<string, string | number> = {};
  for (const key of keys(document, path)) {
    if (DESCRIPTIVE.includes(key) || others.includes(key)) continue;
    const at = [...path, key];
    if (!isOption(key)) throw refusal(document, at, `unknown option${didYouMean(key, Object.keys(OPTIONS))}`);
    options[key] = readOption(document, at, OPTIONS[key]);
    if (key === 'format') checkFormat(document, at, String(options[key]), type);
  }
  return options;
}

function readOption(
  document: ParsedText,
  path: ValuePath,
  kind: (typeof OPTIONS)[keyof TypeOptions],
): string | number {
  const value = valueAt(document, path);
  if (kind === 'count' || kind === 'number') {
    if (typeof value === 'number') return value;
    throw refusal(document, path, `expected a number, found ${JSON.stringify(value)}`);
  }
  if (kind === 'bound' && typeof value === 'number') return value;
  if (typeof value !== 'string')
    throw refusal(document, path, `expected a text, found ${JSON.stringify(value)}`);
  if (kind === 'pattern') checkPattern(document, path, value);
  return value;
}

function checkPattern(document: ParsedText, path: ValuePath, pattern: string): void {
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

function checkFormat(
  document: ParsedText,
  path: ValuePath,
  format: string,
  type: ColumnType | undefined,
): void {
  if (!TEMPORAL.includes(type)) {
    try {
      compileSchema({ type: 'string', format }, 'format');
    } catch (error) {
      throw refusal(
        document,
        path,
        `the format ${JSON.stringify(format)} is not known: ${errorMessage(error)}`,
      );
    }
    return;
  }
  const compiled = compileDateFormat(format);
  if (typeof compiled !== 'function')
    throw refusal(document, path, `the piece "${compiled.unsupported}" of the date pattern is not supported`);
}
