import type { LabelSetMetric, MeanMetric } from '../metric.ts';
import type { LabelSetRows } from '../rows.ts';
import { type Counts, SHARES } from './shares.ts';

/** A value of each row from what its labels count. */
function perRow(value: (counts: Counts, labels: number) => number): (rows: LabelSetRows) => Float64Array {
  return ({ count, labels, actual, predicted }) => {
    const values = new Float64Array(count);
    const counts = { hits: 0, predicted: 0, actual: 0 };
    const width = labels.length;
    for (let row = 0; row < count; row++) {
      counts.hits = 0;
      counts.predicted = 0;
      counts.actual = 0;
      for (let at = row * width; at < (row + 1) * width; at++) {
        const isPredicted = predicted[at] ?? 0;
        const isActual = actual[at] ?? 0;
        counts.hits += isPredicted & isActual;
        counts.predicted += isPredicted;
        counts.actual += isActual;
      }
      values[row] = value(counts, width);
    }
    return values;
  };
}

/** Labels that are predicted and not true, or true and not predicted. */
const wrong = ({ hits, predicted, actual }: Counts): number => predicted + actual - 2 * hits;

const common = { tasks: ['multilabel'], needs: 'labels', kind: 'mean', range: [0, 1] } as const;

const samples = Object.values(SHARES).map(
  ({ id, title, formula, parts }): MeanMetric<LabelSetRows> => ({
    ...common,
    id: `${id}_samples`,
    aliases: [],
    title: `${title}, samples`,
    direction: 'higher',
    interval: 'student-t',
    params: { average: 'samples', zero_division: 0 },
    definition: `${formula} of the labels of each row, mean over rows; a row where it is undefined counts 0 (sklearn.metrics.${id}_score, average='samples', zero_division=0).`,
    perRow: perRow((counts) => {
      const [part, whole] = parts(counts);
      return whole > 0 ? part / whole : 0;
    }),
  }),
);

/** Metrics that compare the labels of each row with those predicted for it. */
export const rowAgreementMetrics: readonly LabelSetMetric[] = [
  {
    ...common,
    id: 'accuracy',
    aliases: ['accuracy_score', 'subset_accuracy', 'exact_match'],
    title: 'Subset accuracy',
    direction: 'higher',
    interval: 'wilson',
    definition: 'Share of rows whose labels are all as predicted (sklearn.metrics.accuracy_score).',
    perRow: perRow((counts) => (wrong(counts) === 0 ? 1 : 0)),
  },
  {
    ...common,
    id: 'hamming_loss',
    aliases: [],
    title: 'Hamming loss',
    direction: 'lower',
    interval: 'student-t',
    definition: 'Share of all labels of all rows that are not as predicted (sklearn.metrics.hamming_loss).',
    perRow: perRow((counts, labels) => wrong(counts) / labels),
  },
  ...samples,
];
