import type { Computed, SumsMetric, Terms } from './metric.ts';
import type { NumberRows } from './rows.ts';

/** A loss that not all numbers have. */
interface Loss {
  readonly of: (actual: number, predicted: number) => number;
  readonly allows: (actual: number, predicted: number) => boolean;
  /** What `allows` asks for, in words that follow "needs". */
  readonly domain: string;
}

const WIDTH = 3;

/** Each row's weight, its loss, and whether it has none. */
const lossTerms =
  ({ of, allows }: Loss) =>
  ({ count, actual, predicted }: NumberRows): Terms => {
    const values = new Float64Array(count * WIDTH);
    for (let row = 0; row < count; row++) {
      const y = actual[row] ?? 0;
      const p = predicted[row] ?? 0;
      const inside = allows(y, p);
      values[row * WIDTH] = 1;
      values[row * WIDTH + 1] = inside ? of(y, p) : 0;
      values[row * WIDTH + 2] = inside ? 0 : 1;
    }
    return { cells: 1, width: WIDTH, values };
  };

function rowsOutside({ allows }: Loss, { count, actual, predicted, weights }: NumberRows): number {
  let outside = 0;
  for (let row = 0; row < count; row++)
    if ((weights?.[row] ?? 1) > 0 && !allows(actual[row] ?? 0, predicted[row] ?? 0)) outside++;
  return outside;
}

const meanOf =
  (loss: Loss) =>
  ([mass = 0, sum = 0, outside = 0]: Float64Array, rows: NumberRows): Computed => {
    if (!(mass > 0)) return 'no rows';
    if (outside > 0) {
      const found = rowsOutside(loss, rows);
      return `needs ${loss.domain}, which ${found} of ${rows.count} rows do not have`;
    }
    return sum / mass;
  };

const common = {
  direction: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  tasks: ['regression'],
  needs: 'labels',
  kind: 'sums',
} as const;

const SQUARED_LOG: Loss = {
  of: (actual, predicted) => (Math.log1p(actual) - Math.log1p(predicted)) ** 2,
  allows: (actual, predicted) => actual > -1 && predicted > -1,
  domain: 'actual and predicted values above −1',
};

const POISSON: Loss = {
  of: (actual, predicted) =>
    2 * ((actual > 0 ? actual * Math.log(actual / predicted) : 0) - actual + predicted),
  allows: (actual, predicted) => actual >= 0 && predicted > 0,
  domain: 'actual values of at least 0 and predicted values above 0',
};

const GAMMA: Loss = {
  of: (actual, predicted) => 2 * (Math.log(predicted / actual) + actual / predicted - 1),
  allows: (actual, predicted) => actual > 0 && predicted > 0,
  domain: 'actual and predicted values above 0',
};

/** The power of Tweedie's variance half way between Poisson's and gamma's: sums of gammas, such as claims. */
const POWER = 1.5;

const TWEEDIE: Loss = {
  of: (actual, predicted) =>
    2 *
    (actual ** (2 - POWER) / ((1 - POWER) * (2 - POWER)) -
      (actual * predicted ** (1 - POWER)) / (1 - POWER) +
      predicted ** (2 - POWER) / (2 - POWER)),
  allows: POISSON.allows,
  domain: POISSON.domain,
};

const byLoss = (loss: Loss) => ({ terms: lossTerms(loss), fromSums: meanOf(loss) });

/** One function of terms for both metrics, so that who draws sums may draw these once. */
const bySquaredLog = byLoss(SQUARED_LOG);

/** Mean losses of a regression that not all numbers have: those of counts, amounts and ratios. */
export const regressionDeviance: readonly SumsMetric<NumberRows>[] = [
  {
    ...common,
    ...bySquaredLog,
    id: 'mean_squared_log_error',
    aliases: ['msle'],
    title: 'Mean squared logarithmic error',
    definition: 'Mean (ln(1 + actual) − ln(1 + predicted))² (sklearn.metrics.mean_squared_log_error).',
  },
  {
    ...common,
    ...bySquaredLog,
    id: 'root_mean_squared_log_error',
    aliases: ['rmsle'],
    title: 'Root mean squared logarithmic error',
    definition:
      'Square root of the mean squared logarithmic error (sklearn.metrics.root_mean_squared_log_error).',
    fromSums: (sums, rows) => {
      const mean = bySquaredLog.fromSums(sums, rows);
      return typeof mean === 'number' ? Math.sqrt(mean) : mean;
    },
  },
  {
    ...common,
    ...byLoss(POISSON),
    id: 'mean_poisson_deviance',
    aliases: ['poisson_deviance'],
    title: 'Mean Poisson deviance',
    definition:
      'Mean 2 (actual ln(actual / predicted) − actual + predicted), for counts (sklearn.metrics.mean_poisson_deviance).',
  },
  {
    ...common,
    ...byLoss(GAMMA),
    id: 'mean_gamma_deviance',
    aliases: ['gamma_deviance'],
    title: 'Mean gamma deviance',
    definition:
      'Mean 2 (ln(predicted / actual) + actual / predicted − 1), for amounts (sklearn.metrics.mean_gamma_deviance).',
  },
  {
    ...common,
    ...byLoss(TWEEDIE),
    id: 'mean_tweedie_deviance',
    aliases: ['tweedie_deviance'],
    title: 'Mean Tweedie deviance',
    params: { power: POWER },
    definition:
      'Mean deviance of a compound Poisson–gamma distribution, for amounts that may be 0 (sklearn.metrics.mean_tweedie_deviance, power=1.5).',
  },
];
