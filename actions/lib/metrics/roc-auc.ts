import { type AreaEstimate, delongArea, delongComponents, type RankEstimate } from '../stats/delong.ts';
import type { RankMetric } from './metric.ts';
import type { ClassRows } from './rows.ts';
import { classWeights, isOfClass, pooledRanking, scoreColumns } from './score-columns.ts';

const common = { direction: 'higher', range: [0, 1], needs: 'scores', kind: 'rank' } as const;
const NO_SCORES = 'no probabilities were given';

const ofPositives = ({ scores, actual, weights }: ClassRows): RankEstimate | string =>
  scores ? delongComponents(scores, actual, weights) : NO_SCORES;

const areaOfPositives = ({ scores, actual }: ClassRows): AreaEstimate | string =>
  scores ? delongArea(scores, actual) : NO_SCORES;

/** Area under the ROC curve of a binary task. */
export const rocAuc: RankMetric = {
  ...common,
  id: 'roc_auc',
  aliases: ['auc', 'auroc'],
  title: 'ROC AUC',
  tasks: ['binary'],
  definition:
    'Chance that a positive row scores above a negative one, ties counting half (sklearn.metrics.roc_auc_score).',
  estimate: ofPositives,
  summary: areaOfPositives,
};

/** The area, measured from that of chance. */
export const gini: RankMetric = {
  ...common,
  id: 'gini',
  aliases: ['somers_d', 'accuracy_ratio'],
  title: 'Gini coefficient',
  range: [-1, 1],
  tasks: ['binary'],
  definition: "2 ROC AUC − 1, the accuracy ratio of credit scores and Somers' D of scores and labels.",
  estimate: (rows) => {
    const estimated = ofPositives(rows);
    if (typeof estimated === 'string') return estimated;
    return { value: 2 * estimated.value - 1, effects: estimated.effects.map((effect) => 2 * effect) };
  },
  summary: (rows) => {
    const area = areaOfPositives(rows);
    if (typeof area === 'string') return area;
    return { value: 2 * area.value - 1, standardError: 2 * area.standardError };
  },
};

function oneVersusRest(rows: ClassRows, weightOf: (actual: number) => number): RankEstimate | string {
  if (!rows.scores) return NO_SCORES;
  const mass = classWeights(rows);
  const total = mass.reduce((sum, weight) => sum + weightOf(weight), 0);
  const effects = new Float64Array(rows.count);
  let value = 0;
  for (const [label, column] of scoreColumns(rows.scores, rows.labels.length).entries()) {
    const one = delongComponents(column, isOfClass(rows.actual, label), rows.weights);
    if (typeof one === 'string') return `class ${rows.labels[label]}: ${one}`;
    const share = weightOf(mass[label] ?? 0) / total;
    value += share * one.value;
    for (let row = 0; row < rows.count; row++)
      effects[row] = (effects[row] ?? 0) + share * (one.effects[row] ?? 0);
  }
  return { value, effects };
}

/** Mean over the classes of the area of each class against all others. */
export const rocAucOvrMacro: RankMetric = {
  ...common,
  id: 'roc_auc_ovr_macro',
  aliases: ['roc_auc_ovr'],
  title: 'ROC AUC, one against rest, macro',
  tasks: ['multiclass'],
  params: { multi_class: 'ovr', average: 'macro' },
  definition:
    "Mean over the classes of the ROC AUC of each against all others (sklearn.metrics.roc_auc_score, multi_class='ovr').",
  estimate: (rows) => oneVersusRest(rows, () => 1),
};

/** As `rocAucOvrMacro`, weighted by the rows of each class. */
export const rocAucOvrWeighted: RankMetric = {
  ...common,
  id: 'roc_auc_ovr_weighted',
  aliases: [],
  title: 'ROC AUC, one against rest, weighted',
  tasks: ['multiclass'],
  params: { multi_class: 'ovr', average: 'weighted' },
  definition:
    "As roc_auc_ovr_macro, weighted by the rows of each class (sklearn.metrics.roc_auc_score, average='weighted').",
  estimate: (rows) => oneVersusRest(rows, (actual) => actual),
};

/** The area over every class of every row; a row's effect is that of its classes together. */
function pooledClasses(rows: ClassRows): RankEstimate | string {
  const ranking = pooledRanking(rows);
  if (!ranking) return NO_SCORES;
  const pooled = delongComponents(ranking.scores, ranking.positives, ranking.weights);
  if (typeof pooled === 'string') return pooled;
  const width = rows.labels.length;
  const effects = new Float64Array(rows.count);
  for (let row = 0; row < rows.count; row++)
    for (let label = 0; label < width; label++)
      effects[row] = (effects[row] ?? 0) + (pooled.effects[row * width + label] ?? 0);
  return { value: pooled.value, effects };
}

export const rocAucOvrMicro: RankMetric = {
  ...common,
  id: 'roc_auc_ovr_micro',
  aliases: ['roc_auc_micro'],
  title: 'ROC AUC, one against rest, micro',
  tasks: ['multiclass'],
  params: { multi_class: 'ovr', average: 'micro' },
  definition:
    "ROC AUC over every class of every row, positive where it is the row's class (sklearn.metrics.roc_auc_score, multi_class='ovr', average='micro').",
  estimate: pooledClasses,
};
