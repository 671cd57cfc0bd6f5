import type { Computed, ForecastMetric, SumsMetric } from '../metric.ts';
import type { ForecastRows } from '../rows.ts';

type Scale = 'absolute' | 'squared';

/** Whether a series has a scale its errors can be measured by: a training part that is not constant. */
const isScale = (scale: number | undefined): scale is number => scale !== undefined && scale > 0;

/** Sums of a loss and of weights, for each series. */
const lossTerms =
  (loss: (error: number) => number): SumsMetric<ForecastRows>['terms'] =>
  ({ count, actual, predicted, series, seriesNames }) => {
    const values = new Float64Array(2 * count);
    for (let row = 0; row < count; row++) {
      values[2 * row] = loss((actual[row] ?? 0) - (predicted[row] ?? 0));
      values[2 * row + 1] = 1;
    }
    return { cells: seriesNames.length, width: 2, cellOf: series, values };
  };

/** The mean over the series that have points and a scale of a function of mean loss / scale. */
function meanOverSeries(
  sums: Float64Array,
  scales: Float64Array | undefined,
  value: (ratio: number) => number,
): Computed {
  if (!scales) return 'no training part was given, by whose seasonal naive forecast errors are scaled';
  let total = 0;
  let counted = 0;
  for (let series = 0; series < scales.length; series++) {
    const scale = scales[series];
    const weight = sums[2 * series + 1] ?? 0;
    if (!isScale(scale) || !(weight > 0)) continue;
    total += value((sums[2 * series] ?? 0) / weight / scale);
    counted++;
  }
  return counted > 0 ? total / counted : 'no series has a training part that varies from season to season';
}

/** Series with points whose errors cannot be scaled: without training part, or with one that repeats itself. */
export function seriesWithoutScale({ count, series, seriesNames, scales }: ForecastRows): readonly string[] {
  const present = new Set<number>();
  for (let row = 0; row < count; row++) present.add(series[row] ?? -1);
  return seriesNames.filter((_, index) => present.has(index) && !isScale(scales?.absolute[index]));
}

interface ScaledError {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly scale: Scale;
  readonly definition: string;
  readonly loss: (error: number) => number;
  readonly value: (ratio: number) => number;
}

const SCALED: readonly ScaledError[] = [
  {
    id: 'mase',
    aliases: ['mean_absolute_scaled_error'],
    title: 'Mean absolute scaled error',
    scale: 'absolute',
    definition:
      'Mean absolute error of a series over that of the seasonal naive forecast on its training part, mean over series (utilsforecast.losses.mase; R. Hyndman, A. Koehler, 2006)',
    loss: Math.abs,
    value: (ratio) => ratio,
  },
  {
    id: 'rmsse',
    aliases: ['root_mean_squared_scaled_error'],
    title: 'Root mean squared scaled error',
    scale: 'squared',
    definition:
      'Root of the mean squared error of a series over that of the seasonal naive forecast on its training part, mean over series (utilsforecast.losses.rmsse; M5 competition, there weighted)',
    loss: (error) => error * error,
    // Drawn sums may come out below 0.
    value: (ratio) => Math.sqrt(Math.max(0, ratio)),
  },
];

/** Errors of a point forecast in units of what a naive forecast would err. */
export const scaledErrors: readonly ForecastMetric[] = SCALED.map(
  ({ id, aliases, title, scale, definition, loss, value }): SumsMetric<ForecastRows> => ({
    id,
    aliases,
    title,
    direction: 'lower',
    range: [0, Number.POSITIVE_INFINITY],
    tasks: ['forecast'],
    needs: 'labels',
    kind: 'sums',
    params: { average: 'series', without_scale: 'skip' },
    definition: `${definition}; series without such an error, or with one of 0, are left out.`,
    terms: lossTerms(loss),
    fromSums: (sums, { scales }) => meanOverSeries(sums, scales?.[scale], value),
  }),
);
