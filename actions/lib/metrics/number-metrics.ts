import type { NumberMetric } from './metric.ts';
import { regressionDeviance } from './regression-deviance.ts';
import { regressionFit } from './regression-fit.ts';
import { regressionMeans } from './regression-means.ts';

/** Every metric of a regression. */
export const numberMetrics: readonly NumberMetric[] = [
  ...regressionMeans,
  ...regressionFit,
  ...regressionDeviance,
];
