import type { Ranking } from '../../stats/tie-groups.ts';
import type { LabelSetMetric, SumsMetric } from '../metric.ts';
import type { LabelSetRows } from '../rows.ts';
import { rocArea, stepArea } from './areas.ts';
import { type Linearised, linearisedSums } from './linearised.ts';

type Area = (ranking: Ranking) => Linearised | string;

/** Columns of a scores matrix, made once for as long as the matrix lives: orders are kept by column. */
const COLUMNS = new WeakMap<Float64Array, readonly Float64Array[]>();

function columnsOf(scores: Float64Array, width: number): readonly Float64Array[] {
  const known = COLUMNS.get(scores);
  if (known) return known;
  const columns = Array.from({ length: width }, (_, label) => {
    const column = new Float64Array(scores.length / width);
    for (let row = 0; row < column.length; row++) column[row] = scores[row * width + label] ?? 0;
    return column;
  });
  COLUMNS.set(scores, columns);
  return columns;
}

const NO_SCORES = 'no probabilities were given';
const NO_LABELS = 'no row carries a label';

function rankingOf(
  { labels, actual, weights, count }: LabelSetRows,
  scores: Float64Array,
  label: number,
): Ranking {
  const positives = new Uint8Array(count);
  for (let row = 0; row < count; row++) positives[row] = actual[row * labels.length + label] ?? 0;
  return { scores: columnsOf(scores, labels.length)[label] ?? new Float64Array(), positives, weights };
}

function positiveMass({ positives, weights, scores }: Ranking): number {
  let mass = 0;
  for (let row = 0; row < scores.length; row++) if (positives[row] === 1) mass += weights?.[row] ?? 1;
  return mass;
}

function addTo(total: Float64Array, part: Float64Array, factor: number): void {
  for (let row = 0; row < total.length; row++) total[row] = (total[row] ?? 0) + factor * (part[row] ?? 0);
}

/** The mean over the labels; a label without a value leaves the mean without one. */
function macro(area: Area): (rows: LabelSetRows) => Linearised | string {
  return (rows) => {
    const { scores, labels, count } = rows;
    if (!scores) return NO_SCORES;
    const influence = new Float64Array(count);
    let value = 0;
    for (const [label, name] of labels.entries()) {
      const one = area(rankingOf(rows, scores, label));
      if (typeof one === 'string') return `label ${name}: ${one}`;
      value += one.value / labels.length;
      addTo(influence, one.influence, 1 / labels.length);
    }
    return { value, influence };
  };
}

/** The mean over the labels, weighted by their rows, so that a label without any does not count. */
function weighted(area: Area): (rows: LabelSetRows) => Linearised | string {
  return (rows) => {
    const { scores, labels, count } = rows;
    if (!scores) return NO_SCORES;
    const influence = new Float64Array(count);
    const values = new Float64Array(labels.length);
    let mass = 0;
    let sum = 0;
    for (const [label, name] of labels.entries()) {
      const ranking = rankingOf(rows, scores, label);
      const own = positiveMass(ranking);
      if (own === 0) continue;
      const one = area(ranking);
      if (typeof one === 'string') return `label ${name}: ${one}`;
      values[label] = one.value;
      mass += own;
      sum += own * one.value;
      addTo(influence, one.influence, own);
    }
    if (mass === 0) return NO_LABELS;
    const value = sum / mass;
    for (let row = 0; row < count; row++)
      influence[row] = ((influence[row] ?? 0) + shareOfLabels(rows, row, values, value)) / mass;
    return { value, influence };
  };
}

/** What a row adds by making its own labels count more. */
function shareOfLabels(
  { labels, actual }: LabelSetRows,
  row: number,
  values: Float64Array,
  mean: number,
): number {
  let share = 0;
  for (let label = 0; label < labels.length; label++)
    if (actual[row * labels.length + label] === 1) share += (values[label] ?? 0) - mean;
  return share;
}

/** One area of all decisions, each label of each row being one. */
function micro(area: Area): (rows: LabelSetRows) => Linearised | string {
  return ({ scores, actual, labels, weights, count }) => {
    if (!scores) return NO_SCORES;
    const width = labels.length;
    const each = weights && Float64Array.from(scores, (_, at) => weights[Math.floor(at / width)] ?? 0);
    const one = area({ scores, positives: actual, weights: each });
    if (typeof one === 'string') return actual.includes(1) ? 'every row carries every label' : NO_LABELS;
    const influence = new Float64Array(count);
    for (let at = 0; at < one.influence.length; at++) {
      const row = Math.floor(at / width);
      influence[row] = (influence[row] ?? 0) + (one.influence[at] ?? 0);
    }
    return { value: one.value, influence };
  };
}

const AREAS = [
  {
    id: 'roc_auc',
    aliases: ['auc', 'auroc'],
    title: 'ROC AUC',
    area: rocArea,
    text: 'chance that a row with the label scores above one without it, ties counting half',
    source: 'sklearn.metrics.roc_auc_score',
  },
  {
    id: 'average_precision',
    aliases: ['ap', 'pr_auc', 'auprc'],
    title: 'Average precision',
    area: stepArea,
    text: 'sum over thresholds of the recall gained times the precision, without interpolation',
    source: 'sklearn.metrics.average_precision_score',
  },
] as const;

const AVERAGES = [
  { average: 'macro', make: macro, text: 'mean over the labels; none where a label has no value' },
  { average: 'weighted', make: weighted, text: 'mean over the labels that occur, weighted by their rows' },
  { average: 'micro', make: micro, text: 'of all labels of all rows pooled' },
] as const;

/** ROC AUC and average precision over labels, each averaged in the usual ways. */
export const areaAverages: readonly LabelSetMetric[] = AREAS.flatMap((one) =>
  AVERAGES.map(
    ({ average, make, text }): SumsMetric<LabelSetRows> => ({
      id: `${one.id}_${average}`,
      aliases: average === 'macro' ? [one.id, ...one.aliases] : [],
      title: `${one.title}, ${average}`,
      direction: 'higher',
      range: [0, 1],
      tasks: ['multilabel'],
      needs: 'scores',
      kind: 'sums',
      params: { average },
      definition: `The ${one.text}: ${text} (${one.source}, average='${average}').`,
      ...linearisedSums(make(one.area)),
    }),
  ),
);
