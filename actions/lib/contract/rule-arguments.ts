import { didYouMean } from '../nearest-name.ts';
import type { ParsedText, ValuePath } from '../schema/parsed-text.ts';
import type { QualityRule, RuleMetric } from './contract.ts';
import { keys, refusal, text, valueAt } from './fields.ts';
import type { RuleOwner } from './read-rule.ts';
import { readTypeOptions } from './type-options.ts';

type Arguments = Pick<QualityRule, 'missingValues' | 'validValues' | 'options' | 'properties'>;

const OPTION_ARGUMENTS = [
  'pattern',
  'minLength',
  'maxLength',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
];

/** The arguments each metric takes. */
const ARGUMENTS: Readonly<Record<RuleMetric, readonly string[]>> = {
  rowCount: [],
  nullValues: [],
  missingValues: ['missingValues'],
  invalidValues: ['validValues', ...OPTION_ARGUMENTS],
  duplicateValues: ['properties'],
};

/**
 * Reads the arguments of a rule. `invalidValues` without any is about the options of its column's type.
 *
 * @throws ActionError invalid-file
 */
export function readArguments(
  document: ParsedText,
  path: ValuePath,
  metric: RuleMetric,
  owner: RuleOwner,
): Arguments {
  const known = ARGUMENTS[metric];
  for (const key of keys(document, path))
    if (!known.includes(key))
      throw refusal(
        document,
        [...path, key],
        `unknown argument of ${metric}${didYouMean(key, known) || `; it takes ${known.join(', ') || 'none'}`}`,
      );
  switch (metric) {
    case 'missingValues':
      return { missingValues: readValues(document, [...path, 'missingValues'], isScalar) ?? [null, ''] };
    case 'invalidValues':
      return readInvalidValues(document, path, owner);
    case 'duplicateValues':
      return { properties: readProperties(document, path, owner) };
    default:
      return {};
  }
}

function readInvalidValues(document: ParsedText, path: ValuePath, owner: RuleOwner): Arguments {
  const validValues = readValues(document, [...path, 'validValues'], isPresent);
  const given = keys(document, path).filter((key) => key !== 'validValues');
  if (validValues === undefined && given.length === 0) return { options: owner.options ?? {} };
  const picked = given.length === 0 ? {} : readTypeOptions(document, path, owner.type, ['validValues']);
  return { ...(validValues && { validValues }), options: picked };
}

type Scalar = string | number | boolean | null;
const isPresent = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
const isScalar = (value: unknown): value is Scalar => value === null || isPresent(value);

function readValues<T extends Scalar>(
  document: ParsedText,
  path: ValuePath,
  fits: (value: unknown) => value is T,
): readonly T[] | undefined {
  const value = valueAt(document, path);
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.length > 0 && value.every(fits)) return value;
  throw refusal(document, path, 'expected a list of texts, numbers or booleans');
}

function readProperties(document: ParsedText, path: ValuePath, owner: RuleOwner): readonly string[] {
  const value = valueAt(document, [...path, 'properties']);
  if (owner.column !== undefined) {
    if (value === undefined) return [owner.column];
    throw refusal(
      document,
      [...path, 'properties'],
      'a rule on a property is about that property; move it to the object',
    );
  }
  if (!Array.isArray(value) || value.length === 0)
    throw refusal(document, path, 'duplicateValues of an object needs the list "properties"');
  return value.map((_, index) => {
    const at = [...path, 'properties', index];
    const name = text(document, at);
    const column = owner.names.get(name ?? '');
    if (column === undefined)
      throw refusal(
        document,
        at,
        `unknown property ${JSON.stringify(value[index])}${didYouMean(name ?? '', owner.names.keys())}`,
      );
    return column;
  });
}
