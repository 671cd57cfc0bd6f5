import type { LabelSetMetric, MeanMetric } from '../metric.ts';
import type { LabelSetRows } from '../rows.ts';

/** What the order of its labels' scores says about each row; NaN throughout where there are no scores. */
interface RowRankings {
  /** How far down the labels one must go to meet all that are true; 0 for a row without any. */
  readonly coverage: Float64Array;
  /** Mean over the true labels of the share of true ones among those at or above it; 1 if none or all are true. */
  readonly precision: Float64Array;
  /** Share of pairs of a true and a false label whose true one is not above; 0 if there are none. */
  readonly loss: Float64Array;
  /** As `precision`, NaN for a row without true labels. */
  readonly step: Float64Array;
  /** Chance that a true label is above a false one, ties counting half; NaN if there are none. */
  readonly area: Float64Array;
}

/** Rankings are kept for as long as their scores live, so that five metrics sort the labels of a row once. */
const KNOWN = new WeakMap<Float64Array, RowRankings>();

function rowRankings({ scores, actual, labels, count }: LabelSetRows): RowRankings {
  const known = scores && KNOWN.get(scores);
  if (known) return known;
  const nothing = (): Float64Array => new Float64Array(count).fill(Number.NaN);
  const made = {
    coverage: nothing(),
    precision: nothing(),
    loss: nothing(),
    step: nothing(),
    area: nothing(),
  };
  const width = labels.length;
  const order = new Uint32Array(width);
  for (let row = 0; row < count && scores; row++) {
    for (let label = 0; label < width; label++) order[label] = row * width + label;
    order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
    rankRow(order, scores, actual, made, row);
  }
  if (scores) KNOWN.set(scores, made);
  return made;
}

/** Walks down the labels of a row, one score after the other. */
function rankRow(
  order: Uint32Array,
  scores: Float64Array,
  actual: Uint8Array,
  into: RowRankings,
  row: number,
): void {
  let hits = 0;
  let coverage = 0;
  let precision = 0;
  let reversed = 0;
  let tied = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    const score = scores[order[start] ?? 0];
    let own = 0;
    for (; end < order.length && scores[order[end] ?? 0] === score; end++)
      own += actual[order[end] ?? 0] ?? 0;
    hits += own;
    if (own > 0) {
      coverage = end;
      precision += own * (hits / end);
    }
    reversed += own * (end - hits);
    tied += own * (end - start - own);
  }
  const pairs = hits * (order.length - hits);
  into.coverage[row] = coverage;
  into.precision[row] = pairs > 0 ? precision / hits : 1;
  into.loss[row] = pairs > 0 ? reversed / pairs : 0;
  into.step[row] = hits > 0 ? precision / hits : Number.NaN;
  into.area[row] = pairs > 0 ? 1 - (reversed - tied / 2) / pairs : Number.NaN;
}

const common = {
  tasks: ['multilabel'],
  needs: 'scores',
  kind: 'mean',
  interval: 'student-t',
} as const satisfies Partial<MeanMetric<LabelSetRows>>;

/** Metrics of how the labels of each row are ordered. */
export const rowRankingMetrics: readonly LabelSetMetric[] = [
  {
    ...common,
    id: 'label_ranking_average_precision',
    aliases: ['lrap', 'label_ranking_average_precision_score'],
    title: 'Label ranking average precision',
    direction: 'higher',
    range: [0, 1],
    definition:
      'Mean over rows and their true labels of the share of true labels among those that score as high or higher; 1 for a row with no or only true labels (sklearn.metrics.label_ranking_average_precision_score).',
    perRow: (rows) => rowRankings(rows).precision,
  },
  {
    ...common,
    id: 'label_ranking_loss',
    aliases: [],
    title: 'Label ranking loss',
    direction: 'lower',
    range: [0, 1],
    definition:
      'Mean over rows of the share of pairs of a true and a false label whose true one does not score higher; 0 for a row without such pairs (sklearn.metrics.label_ranking_loss).',
    perRow: (rows) => rowRankings(rows).loss,
  },
  {
    ...common,
    id: 'coverage_error',
    aliases: [],
    title: 'Coverage error',
    direction: 'lower',
    range: [0, Number.POSITIVE_INFINITY],
    unit: 'labels',
    definition:
      'Mean over rows of the number of labels that score as high as the lowest true one or higher; 0 for a row without true labels (sklearn.metrics.coverage_error).',
    perRow: (rows) => rowRankings(rows).coverage,
  },
  {
    ...common,
    id: 'roc_auc_samples',
    aliases: [],
    title: 'ROC AUC, samples',
    direction: 'higher',
    range: [0, 1],
    params: { average: 'samples', undefined_rows: 'skip' },
    definition:
      "Mean over rows of the chance that a true label scores above a false one, ties counting half (sklearn.metrics.roc_auc_score, average='samples'); rows with no or only true labels, for which scikit-learn has no value, are left out.",
    missing: 'no row has both true and false labels',
    perRow: (rows) => rowRankings(rows).area,
  },
  {
    ...common,
    id: 'average_precision_samples',
    aliases: [],
    title: 'Average precision, samples',
    direction: 'higher',
    range: [0, 1],
    params: { average: 'samples', undefined_rows: 'skip' },
    definition:
      "Mean over rows of the average precision of their labels (sklearn.metrics.average_precision_score, average='samples'); rows without true labels, which scikit-learn counts as 0 with a warning, are left out.",
    missing: 'no row carries a label',
    perRow: (rows) => rowRankings(rows).step,
  },
];
