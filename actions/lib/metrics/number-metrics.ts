import type { NumberMetric } from './metric.ts';
import { regressionDeviance } from './regression-deviance.ts';
import { regressionFit } from './regression-fit.ts';
import { regressionMeans } from './regression-means.ts';
import { regressionOrder } from './regression-order.ts';

/** Every metric of a regression. */
export const numberMetrics: readonly NumberMetric[] = [
  ...regressionMeans,
  ...regressionFit,
  ...regressionOrder,
  ...regressionDeviance,
];
