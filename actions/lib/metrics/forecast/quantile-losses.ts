import type { ForecastMetric, MeanMetric } from '../metric.ts';
import type { ForecastRows } from '../rows.ts';

type Quantile = ForecastRows['quantiles'][number];

/** Adds to each point a part of the loss whose expectation the quantile of a level makes least. */
function addPinball(
  { count, actual }: ForecastRows,
  { level, values }: Quantile,
  part: number,
  into: Float64Array,
): void {
  for (let row = 0; row < count; row++) {
    const error = (actual[row] ?? 0) - (values[row] ?? 0);
    into[row] = (into[row] ?? 0) + part * Math.max(level * error, (level - 1) * error);
  }
}

/** The mean of the losses of all levels, for each point. */
function meanPinball(rows: ForecastRows): Float64Array {
  const losses = new Float64Array(rows.count);
  for (const quantile of rows.quantiles) addPinball(rows, quantile, 1 / rows.quantiles.length, losses);
  return losses;
}

const common = {
  direction: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  tasks: ['forecast'],
  needs: 'scores',
} as const;
const POINTS = { average: 'points' } as const;
const PINBALL = 'max(q e, (q − 1) e) with e = actual − predicted quantile';

/** Losses of forecasts of quantiles, whichever levels they are of. */
export const quantileLosses: readonly ForecastMetric[] = [
  {
    ...common,
    kind: 'mean',
    interval: 'student-t',
    id: 'mean_quantile_loss',
    aliases: ['quantile_loss', 'mqloss', 'pinball_loss', 'mean_pinball_loss'],
    title: 'Mean quantile loss',
    params: POINTS,
    definition: `Mean over all points and levels q of ${PINBALL} (utilsforecast.losses.mqloss for one series; sklearn.metrics.mean_pinball_loss for one level).`,
    perRow: meanPinball,
  },
  {
    ...common,
    kind: 'sums',
    id: 'scaled_crps',
    aliases: ['crps', 'mean_weighted_quantile_loss'],
    title: 'Scaled CRPS',
    params: POINTS,
    definition:
      '2 Σ mean quantile loss / Σ |actual| over all points, which nears the continuous ranked probability score with many even levels (utilsforecast.losses.scaled_crps for one series; S. Rangapuram et al., 2021).',
    terms: (rows) => {
      const losses = meanPinball(rows);
      const values = new Float64Array(2 * rows.count);
      for (let row = 0; row < rows.count; row++) {
        values[2 * row] = 2 * (losses[row] ?? 0);
        values[2 * row + 1] = Math.abs(rows.actual[row] ?? 0);
      }
      return { cells: 1, width: 2, values };
    },
    fromSums: ([loss = 0, size = 0]) => (size > 0 ? loss / size : 'all actual values are 0'),
  },
];

/** The loss of the forecasts of one level, such as `quantile_loss_at_0.1`. */
export const lossOfLevel = (level: number): MeanMetric<ForecastRows> => ({
  ...common,
  kind: 'mean',
  interval: 'student-t',
  id: `quantile_loss_at_${level}`,
  aliases: [`quantile_loss_${level}`, `pinball_loss_${level}`],
  title: `Quantile loss at ${level}`,
  params: { ...POINTS, level },
  definition: `Mean over all points of ${PINBALL}, q = ${level} (utilsforecast.losses.quantile_loss for one series; sklearn.metrics.mean_pinball_loss, alpha=${level}).`,
  missing: `no quantile of level ${level} was forecast`,
  perRow: (rows) => {
    const losses = new Float64Array(rows.count);
    const quantile = rows.quantiles.find((one) => one.level === level);
    if (!quantile) return losses.fill(Number.NaN);
    addPinball(rows, quantile, 1, losses);
    return losses;
  },
});
