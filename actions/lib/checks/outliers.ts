import type { ColumnProfile } from '../documents/profile.ts';
import { type CountedNumbers, profiledNumbers } from '../profile/counted-numbers.ts';
import { quantileOf } from '../profile/quantiles.ts';
import type { Threshold } from '../stats/threshold.ts';
import { timestampText } from '../tabular/calendar.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, Measurement, Rule } from './check.ts';
import { countBetween } from './counted.ts';
import { profileOf, specOf, unmeasured, valuesIn } from './evidence.ts';
import { columnOf, planned, refusal } from './planned.ts';

const ONE_PERCENT: Threshold = { kind: 'single', operator: 'mustBeLessOrEqualTo', value: 1 };
const FACTORS: Readonly<Record<string, number>> = { iqr: 3, zScore: 3 };

/** Counts numbers far from the rest. */
export const outliers: CheckDefinition = {
  name: 'outliers',
  about:
    'Numbers far from the rest of their column: beyond the quartiles by more than `factor` times their distance ' +
    '(`iqr`), or from the mean by more than `factor` standard deviations (`zScore`). The limits come from the data itself',
  level: ['column'],
  aliases: [
    ['Great Expectations', 'expect_column_value_z_scores_to_be_less_than'],
    ['Frictionless', 'deviated-value'],
    ['deepchecks', 'OutlierSampleDetection'],
  ],
  dimension: 'accuracy',
  threshold: ONE_PERCENT,
  units: ['percent', 'rows'],
  parameters: [
    { name: 'method', kind: { oneOf: Object.keys(FACTORS) }, about: '`iqr` (the default) or `zScore`' },
    { name: 'factor', kind: 'number', about: 'How far is too far; 3 when absent' },
  ],
  example: `properties:
  - name: income
    quality:
      - { type: custom, engine: validateData, severity: warning, implementation: { check: outliers, method: iqr, factor: 3, mustBeLessThan: 0.5, unit: percent } }`,
  plan(rule, table) {
    const column = columnOf(rule);
    const given = readArguments(rule, outliers.parameters, table);
    const method = given.text('method') ?? 'iqr';
    const factor = given.number('factor') ?? FACTORS[method] ?? 3;
    if (!(factor > 0)) throw refusal(rule, `factor: expected more than 0, found ${factor}`);
    const question = { rule, column, method, factor, hidden: specOf(table, column)?.classified === true };
    return {
      ...planned(
        outliers,
        rule,
        `within ${factor} ${method === 'iqr' ? 'quartile distances' : 'standard deviations'}`,
      ),
      work: { kind: 'profile', decide: (evidence) => decide(question, profileOf(evidence.table, column)) },
    };
  },
};

interface Question {
  readonly rule: Rule;
  readonly column: string;
  readonly method: string;
  readonly factor: number;
  readonly hidden: boolean;
}

function decide(question: Question, profile: ColumnProfile | undefined): Measurement {
  const { rule, column, method, factor, hidden } = question;
  if (profile === undefined) return unmeasured(`the data has no column "${column}"`);
  const numbers = profiledNumbers(profile);
  if (numbers === undefined || numbers.total === 0)
    return unmeasured(valuesIn(profile) === 0 ? 'no values' : 'the column holds no numbers');
  const limits = method === 'iqr' ? byQuartiles(numbers, factor) : byDeviation(profile, factor);
  if (limits === undefined)
    return unmeasured(method === 'iqr' ? 'half of the values are one number' : 'the numbers do not vary');
  const count = numbers.total - countBetween(numbers, ...limits);
  return {
    count: numbers.exact ? count : Math.round(count),
    of: numbers.total,
    ...(!numbers.exact && { note: 'estimated from the profile' }),
    ...(!hidden && { locate: { rule: beyond(rule, column, limits, profile.type) } }),
  };
}

type Limits = readonly [low: number, high: number];

function byQuartiles(numbers: CountedNumbers, factor: number): Limits | undefined {
  const [low, high] = [quantileOf(numbers, 0.25), quantileOf(numbers, 0.75)];
  const reach = factor * (high - low);
  return reach > 0 ? [low - reach, high + reach] : undefined;
}

function byDeviation({ numeric }: ColumnProfile, factor: number): Limits | undefined {
  const { mean = null, standardDeviation = null } = numeric ?? {};
  if (mean === null || standardDeviation === null || standardDeviation === 0) return undefined;
  return [mean - factor * standardDeviation, mean + factor * standardDeviation];
}

function beyond(rule: Rule, column: string, limits: Limits, type: ColumnProfile['type']): Rule {
  const [minimum, maximum] = limits.map((limit) => boundText(limit, type));
  return {
    check: 'invalidValues',
    severity: rule.severity,
    column,
    arguments: { minimum: minimum ?? 0, maximum: maximum ?? 0, ignoreMisfits: true },
  };
}

const LAST_DAY = 253_402_300_799_999;

/** A limit as the column's values are written; times beyond the calendar stay numbers. */
function boundText(limit: number, type: ColumnProfile['type']): number | string {
  const instant =
    (type === 'date' || type === 'timestamp') && limit > -62_135_596_800_000 && limit < LAST_DAY;
  return instant ? timestampText(Math.round(limit)) : limit;
}
