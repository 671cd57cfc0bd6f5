import type { ColumnProfile } from '../documents/profile.ts';
import { profiledNumbers } from '../profile/counted-numbers.ts';
import { quantileOf } from '../profile/quantiles.ts';
import type { Arguments } from './arguments.ts';
import type { Parameter, Rule } from './check.ts';
import { valuesIn } from './evidence.ts';
import { refusal } from './planned.ts';

/** A number that describes a column, and whether it is exact. */
export interface Statistic {
  readonly value: number;
  readonly exact: boolean;
}

type Compute = (profile: ColumnProfile, p: number) => Statistic | undefined;

const exactly = (value: number | null | undefined): Statistic | undefined =>
  value === null || value === undefined ? undefined : { value, exact: true };

/** Of booleans the mean is the share of `true`. */
const mean: Compute = (profile) => {
  if (profile.type !== 'boolean') return exactly(profile.numeric?.mean);
  const yes = profile.top.find(({ value }) => value === 'true')?.count ?? 0;
  return valuesIn(profile) === 0 ? undefined : exactly(yes / valuesIn(profile));
};

const quantile: Compute = (profile, p) => {
  const numbers = profiledNumbers(profile);
  return numbers === undefined || numbers.total === 0
    ? undefined
    : { value: quantileOf(numbers, p), exact: numbers.exact };
};

const scaled = (
  statistic: Statistic | undefined,
  change: (value: number) => number,
): Statistic | undefined =>
  statistic === undefined ? undefined : { ...statistic, value: change(statistic.value) };

/** What can be measured of a column, and how. */
const STATISTICS: Readonly<Record<string, Compute>> = {
  min: ({ numeric }) => exactly(numeric?.min),
  max: ({ numeric }) => exactly(numeric?.max),
  mean,
  median: (profile) => quantile(profile, 0.5),
  stddev: ({ numeric }) => exactly(numeric?.standardDeviation),
  variance: ({ numeric }) => scaled(exactly(numeric?.standardDeviation), (value) => value ** 2),
  sum: (profile) => scaled(mean(profile, 0), (value) => value * valuesIn(profile)),
  quantile,
  minLength: ({ length }) => exactly(length?.min),
  maxLength: ({ length }) => exactly(length?.max),
  meanLength: ({ length }) => exactly(length?.mean),
};

/** The parameters of checks that measure one statistic. */
export const STATISTIC_PARAMETERS: readonly Parameter[] = [
  {
    name: 'statistic',
    kind: { oneOf: Object.keys(STATISTICS) },
    required: true,
    about: `What to measure: ${Object.keys(STATISTICS).join(', ')}. Dates count in milliseconds since 1970`,
  },
  { name: 'p', kind: 'number', about: 'Which quantile, from 0 to 1' },
];

/** The statistic a rule asks for. */
export function chosenStatistic(rule: Rule, given: Arguments) {
  const name = given.text('statistic') ?? '';
  const p = given.number('p');
  if ((name === 'quantile') !== (p !== undefined))
    throw refusal(
      rule,
      name === 'quantile' ? 'the argument "p" is missing, for example 0.95' : 'p goes with the quantile',
    );
  if (p !== undefined && !(p >= 0 && p <= 1))
    throw refusal(rule, `p: expected a number from 0 to 1, found ${p}`);
  const compute = STATISTICS[name];
  return {
    name: p === undefined ? name : `quantile ${p}`,
    of: (profile: ColumnProfile): Statistic | undefined => compute?.(profile, p ?? 0),
  };
}
