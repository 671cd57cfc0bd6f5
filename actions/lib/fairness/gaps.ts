import type { Interval, MetricValue } from '../documents/metrics.ts';
import { GROUP_RATES, type GroupRate } from './group-rates.ts';
import { jointFactor, type PairSpread, pairSpread, type Scale, widestBetween } from './pair-spread.ts';
import type { RateDraws } from './rate-draws.ts';

/** How far groups lie apart in one rate or two. */
interface Gap {
  readonly id: string;
  readonly scale: Scale;
  readonly rates: readonly GroupRate[];
  /** Of two rates: the gap of the one that is worse, or the mean of both gaps. */
  readonly agg?: 'worst_case' | 'mean';
}

const { selection, truePositive, falsePositive } = GROUP_RATES;

/** A difference and a ratio of each. */
const both = (id: string, rates: readonly GroupRate[], agg?: Gap['agg']): readonly Gap[] => [
  { id: `${id}_difference`, scale: 'difference', rates, ...(agg && { agg }) },
  { id: `${id}_ratio`, scale: 'ratio', rates, ...(agg && { agg }) },
];

/** Gaps by the names that Fairlearn has for them; the others are made of a rate's name in the same way. */
const NAMED: readonly Gap[] = [
  ...both('demographic_parity', [selection]),
  ...both('equalized_odds', [truePositive, falsePositive], 'worst_case'),
  ...both('equalized_odds_mean', [truePositive, falsePositive], 'mean'),
  ...both('equal_opportunity', [truePositive]),
];

/** The gaps of a task's groups. */
export function gapsOf(rates: readonly GroupRate[]): readonly Gap[] {
  const has = (rate: GroupRate): boolean => rates.includes(rate);
  const named = NAMED.filter((gap) => gap.rates.every(has));
  const alone = named.filter((gap) => gap.rates.length === 1).flatMap((gap) => gap.rates);
  return [
    ...named,
    ...rates.filter((rate) => !alone.includes(rate)).flatMap((rate) => both(rate.id, [rate])),
  ];
}

/** What gaps are worked out from. */
export interface GapSource {
  readonly by: string;
  readonly names: readonly string[];
  /** Rows of all groups. */
  readonly n: number;
  readonly rates: readonly RateDraws[];
  readonly confidence: number;
  readonly method: string;
}

/** The lowest and the highest rate, and whose they are; or why they cannot be compared. */
interface Extremes {
  readonly low: number;
  readonly high: number;
  readonly lowGroup: number;
  readonly highGroup: number;
}

function extremesOf(
  { rate, observed }: RateDraws,
  names: readonly string[],
  scale: Scale,
): Extremes | string {
  const without = observed.findIndex(Number.isNaN);
  if (without >= 0) return `group "${names[without]}": ${rate.missing}`;
  let lowGroup = 0;
  let highGroup = 0;
  for (const [group, value] of observed.entries()) {
    if (value < (observed[lowGroup] ?? 0)) lowGroup = group;
    if (value > (observed[highGroup] ?? 0)) highGroup = group;
  }
  const low = observed[lowGroup] ?? 0;
  const high = observed[highGroup] ?? 0;
  if (scale === 'ratio' && low < 0) return `group "${names[lowGroup]}": ${rate.id} is below 0`;
  if (scale === 'ratio' && high === 0) return `${rate.id} is 0 in every group`;
  return { low, high, lowGroup, highGroup };
}

const apart = (scale: Scale, { low, high }: Extremes): number =>
  scale === 'ratio' ? low / high : high - low;

/** A gap as a metric's value. */
export function gapValue(gap: Gap, source: GapSource): MetricValue {
  const value: Omit<MetricValue, 'value'> = {
    name: gap.id,
    direction: gap.scale === 'ratio' ? 'higher' : 'lower',
    kind: gap.rates.every(({ task }) => task === 'regression') ? 'sums' : 'confusion',
    n: source.n,
  };
  const params = { by: source.by, ...(gap.agg && { agg: gap.agg }) };
  const undefinedFor = (reason: string): MetricValue => ({
    ...value,
    value: null,
    undefined: reason,
    params,
  });
  const rates = gap.rates.flatMap((rate) => source.rates.find((drawn) => drawn.rate === rate) ?? []);
  if (source.names.length < 2) return undefinedFor('needs at least two groups that are large enough');
  const extremes: Extremes[] = [];
  for (const drawn of rates) {
    const found = extremesOf(drawn, source.names, gap.scale);
    if (typeof found === 'string') return undefinedFor(found);
    extremes.push(found);
  }
  const ci = intervalOf(gap, rates, source);
  return {
    ...value,
    value: combined(gap, extremes),
    params: { ...params, ...decidedBy(gap, extremes, source.names) },
    ...(ci && { ci }),
  };
}

function combined({ agg, scale }: Gap, extremes: readonly Extremes[]): number {
  const gaps = extremes.map((each) => apart(scale, each));
  if (agg === 'mean') return gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return scale === 'ratio' ? Math.min(...gaps) : Math.max(...gaps);
}

/** The groups that lie furthest apart; of two rates, and which of them. The mean of two gaps has no such groups. */
function decidedBy(
  gap: Gap,
  extremes: readonly Extremes[],
  names: readonly string[],
): Readonly<Record<string, string>> {
  if (gap.agg === 'mean') return {};
  const worst = combined(gap, extremes);
  const at = extremes.findIndex((each) => apart(gap.scale, each) === worst);
  const { lowGroup = 0, highGroup = 0 } = extremes[at] ?? {};
  return {
    ...(gap.agg && { rate: gap.rates[at]?.id ?? '' }),
    min_group: names[lowGroup] ?? '',
    max_group: names[highGroup] ?? '',
  };
}

function intervalOf(
  gap: Gap,
  rates: readonly RateDraws[],
  { confidence, method }: GapSource,
): Interval | undefined {
  // The logarithm of a rate of 0 is no distance.
  if (gap.scale === 'ratio' && rates.some(({ observed }) => observed.includes(0))) return undefined;
  const spreads = rates.map((drawn) => pairSpread(drawn, gap.scale));
  const factor = jointFactor(spreads, confidence);
  if (factor === undefined) return undefined;
  const ends = spreads.map((spread: PairSpread) => {
    const { low, high } = widestBetween(spread, factor);
    return gap.scale === 'ratio' ? { low: Math.exp(-high), high: Math.exp(-low) } : { low, high };
  });
  const pick = (numbers: readonly number[]): number => {
    if (gap.agg === 'mean') return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    return gap.scale === 'ratio' ? Math.min(...numbers) : Math.max(...numbers);
  };
  const share = gap.rates.every(({ task }) => task !== 'regression');
  const high = pick(ends.map((each) => each.high));
  return {
    low: pick(ends.map((each) => each.low)),
    high: share ? Math.min(1, high) : high,
    level: confidence,
    method,
  };
}
