import type { ForecastMetric } from '../metric.ts';
import { intervalBetween } from './interval-forecasts.ts';
import { lossOfLevel } from './quantile-losses.ts';

/** Levels this near to each other are one: 1 − 0.9 is not 0.1 to the last digit. */
const SAME = 1e-9;

/**
 * Metrics that a data set has by the levels of its quantiles: the loss at each (`quantile_loss_at_0.1`), and for each
 * pair q and 1 − q the interval between them (`interval_coverage_at_80`, `interval_coverage_error_at_80`,
 * `interval_width_at_80`).
 *
 * @param levels - between 0 and 1, each once
 */
export function levelMetrics(levels: readonly number[]): readonly ForecastMetric[] {
  const sorted = levels.toSorted((a, b) => a - b);
  return [
    ...sorted.map(lossOfLevel),
    ...sorted.flatMap((low) => {
      const high = sorted.find((level) => low < 0.5 - SAME && Math.abs(level - (1 - low)) < SAME);
      return high === undefined ? [] : intervalBetween(low, high);
    }),
  ];
}
