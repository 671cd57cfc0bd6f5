import type { Severity } from '../documents/validation.ts';
import { didYouMean } from '../nearest-name.ts';
import type { ParsedText, ValuePath } from '../schema/parsed-text.ts';
import { isRangeOperator, isSingleOperator, OPERATORS, type Threshold } from '../stats/threshold.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import type { QualityRule, RuleMetric, TypeOptions } from './contract.ts';
import { keys, refusal, text, valueAt } from './fields.ts';
import { readArguments } from './rule-arguments.ts';

/** What a rule stands on. */
export interface RuleOwner {
  readonly level: 'object' | 'column';
  /** Names in the data of the columns a rule may name. */
  readonly names: ReadonlyMap<string, string>;
  /** At level `column`: its name in the data, its type and the options its values must satisfy. */
  readonly column?: string;
  readonly type?: ColumnType;
  readonly options?: TypeOptions;
}

/** Where each metric may stand. */
const METRICS: Readonly<Record<RuleMetric, readonly RuleOwner['level'][]>> = {
  rowCount: ['object'],
  nullValues: ['column'],
  missingValues: ['column'],
  invalidValues: ['column'],
  duplicateValues: ['object', 'column'],
};
const METRIC_NAMES = Object.keys(METRICS);
const isMetric = (name: string): name is RuleMetric => Object.hasOwn(METRICS, name);

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** Keys of a rule that say something about it and do not change what it measures. */
const DESCRIPTIVE = [
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
 * Reads a quality rule: none for a `text` rule, which is for people.
 *
 * @throws ActionError invalid-file for rules that are not understood or cannot be run on files
 */
export function readRule(
  document: ParsedText,
  path: ValuePath,
  owner: RuleOwner,
  unchecked: string[],
): readonly QualityRule[] {
  const type = text(document, [...path, 'type']) ?? 'library';
  if (type === 'text') {
    unchecked.push(
      `the rule for people "${text(document, [...path, 'description']) ?? text(document, [...path, 'name']) ?? ''}"`,
    );
    return [];
  }
  if (type === 'sql' || type === 'custom')
    throw refusal(
      document,
      [...path, 'type'],
      `a rule of type ${type} cannot be run on files; use the library metrics (${METRIC_NAMES.join(', ')}) or a row schema`,
    );
  const metric = readMetric(document, path, owner);
  const dimension = text(document, [...path, 'dimension']);
  const title = text(document, [...path, 'name']) ?? text(document, [...path, 'description']);
  return [
    {
      metric,
      threshold: readThreshold(document, path),
      unit: readUnit(document, path, metric),
      severity: readChoice(document, [...path, 'severity'], SEVERITIES, 'error'),
      ...(dimension !== undefined && { dimension }),
      ...(title !== undefined && { title }),
      ...readArguments(document, [...path, 'arguments'], metric, owner),
    },
  ];
}

function readMetric(document: ParsedText, path: ValuePath, owner: RuleOwner): RuleMetric {
  const key = valueAt(document, [...path, 'metric']) === undefined ? 'rule' : 'metric'; // `rule` until v3.0
  const name = text(document, [...path, key]);
  if (name === undefined)
    throw refusal(document, path, `the key "metric" is missing; one of ${METRIC_NAMES.join(', ')}`);
  if (!isMetric(name))
    throw refusal(
      document,
      [...path, key],
      `unknown metric "${name}"${didYouMean(name, METRIC_NAMES) || `; known metrics: ${METRIC_NAMES.join(', ')}`}`,
    );
  if (!METRICS[name].includes(owner.level))
    throw refusal(
      document,
      [...path, key],
      owner.level === 'object'
        ? `${name} is about one property; put the rule there`
        : `${name} is about the whole object; put the rule there`,
    );
  return name;
}

function readThreshold(document: ParsedText, path: ValuePath): Threshold {
  const found: Threshold[] = [];
  for (const key of keys(document, path)) {
    if (DESCRIPTIVE.includes(key)) continue;
    const at = [...path, key];
    const value = valueAt(document, at);
    if (isSingleOperator(key)) {
      if (typeof value !== 'number')
        throw refusal(document, at, `expected a number, found ${JSON.stringify(value)}`);
      found.push({ kind: 'single', operator: key, value });
    } else if (isRangeOperator(key))
      found.push({ kind: 'range', operator: key, value: readRange(document, at) });
    else
      throw refusal(
        document,
        at,
        `unknown key${didYouMean(key, OPERATORS) || `; known operators: ${OPERATORS.join(', ')}`}`,
      );
  }
  const [threshold, second] = found;
  if (threshold === undefined)
    throw refusal(document, path, `the rule has no limit; give one of ${OPERATORS.join(', ')}`);
  if (second !== undefined)
    throw refusal(
      document,
      path,
      `the rule has two limits, ${threshold.operator} and ${second.operator}; give one, or make two rules`,
    );
  return threshold;
}

function readRange(document: ParsedText, path: ValuePath): readonly [number, number] {
  const value = valueAt(document, path);
  const [low, high]: readonly unknown[] = Array.isArray(value) && value.length === 2 ? value : [];
  if (typeof low !== 'number' || typeof high !== 'number')
    throw refusal(document, path, `expected two numbers, found ${JSON.stringify(value)}`);
  if (low > high) throw refusal(document, path, `the smaller number comes first, found [${low}, ${high}]`);
  return [low, high];
}

function readUnit(document: ParsedText, path: ValuePath, metric: RuleMetric): 'rows' | 'percent' {
  const unit = readChoice(document, [...path, 'unit'], ['rows', 'percent'], 'rows');
  if (unit === 'percent' && metric === 'rowCount')
    throw refusal(document, [...path, 'unit'], 'rowCount is a number of rows; percent of what is not said');
  return unit;
}

function readChoice<T extends string>(
  document: ParsedText,
  path: ValuePath,
  choices: readonly T[],
  fallback: T,
): T {
  const value = valueAt(document, path);
  if (value === undefined) return fallback;
  const found = choices.find((choice) => choice === value);
  if (found === undefined)
    throw refusal(
      document,
      path,
      `expected one of ${choices.join(', ')}, found ${JSON.stringify(value)}${didYouMean(String(value), choices)}`,
    );
  return found;
}
