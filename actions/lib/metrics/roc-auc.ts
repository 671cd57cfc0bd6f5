import { delongComponents, type RankEstimate } from '../stats/delong.ts';
import type { RankMetric } from './metric.ts';
import type { ClassRows } from './rows.ts';

const common = { direction: 'higher', range: [0, 1], needs: 'scores', kind: 'rank' } as const;
const NO_SCORES = 'no probabilities were given';

/** Area under the ROC curve of a binary task. */
export const rocAuc: RankMetric = {
  ...common,
  id: 'roc_auc',
  aliases: ['auc', 'auroc'],
  title: 'ROC AUC',
  tasks: ['binary'],
  definition:
    'Chance that a positive row scores above a negative one, ties counting half (sklearn.metrics.roc_auc_score).',
  estimate: ({ scores, actual, weights }) => (scores ? delongComponents(scores, actual, weights) : NO_SCORES),
};

/** Columns of a scores matrix, made once for as long as the matrix lives: orders are kept by column. */
const COLUMNS = new WeakMap<Float64Array, readonly Float64Array[]>();

function columnsOf(scores: Float64Array, width: number): readonly Float64Array[] {
  const known = COLUMNS.get(scores);
  if (known) return known;
  const columns = Array.from({ length: width }, (_, column) =>
    Float64Array.from({ length: scores.length / width }, (_, row) => scores[row * width + column] ?? 0),
  );
  COLUMNS.set(scores, columns);
  return columns;
}

function oneVersusRest(rows: ClassRows, weightOf: (actual: number) => number): RankEstimate | string {
  if (!rows.scores) return NO_SCORES;
  const mass = new Float64Array(rows.labels.length);
  for (let row = 0; row < rows.count; row++) {
    const label = rows.actual[row] ?? 0;
    mass[label] = (mass[label] ?? 0) + (rows.weights?.[row] ?? 1);
  }
  const total = mass.reduce((sum, weight) => sum + weightOf(weight), 0);
  const effects = new Float64Array(rows.count);
  let value = 0;
  for (const [label, column] of columnsOf(rows.scores, rows.labels.length).entries()) {
    const positives = Uint8Array.from(rows.actual, (actual) => (actual === label ? 1 : 0));
    const one = delongComponents(column, positives, rows.weights);
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
