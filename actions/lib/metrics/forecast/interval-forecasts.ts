import type { ForecastMetric, MeanMetric, SumsMetric } from '../metric.ts';
import type { ForecastRows } from '../rows.ts';

type Quantile = ForecastRows['quantiles'][number];

/** A forecast of an interval: the quantiles of a lower and of a higher level. */
interface Band {
  readonly low: Quantile;
  readonly high: Quantile;
}

/** Which interval is meant, and how it is named. */
interface BandChoice {
  readonly pick: (rows: ForecastRows) => Band | undefined;
  /** What ids end with. */
  readonly suffix: string;
  readonly coverageAlias: string;
  /** What titles end with. */
  readonly title: string;
  readonly text: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly missing: string;
}

/** A value for each point from its actual value and its interval; NaN for all without an interval. */
function perBand(
  rows: ForecastRows,
  band: Band | undefined,
  value: (actual: number, low: number, high: number) => number,
): Float64Array {
  const values = new Float64Array(rows.count);
  if (!band) return values.fill(Number.NaN);
  for (let row = 0; row < rows.count; row++)
    values[row] = value(rows.actual[row] ?? 0, band.low.values[row] ?? 0, band.high.values[row] ?? 0);
  return values;
}

const isInside = (actual: number, low: number, high: number): number =>
  actual >= low && actual <= high ? 1 : 0;

const common = { tasks: ['forecast'], needs: 'scores' } as const;

const coverage = (choice: BandChoice): MeanMetric<ForecastRows> => ({
  ...common,
  kind: 'mean',
  interval: 'wilson',
  id: `interval_coverage${choice.suffix}`,
  aliases: [choice.coverageAlias],
  title: `Interval coverage${choice.title}`,
  direction: 'higher',
  range: [0, 1],
  params: choice.params,
  missing: choice.missing,
  definition: `Share of points whose actual value lies within ${choice.text}, its ends included (utilsforecast.losses.coverage for one series).`,
  perRow: (rows) => perBand(rows, choice.pick(rows), isInside),
});

const coverageError = (choice: BandChoice): SumsMetric<ForecastRows> => ({
  ...common,
  kind: 'sums',
  id: `interval_coverage_error${choice.suffix}`,
  aliases: [],
  title: `Interval coverage error${choice.title}`,
  direction: 'lower',
  range: [0, 1],
  params: choice.params,
  definition: `|share of points within ${choice.text} − what it claims, the difference of its levels|.`,
  terms: (rows) => {
    const values = new Float64Array(2 * rows.count);
    const inside = perBand(rows, choice.pick(rows), isInside);
    for (let row = 0; row < rows.count; row++) values.set([inside[row] ?? 0, 1], 2 * row);
    return { cells: 1, width: 2, values };
  },
  fromSums: ([inside = 0, weight = 0], rows) => {
    const band = choice.pick(rows);
    if (!band) return choice.missing;
    return weight > 0 ? Math.abs(inside / weight - (band.high.level - band.low.level)) : 'no rows';
  },
});

const width = (choice: BandChoice): MeanMetric<ForecastRows> => ({
  ...common,
  kind: 'mean',
  interval: 'student-t',
  id: `interval_width${choice.suffix}`,
  aliases: [],
  title: `Interval width${choice.title}`,
  direction: 'lower',
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  params: choice.params,
  missing: choice.missing,
  definition: `Mean over all points of the width of ${choice.text}; a point whose quantiles cross counts below 0.`,
  perRow: (rows) => perBand(rows, choice.pick(rows), (_, low, high) => high - low),
});

const bandMetrics = (choice: BandChoice): readonly ForecastMetric[] => [
  coverage(choice),
  coverageError(choice),
  width(choice),
];

function widest({ quantiles }: ForecastRows): Band | undefined {
  const sorted = quantiles.toSorted((a, b) => a.level - b.level);
  const low = sorted[0];
  const high = sorted.at(-1);
  return low && high && low.level < high.level ? { low, high } : undefined;
}

/** How often the widest interval holds the actual value, how far that is from what it claims, and its width. */
export const widestInterval: readonly ForecastMetric[] = bandMetrics({
  pick: widest,
  suffix: '',
  coverageAlias: 'coverage',
  title: '',
  text: 'the interval from the quantile of the lowest level to that of the highest',
  params: { average: 'points', interval: 'widest' },
  missing: 'an interval needs quantiles of two levels',
});

/** As `widestInterval`, for the interval between two levels, such as `interval_coverage_at_80` for 0.1 and 0.9. */
export function intervalBetween(low: number, high: number): readonly ForecastMetric[] {
  const percent = Number((100 * (high - low)).toFixed(6));
  return bandMetrics({
    pick: ({ quantiles }) => {
      const lower = quantiles.find(({ level }) => level === low);
      const upper = quantiles.find(({ level }) => level === high);
      return lower && upper && { low: lower, high: upper };
    },
    suffix: `_at_${percent}`,
    coverageAlias: `coverage_${percent}`,
    title: ` at ${percent} %`,
    text: `the interval from the quantile of level ${low} to that of ${high}`,
    params: { average: 'points', low, high },
    missing: `quantiles of the levels ${low} and ${high} were not both forecast`,
  });
}
