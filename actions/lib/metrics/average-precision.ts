import { scoreGroups, totalOf } from '../stats/thresholds.ts';
import type { Ranking } from '../stats/tie-groups.ts';
import type { Computed, CurveMetric, SumsMetric } from './metric.ts';
import { binnedAveragePrecision, rankBinCounts, rankBins } from './rank-bins.ts';
import type { ClassRows } from './rows.ts';
import { classWeights, isOfClass, pooledRanking, scoreColumns } from './score-columns.ts';

const NO_SCORES = 'no probabilities were given';

/** Σ over distinct thresholds of the recall gained there times the precision at or above it. */
function stepSum(ranking: Ranking): Computed {
  const { positive, negative } = scoreGroups(ranking);
  const positives = totalOf(positive);
  if (positives === 0) return 'no positive rows';
  let positivesLeft = positives;
  let left = positives + totalOf(negative);
  let sum = 0;
  for (let at = 0; at < positive.length; at++) {
    const own = positive[at] ?? 0;
    if (own > 0) sum += (own / positives) * (positivesLeft / left);
    positivesLeft -= own;
    left -= own + (negative[at] ?? 0);
  }
  return sum;
}

const common = {
  direction: 'higher',
  range: [0, 1],
  needs: 'scores',
  kind: 'curve',
  interval: 'bootstrap',
} as const;

/** Average precision: the area under the precision-recall curve as a step function. */
export const averagePrecision: SumsMetric<ClassRows> = {
  id: 'average_precision',
  aliases: ['ap', 'pr_auc', 'auprc'],
  title: 'Average precision',
  direction: 'higher',
  range: [0, 1],
  tasks: ['binary'],
  needs: 'scores',
  kind: 'sums',
  definition:
    'Sum over thresholds of the recall gained times the precision, without interpolation; tied scores form one threshold (sklearn.metrics.average_precision_score).',
  compute: ({ scores, actual, weights }) =>
    scores ? stepSum({ scores, positives: actual, weights }) : NO_SCORES,
  terms: ({ scores, actual }) => rankBins(scores ?? new Float64Array(), actual),
  counts: ({ scores, actual }) => rankBinCounts(scores ?? new Float64Array(), actual),
  fromSums: binnedAveragePrecision,
};

/** The mean over classes, each against all others. A class that counts nothing in the mean may lack rows. */
function averaged(rows: ClassRows, weightOf: (actual: number) => number): Computed {
  if (!rows.scores) return NO_SCORES;
  const mass = classWeights(rows);
  let sum = 0;
  let total = 0;
  for (const [label, scores] of scoreColumns(rows.scores, rows.labels.length).entries()) {
    const share = weightOf(mass[label] ?? 0);
    if (share === 0) continue;
    const one = stepSum({ scores, positives: isOfClass(rows.actual, label), weights: rows.weights });
    if (typeof one === 'string') return `class ${rows.labels[label]}: ${one}`;
    sum += share * one;
    total += share;
  }
  return total > 0 ? sum / total : 'no rows';
}

function pooled(rows: ClassRows): Computed {
  const ranking = pooledRanking(rows);
  return ranking ? stepSum(ranking) : NO_SCORES;
}

/** Average precision of several classes. */
export const averagePrecisions: readonly CurveMetric<ClassRows>[] = [
  {
    ...common,
    id: 'average_precision_macro',
    aliases: ['ap_macro'],
    title: 'Average precision, macro',
    tasks: ['multiclass'],
    params: { average: 'macro' },
    definition:
      "Mean over the classes of the average precision of each against all others (sklearn.metrics.average_precision_score, average='macro').",
    compute: (rows) => averaged(rows, () => 1),
  },
  {
    ...common,
    id: 'average_precision_weighted',
    aliases: ['ap_weighted'],
    title: 'Average precision, weighted',
    tasks: ['multiclass'],
    params: { average: 'weighted' },
    definition:
      "As average_precision_macro, weighted by the rows of each class (sklearn.metrics.average_precision_score, average='weighted').",
    compute: (rows) => averaged(rows, (actual) => actual),
  },
  {
    ...common,
    id: 'average_precision_micro',
    aliases: ['ap_micro'],
    title: 'Average precision, micro',
    tasks: ['multiclass'],
    params: { average: 'micro' },
    definition:
      "Average precision over every class of every row, positive where it is the row's class (sklearn.metrics.average_precision_score, average='micro').",
    compute: pooled,
  },
];
