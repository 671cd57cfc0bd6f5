import { type Confusion, classTotals } from './confusion.ts';
import type { Computed, ConfusionMetric } from './metric.ts';

const common = {
  direction: 'higher',
  range: [-1, 1],
  needs: 'labels',
  kind: 'confusion',
} as const;

function correlation(confusion: Confusion): Computed {
  const totals = classTotals(confusion);
  let rows = 0;
  let hits = 0;
  for (const each of totals) {
    rows += each.actual;
    hits += each.hits;
  }
  const sum = (term: (each: (typeof totals)[number]) => number): number =>
    totals.reduce((running, each) => running + term(each), 0);
  const joint = hits * rows - sum(({ actual, predicted }) => actual * predicted);
  const ofActual = rows * rows - sum(({ actual }) => actual * actual);
  const ofPredicted = rows * rows - sum(({ predicted }) => predicted * predicted);
  if (rows === 0) return 'no rows';
  if (totals.filter(({ actual }) => actual > 0).length < 2) return 'the labels hold one class only';
  // A model that always says the same has no correlation with anything: 0 by convention, not by division.
  if (totals.filter(({ predicted }) => predicted > 0).length < 2) return 0;
  return joint / Math.sqrt(ofActual * ofPredicted);
}

/** Matthews' correlation between labels and predictions, for any number of classes. */
export const matthewsCorrcoef: ConfusionMetric = {
  ...common,
  id: 'matthews_corrcoef',
  aliases: ['mcc'],
  title: 'Matthews correlation',
  tasks: ['binary', 'multiclass'],
  definition:
    'Correlation of true and predicted labels (Gorodkin 2004; sklearn.metrics.matthews_corrcoef); 0 when every row is predicted alike.',
  fromCells: correlation,
};

/**
 * 1 − observed disagreement / disagreement expected by chance.
 *
 * @param cost - what it costs to say `predicted` where `actual` is true; 0 where they are the same
 */
const kappaOf =
  (cost: (actual: number, predicted: number) => number) =>
  (confusion: Confusion): Computed => {
    const { size, cells } = confusion;
    const totals = classTotals(confusion);
    const rows = totals.reduce((sum, { actual }) => sum + actual, 0);
    if (rows === 0) return 'no rows';
    let observed = 0;
    let expected = 0;
    for (const [actual, own] of totals.entries())
      for (const [predicted, other] of totals.entries()) {
        const price = cost(actual, predicted);
        observed += price * (cells[actual * size + predicted] ?? 0);
        expected += (price * own.actual * other.predicted) / rows;
      }
    return expected > 0 ? 1 - observed / expected : 'labels and predictions hold one and the same class only';
  };

/** Cohen's kappa: agreement beyond what the class frequencies alone would give. */
export const cohenKappa: ConfusionMetric = {
  ...common,
  id: 'cohen_kappa',
  aliases: ['kappa'],
  title: "Cohen's kappa",
  tasks: ['binary', 'multiclass'],
  definition:
    '1 − observed disagreement / disagreement expected by chance (sklearn.metrics.cohen_kappa_score).',
  fromCells: kappaOf((actual, predicted) => (actual === predicted ? 0 : 1)),
};

/** Kappa for classes with an order, that of the labels: being far off costs more. Of two classes it is plain kappa. */
export const orderedKappas: readonly ConfusionMetric[] = [
  {
    ...common,
    id: 'cohen_kappa_linear',
    aliases: ['kappa_linear', 'linear_weighted_kappa'],
    title: "Cohen's kappa, linear weights",
    tasks: ['multiclass'],
    params: { weights: 'linear' },
    definition:
      "Cohen's kappa with |i − j| as the cost of predicting class j where i is true, in the order of the labels (sklearn.metrics.cohen_kappa_score, weights='linear').",
    fromCells: kappaOf((actual, predicted) => Math.abs(actual - predicted)),
  },
  {
    ...common,
    id: 'cohen_kappa_quadratic',
    aliases: ['kappa_quadratic', 'quadratic_weighted_kappa', 'qwk'],
    title: "Cohen's kappa, quadratic weights",
    tasks: ['multiclass'],
    params: { weights: 'quadratic' },
    definition:
      "Cohen's kappa with (i − j)² as the cost of predicting class j where i is true, in the order of the labels (sklearn.metrics.cohen_kappa_score, weights='quadratic').",
    fromCells: kappaOf((actual, predicted) => (actual - predicted) ** 2),
  },
];
