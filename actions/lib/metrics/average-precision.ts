import { classMasses, forEachTieGroup } from '../stats/tie-groups.ts';
import type { CurveMetric, Computed } from './metric.ts';
import type { ClassRows } from './rows.ts';

/** Σ over distinct thresholds of the recall gained there times the precision at or above it. */
function stepSum({ scores, actual, weights }: ClassRows): Computed {
  if (!scores) return 'no probabilities were given';
  const ranking = { scores, positives: actual, weights };
  const [negative, positive] = classMasses(ranking);
  if (positive.weight === 0) return 'no positive rows';
  let positivesLeft = positive.weight;
  let left = positive.weight + negative.weight;
  let sum = 0;
  forEachTieGroup(ranking, (group) => {
    if (group.positive > 0) sum += (group.positive / positive.weight) * (positivesLeft / left);
    positivesLeft -= group.positive;
    left -= group.positive + group.negative;
  });
  return sum;
}

/** Average precision: the area under the precision-recall curve as a step function. */
export const averagePrecision: CurveMetric<ClassRows> = {
  id: 'average_precision',
  aliases: ['ap', 'pr_auc', 'auprc'],
  title: 'Average precision',
  direction: 'higher',
  range: [0, 1],
  tasks: ['binary'],
  needs: 'scores',
  kind: 'curve',
  interval: 'bootstrap',
  definition:
    'Sum over thresholds of the recall gained times the precision, without interpolation; tied scores form one threshold (sklearn.metrics.average_precision_score).',
  compute: stepSum,
};
