import type { Rule } from '../../checks/check.ts';
import type { ConstraintOptions } from '../../checks/constraints.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import { OPERATORS } from '../../stats/threshold.ts';
import { keys, refusal, text, valueAt } from '../fields.ts';
import { definitionOf, readRule } from '../read-rule.ts';
import { parameterOf } from '../rule-arguments.ts';
import type { RuleContext } from '../rule-context.ts';
import { isOperator, operatorHint } from '../rule-limit.ts';
import { refuseContradictions } from '../type-options.ts';

/** The metrics of the standard's library. Every one is a check of the catalog. */
const METRICS = ['nullValues', 'missingValues', 'invalidValues', 'duplicateValues', 'rowCount'];

/** What the metrics were called up to v3.0. */
const OLD_METRICS: ReadonlyMap<string, string> = new Map([
  ['nullCheck', 'nullValues'],
  ['duplicateCount', 'duplicateValues'],
  ['uniqueCheck', 'duplicateValues'],
  ['validValues', 'invalidValues'],
]);

/** Keys of a library rule that say something about it, besides its limit. */
const KEYS = [
  'id',
  'type',
  'metric',
  'rule',
  'arguments',
  'name',
  'description',
  'dimension',
  'severity',
  'unit',
  'businessImpact',
  'authoritativeDefinitions',
  'customProperties',
  'method',
  'schedule',
  'scheduler',
  'tags',
];

/**
 * Reads a rule of type `library`.
 *
 * @throws Refusal for whatever is not understood
 */
export function readLibraryRule(document: ParsedText, path: ValuePath, context: RuleContext): Rule {
  const definition = definitionOf(document, metricPath(document, path), context.definitions);
  for (const key of keys(document, path))
    if (!KEYS.includes(key) && !isOperator(key))
      throw refusal(document, [...path, key], `unknown key${operatorHint(key, KEYS)}`);
  const given = new Map(
    keys(document, [...path, 'arguments']).map((key) => {
      const at = [...path, 'arguments', key];
      return [parameterOf(document, at, key, definition).name, at];
    }),
  );
  refuseOwnProperties(document, given.get('properties'), context);
  if (!keys(document, path).some(isOperator))
    throw refusal(document, path, `the rule has no limit; give one of ${OPERATORS.join(', ')}`);
  const rule = readRule(document, { path, definition, limits: path, labels: [path], given }, context);
  return definition.name === 'invalidValues' ? withRestrictions(document, path, rule, context) : rule;
}

/** Where the metric stands; it was `rule` until v3.0. */
function metricPath(document: ParsedText, path: ValuePath): ValuePath {
  const key =
    valueAt(document, [...path, 'metric']) === undefined && text(document, [...path, 'rule']) !== undefined
      ? 'rule'
      : 'metric';
  const name = text(document, [...path, key]);
  const at = [...path, key];
  if (name === undefined)
    throw refusal(document, path, `the key "metric" is missing; one of ${METRICS.join(', ')}`);
  if (METRICS.includes(name)) return at;
  const now = OLD_METRICS.get(name);
  if (now !== undefined)
    throw refusal(document, at, `"${name}" is a name of ODCS v3.0; since v3.1 it is "metric: ${now}"`);
  throw refusal(
    document,
    at,
    `unknown metric "${name}"${
      didYouMean(name, METRICS) ||
      `; known metrics: ${METRICS.join(', ')}; other checks are rules of "type: custom, engine: validateData"`
    }`,
  );
}

function refuseOwnProperties(
  document: ParsedText,
  path: ValuePath | undefined,
  { column }: RuleContext,
): void {
  if (path && column)
    throw refusal(document, path, 'a rule on a property is about that property; move it to the object');
}

/** `invalidValues` without arguments is about the options of its column's type. */
function withRestrictions(document: ParsedText, path: ValuePath, rule: Rule, { column }: RuleContext): Rule {
  if (!column) return rule;
  if (Object.keys(rule.arguments).length > 0) {
    refuseContradictions(document, [...path, 'arguments'], rule.arguments as ConstraintOptions, column);
    return rule;
  }
  if (Object.keys(column.restrictions).length === 0)
    throw refusal(
      document,
      path,
      'invalidValues has nothing to hold values to; give "arguments" such as validValues or pattern, or "logicalTypeOptions" of the property',
    );
  return { ...rule, arguments: column.restrictions };
}
