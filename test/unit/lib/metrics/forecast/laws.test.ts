import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computedValue } from '../../../../../actions/lib/metrics/computed-value.ts';
import { forecastMetrics } from '../../../../../actions/lib/metrics/forecast/catalog.ts';
import { levelMetrics } from '../../../../../actions/lib/metrics/forecast/level-metrics.ts';
import type { ForecastMetric, SumsMetric } from '../../../../../actions/lib/metrics/metric.ts';
import type { ForecastRows } from '../../../../../actions/lib/metrics/rows.ts';
import { selectRows } from '../../../../../actions/lib/metrics/select-rows.ts';
import { sumTerms } from '../../../../../actions/lib/stats/resample-sums.ts';
import { forecastRows } from './forecast-rows.ts';

const LEVELS = [0.1, 0.5, 0.9] as const;
const metrics: readonly ForecastMetric[] = [...forecastMetrics, ...levelMetrics(LEVELS)];

const number = fc.integer({ min: -40, max: 40 }).map((value) => value / 8);

const anyRows: fc.Arbitrary<ForecastRows> = fc
  .array(
    fc.record({
      y: number,
      p: number,
      low: number,
      high: number,
      series: fc.integer({ min: 0, max: 2 }),
      w: fc.integer({ min: 1, max: 8 }),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((points) => {
    const rows = forecastRows({
      y: points.map(({ y }) => y),
      p: points.map(({ p }) => p),
      w: points.map(({ w }) => w / 4),
      series: points.map(({ series }) => series),
      quantiles: LEVELS.map((level) => ({
        level,
        values: points.map(({ p, low, high }) => p + (level < 0.5 ? low : level === 0.5 ? 0 : high)),
      })),
      scales: { absolute: [2, 0.5, null], squared: [5, 0.75, null] },
    });
    return { ...rows, seriesNames: ['a', 'b', 'c'] };
  });

const sameValue = (metric: ForecastMetric, one: ForecastRows, other: ForecastRows, factor = 1): void => {
  const [a, b] = [computedValue(metric, one), computedValue(metric, other)];
  if (typeof a === 'string') expect(b, metric.id).toBe(a);
  else expect(Number(b), metric.id).toBeCloseTo(a * factor, 8);
};

const isSums = (metric: ForecastMetric): metric is SumsMetric<ForecastRows> => metric.kind === 'sums';
const times = (values: Float64Array, factor: number): Float64Array => values.map((value) => value * factor);

/** Metrics in the unit of the values, in its square, and without one. */
const unitPower = ({ id }: ForecastMetric): number => {
  if (id === 'mse') return 2;
  return /^(mae|rmse|.*_forecast|absolute_bias|.*quantile_loss.*|interval_width.*)$/.test(id) ? 1 : 0;
};

describe('metrics of forecasts', () => {
  test('do not depend on the order of points, or on the numbers and names of series', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const turned = Uint32Array.from({ length: rows.count }, (_, row) => rows.count - 1 - row);
        const renamed = {
          ...rows,
          seriesNames: ['x', 'y', 'z'],
          series: rows.series.map((series) => 2 - series),
          scales: {
            absolute: (rows.scales?.absolute ?? new Float64Array()).toReversed(),
            squared: (rows.scales?.squared ?? new Float64Array()).toReversed(),
          },
        };
        for (const metric of metrics) {
          sameValue(metric, rows, selectRows(rows, turned) as ForecastRows);
          sameValue(metric, rows, renamed);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('follow the unit of the values', () => {
    fc.assert(
      fc.property(anyRows, fc.constantFrom(0.25, 8), (rows, factor) => {
        const scaled: ForecastRows = {
          ...rows,
          actual: times(rows.actual, factor),
          predicted: times(rows.predicted, factor),
          quantiles: rows.quantiles.map(({ level, values }) => ({ level, values: times(values, factor) })),
          ...(rows.scales && {
            scales: {
              absolute: times(rows.scales.absolute, factor),
              squared: times(rows.scales.squared, factor ** 2),
            },
          }),
        };
        for (const metric of metrics) sameValue(metric, rows, scaled, factor ** unitPower(metric));
      }),
      { numRuns: 50 },
    );
  });

  test('over- and under-forecasts add up to the error, and differ by the bias', () => {
    const of = (id: string, rows: ForecastRows): number => {
      const metric = metrics.find((one) => one.id === id);
      return Number(metric && computedValue(metric, rows));
    };
    fc.assert(
      fc.property(anyRows, (rows) => {
        const [over, under] = [of('over_forecast', rows), of('under_forecast', rows)];
        expect(over + under).toBeCloseTo(of('mae', rows), 10);
        expect(Math.abs(over - under)).toBeCloseTo(of('absolute_bias', rows), 10);
        expect(2 * of('quantile_loss_at_0.5', rows)).toBeCloseTo(of('mae', rows), 10);
      }),
      { numRuns: 50 },
    );
  });

  test('of sums: those of shards are those of the whole', () => {
    fc.assert(
      fc.property(anyRows, fc.nat(), (rows, at) => {
        const all = Uint32Array.from({ length: rows.count }, (_, row) => row);
        const cut = at % (rows.count + 1);
        const shards = [all.subarray(0, cut), all.subarray(cut)].map(
          (indexes) => selectRows(rows, indexes) as ForecastRows,
        );
        for (const { terms, id } of metrics.filter(isSums)) {
          const whole = sumTerms(terms(rows), rows.weights);
          const parts = shards.map((shard) => sumTerms(terms(shard), shard.weights));
          for (const [sum, value] of whole.entries())
            expect(
              parts.reduce((total, part) => total + (part[sum] ?? 0), 0),
              id,
            ).toBeCloseTo(value, 9);
        }
      }),
      { numRuns: 50 },
    );
  });
});
