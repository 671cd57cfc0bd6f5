import { type Confusion, classTotals } from './confusion.ts';
import type { Computed, ConfusionMetric } from './metric.ts';

const common = {
  direction: 'higher',
  range: [-1, 1],
  tasks: ['binary', 'multiclass'],
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
  definition:
    'Correlation of true and predicted labels (Gorodkin 2004; sklearn.metrics.matthews_corrcoef); 0 when every row is predicted alike.',
  fromCells: correlation,
};

/** Cohen's kappa: agreement beyond what the class frequencies alone would give. */
export const cohenKappa: ConfusionMetric = {
  ...common,
  id: 'cohen_kappa',
  aliases: ['kappa'],
  title: "Cohen's kappa",
  definition:
    '1 − observed disagreement / disagreement expected by chance (sklearn.metrics.cohen_kappa_score).',
  fromCells: (confusion) => {
    const totals = classTotals(confusion);
    const rows = totals.reduce((sum, { actual }) => sum + actual, 0);
    if (rows === 0) return 'no rows';
    const hits = totals.reduce((sum, each) => sum + each.hits, 0);
    const chance = totals.reduce((sum, { actual, predicted }) => sum + (actual * predicted) / rows, 0);
    const single = totals.some(({ actual, predicted }) => actual === rows && predicted === rows);
    return single
      ? 'labels and predictions hold one and the same class only'
      : 1 - (rows - hits) / (rows - chance);
  },
};
