import type { Histogram } from './curves-histogram.ts';
import { errorsOf, residualsOf } from './curves-numbers.ts';
import type { ForecastRows } from './rows.ts';

/** Series beyond these are not drawn. */
const MAX_SERIES = 4;
/** The last steps of a series that are drawn. */
const MAX_STEPS = 200;
/** Steps of which the error is drawn. */
const MAX_HORIZON = 100;

/** One series as it was and as it was forecast. */
export interface SeriesCurve {
  readonly name: string;
  /** Steps before the first one here, which are left out. */
  readonly skipped: number;
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
  /** Forecasts of the lowest and the highest quantile. */
  readonly band?: {
    readonly levels: readonly [number, number];
    readonly low: readonly number[];
    readonly high: readonly number[];
  };
}

/** `curves.json`: what the plots of a forecast are drawn from. */
export interface ForecastCurves {
  readonly task: 'forecast';
  /** The first series. */
  readonly series: readonly SeriesCurve[];
  readonly seriesCount: number;
  /** `[step, mean absolute error]` by place in the series, from 1; empty where all series have one step. */
  readonly errorByStep: readonly (readonly [number, number])[];
  /** Errors (actual − predicted) of all series; absent without rows. */
  readonly residuals?: Histogram;
}

/** The curves of a forecast. Rows of a series stand in the order of time. */
export function forecastCurves(rows: ForecastRows): ForecastCurves {
  const errors = errorsOf(rows.actual, rows.predicted);
  const residuals = residualsOf(errors);
  return {
    task: 'forecast',
    series: rows.seriesNames.slice(0, MAX_SERIES).map((name, series) => seriesCurve(rows, name, series)),
    seriesCount: rows.seriesNames.length,
    errorByStep: errorByStep(rows, errors),
    ...(residuals && { residuals }),
  };
}

function seriesCurve(rows: ForecastRows, name: string, series: number): SeriesCurve {
  const all: number[] = [];
  for (let row = 0; row < rows.count; row++) if (rows.series[row] === series) all.push(row);
  const kept = all.slice(-MAX_STEPS);
  const pick = (values: Float64Array): number[] => kept.map((row) => values[row] ?? Number.NaN);
  const levels = rows.quantiles.toSorted((a, b) => a.level - b.level);
  const [low, high] = [levels[0], levels.at(-1)];
  return {
    name,
    skipped: all.length - kept.length,
    actual: pick(rows.actual),
    predicted: pick(rows.predicted),
    ...(low &&
      high &&
      low !== high && {
        band: { levels: [low.level, high.level], low: pick(low.values), high: pick(high.values) },
      }),
  };
}

function errorByStep(rows: ForecastRows, errors: Float64Array): ForecastCurves['errorByStep'] {
  const next = new Uint32Array(rows.seriesNames.length);
  const sums = new Float64Array(MAX_HORIZON);
  const weights = new Float64Array(MAX_HORIZON);
  for (let row = 0; row < rows.count; row++) {
    const series = rows.series[row] ?? 0;
    const step = next[series] ?? 0;
    next[series] = step + 1;
    if (step >= MAX_HORIZON) continue;
    const weight = rows.weights?.[row] ?? 1;
    sums[step] = (sums[step] ?? 0) + weight * Math.abs(errors[row] ?? 0);
    weights[step] = (weights[step] ?? 0) + weight;
  }
  const points = [...sums].flatMap((sum, step) => {
    const weight = weights[step] ?? 0;
    return weight > 0 ? [[step + 1, sum / weight] as const] : [];
  });
  return points.length > 1 ? points : [];
}
