import { bootstrapInterval } from '../stats/intervals.ts';
import { seededRandom } from '../stats/random.ts';
import { type DrawSums, resampleCounts, resampleSums, sumTerms } from '../stats/resample-sums.ts';
import {
  drawnLevel,
  type Estimate,
  type MadeInterval,
  type MeasureSettings,
  methodOn,
} from './made-interval.ts';
import type { Computed, SumsMetric, Terms } from './metric.ts';
import type { EvaluationRows } from './rows.ts';

type Statistic = (sums: Float64Array) => Computed;

/** Fewer rows than this are drawn themselves, even where their counts would do. */
const MAX_ROWS_WITHOUT_COUNTS = 5000;

/**
 * Estimates of metrics that are functions of sums: those of the same terms (calibration bins, moments of two
 * variables) are made of one pass over the rows and of the same draws.
 */
export function estimateSums<R extends EvaluationRows>(
  metrics: readonly SumsMetric<R>[],
  rows: R,
  settings: MeasureSettings,
): readonly (readonly [SumsMetric<R>, Estimate])[] {
  const alike = !rows.weights && !rows.clusters && rows.count > MAX_ROWS_WITHOUT_COUNTS;
  const groups = Map.groupBy(metrics, ({ counts, terms }) => (alike && counts) || terms);
  return [...groups.values()].flatMap((group) => {
    const counts = alike ? group[0]?.counts?.(rows) : undefined;
    const terms = counts ? undefined : group[0]?.terms(rows);
    const drawing = counts ? ofCounts(counts, settings) : terms && ofTerms(terms, rows, settings);
    return drawing ? estimateGroup(group, rows, drawing) : [];
  });
}

/** Sums of all rows, and what draws them again from resamples. */
interface Drawing {
  readonly sums: Float64Array;
  readonly level: number;
  readonly method: string;
  readonly values: (statistics: readonly Statistic[]) => readonly Float64Array[];
}

function ofTerms(terms: Terms, rows: EvaluationRows, settings: MeasureSettings): Drawing {
  const { resamples, seed } = settings;
  const { draw, exact } = resampleSums(terms, rows.weights, rows.clusters, resamples, seededRandom(seed));
  const sums = sumTerms(terms, rows.weights);
  return {
    sums,
    level: drawnLevel(rows, settings.confidence),
    method: methodOn(rows, exact ? 'bootstrap' : 'bootstrap-sums'),
    values: (statistics) => valuesOf(draw, sums.length, statistics, resamples),
  };
}

const ofCounts = (counts: Float64Array, settings: MeasureSettings): Drawing => ({
  sums: counts,
  level: settings.confidence,
  method: 'bootstrap-sums',
  values: (statistics) => countsDraws(counts, statistics, settings),
});

function estimateGroup<R extends EvaluationRows>(
  group: readonly SumsMetric<R>[],
  rows: R,
  { sums, level, method, values }: Drawing,
): (readonly [SumsMetric<R>, Estimate])[] {
  const found = group.map((metric) => {
    const approximate = metric.fromSums(sums, rows);
    return { metric, approximate, value: metric.compute ? metric.compute(rows) : approximate };
  });
  const draws = values(group.map((metric) => (drawn) => metric.fromSums(drawn, rows)));
  return found.map(({ metric, approximate, value }, at) => {
    if (typeof value === 'string' || typeof approximate === 'string')
      return [metric, { value, n: rows.count }];
    const bounds = bootstrapInterval(draws[at] ?? new Float64Array(), approximate, level);
    return [metric, { value, n: rows.count, interval: shifted({ bounds, method }, value - approximate) }];
  });
}

/** An interval around an approximation, moved to where the value is. */
const shifted = ({ bounds, ...rest }: MadeInterval, by: number): MadeInterval => ({
  ...rest,
  bounds: bounds && { low: bounds.low + by, high: bounds.high + by },
});

/** The values of functions of sums on resamples of rows or clusters, and how these were drawn. */
export function termsDraws(
  terms: Terms,
  statistics: readonly Statistic[],
  rows: EvaluationRows,
  settings: MeasureSettings,
): { readonly draws: readonly Float64Array[]; readonly method: string } {
  const { method, values } = ofTerms(terms, rows, settings);
  return { draws: values(statistics), method };
}

/** The values of functions of counts on resamples of them. */
export const countsDraws = (
  counts: Float64Array,
  statistics: readonly Statistic[],
  { resamples, seed }: Pick<MeasureSettings, 'resamples' | 'seed'>,
): readonly Float64Array[] =>
  valuesOf(resampleCounts(counts, seededRandom(seed)), counts.length, statistics, resamples);

function valuesOf(
  draw: DrawSums,
  size: number,
  statistics: readonly Statistic[],
  resamples: number,
): readonly Float64Array[] {
  const sums = new Float64Array(size);
  const all = statistics.map(() => new Float64Array(resamples));
  for (let round = 0; round < resamples; round++) {
    draw(sums);
    for (const [at, statistic] of statistics.entries()) {
      const value = statistic(sums);
      const own = all[at];
      if (own) own[round] = typeof value === 'number' ? value : Number.NaN;
    }
  }
  return all;
}
