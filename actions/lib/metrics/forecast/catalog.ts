import type { ForecastMetric } from '../metric.ts';
import { widestInterval } from './interval-forecasts.ts';
import { pointErrors } from './point-errors.ts';
import { quantileLosses } from './quantile-losses.ts';
import { scaledErrors } from './scaled-errors.ts';

/** Every metric of a forecast that does not depend on the levels of its quantiles; for those see `levelMetrics`. */
export const forecastMetrics: readonly ForecastMetric[] = [
  ...pointErrors,
  ...scaledErrors,
  ...quantileLosses,
  ...widestInterval,
];
