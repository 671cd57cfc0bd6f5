import type { LabelSetRows } from '../rows.ts';
import type { Linearised } from './linearised.ts';
import { type Counts, type LabelWeight, meanShare, type Share } from './shares.ts';

/** What a row counts for in one label: as not true and not predicted, true, predicted, or both. */
const SINGLE: readonly Counts[] = [
  { hits: 0, predicted: 0, actual: 0 },
  { hits: 0, predicted: 0, actual: 1 },
  { hits: 0, predicted: 1, actual: 0 },
  { hits: 1, predicted: 1, actual: 1 },
];

/** Which of `SINGLE` a row is at a label. */
const singleAt = ({ actual, predicted }: LabelSetRows, at: number): number =>
  (actual[at] ?? 0) + 2 * (predicted[at] ?? 0);

/** The counts of each label, weighted. */
function labelCounts(rows: LabelSetRows): Counts[] {
  const { labels, weights, count } = rows;
  const size = SINGLE.length;
  const masses = new Float64Array(labels.length * size);
  for (let row = 0; row < count; row++) {
    const weight = weights?.[row] ?? 1;
    for (let label = 0; label < labels.length; label++) {
      const to = label * size + singleAt(rows, row * labels.length + label);
      masses[to] = (masses[to] ?? 0) + weight;
    }
  }
  return labels.map((_, label) => {
    const [, missed = 0, wrong = 0, hits = 0] = masses.subarray(label * size, (label + 1) * size);
    return { hits, predicted: wrong + hits, actual: missed + hits };
  });
}

/**
 * A mean over labels with the influence of each row. On a label's ratio it is (what the row adds to the numerator −
 * ratio × what it adds to the denominator) / denominator; weights that are counts move as well.
 */
export function linearisedShare(
  share: Share,
  { weight, ofCounts }: LabelWeight,
): (rows: LabelSetRows) => Linearised | string {
  return (rows) => {
    const counts = labelCounts(rows);
    const value = meanShare(share, weight, counts);
    if (typeof value === 'string') return value;
    const mass = counts.reduce((sum, own) => sum + weight(own), 0);
    const effects = counts.flatMap((own) => {
      const [part, whole] = share.parts(own);
      const ratio = whole > 0 ? part / whole : 0;
      return SINGLE.map((single) => {
        const [addedPart, addedWhole] = share.parts(single);
        const onRatio = whole > 0 ? (addedPart - ratio * addedWhole) / whole : 0;
        const onWeight = ofCounts ? weight(single) * (ratio - value) : 0;
        return (weight(own) * onRatio + onWeight) / mass;
      });
    });
    return { value, influence: sumEffects(rows, Float64Array.from(effects)) };
  };
}

function sumEffects(rows: LabelSetRows, effects: Float64Array): Float64Array {
  const influence = new Float64Array(rows.count);
  const width = rows.labels.length;
  for (let row = 0; row < rows.count; row++) {
    let sum = 0;
    for (let label = 0; label < width; label++)
      sum += effects[label * SINGLE.length + singleAt(rows, row * width + label)] ?? 0;
    influence[row] = sum;
  }
  return influence;
}
