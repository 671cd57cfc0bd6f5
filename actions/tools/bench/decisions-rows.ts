import type { RowPair } from '../../lib/metrics/paired-metric.ts';
import type { ClassRows } from '../../lib/metrics/rows.ts';
import type { Random } from '../../lib/stats/random.ts';
import { type BinormalLaw, jointCells, logOdds } from './decisions-law.ts';

/** Draws the rows of a test set, judged by both models. */
export type DrawPair = (random: Random, count: number) => RowPair<ClassRows>;

const LABELS = ['no', 'yes'] as const;

/**
 * Rows with predicted classes alone, for metrics of the confusion matrix: the counts of the joint cells are drawn at
 * once, which is the same distribution as drawing row after row.
 */
export function classPairs(law: BinormalLaw, candidate: number, baseline: number): DrawPair {
  const chances = jointCells(law, candidate, baseline);
  const cells = new Float64Array(chances.length);
  return (random, count) => {
    random.multinomial(count, chances, cells);
    const actual = new Int32Array(count);
    const predicted = [new Int32Array(count), new Int32Array(count)] as const;
    let start = 0;
    for (const [cell, rows] of cells.entries()) {
      const end = start + rows;
      actual.fill(cell >> 2, start, end);
      predicted[0].fill((cell >> 1) & 1, start, end);
      predicted[1].fill(cell & 1, start, end);
      start = end;
    }
    return pairOf(actual, predicted);
  };
}

/** Rows with the probabilities that both models claim. */
export function scoredPairs(law: BinormalLaw, candidate: number, baseline: number): DrawPair {
  const own = Math.sqrt(1 - law.correlation ** 2);
  return (random, count) => {
    const normals = new Float64Array(2 * count);
    random.normals(normals);
    const actual = new Int32Array(count);
    const scores = [new Float64Array(count), new Float64Array(count)] as const;
    for (let row = 0; row < count; row++) {
      const label = random.next() < law.prevalence ? 1 : 0;
      const raw = normals[2 * row] ?? 0;
      const other = law.correlation * raw + own * (normals[2 * row + 1] ?? 0);
      actual[row] = label;
      scores[0][row] = sigmoid(logOdds(law, candidate, raw + candidate * label));
      scores[1][row] = sigmoid(logOdds(law, baseline, other + baseline * label));
    }
    return pairOf(actual, [predictedBy(scores[0]), predictedBy(scores[1])], scores);
  };
}

function pairOf(
  actual: Int32Array,
  predicted: readonly [Int32Array, Int32Array],
  scores?: readonly [Float64Array, Float64Array],
): RowPair<ClassRows> {
  const rows = (model: 0 | 1): ClassRows => ({
    task: 'binary',
    count: actual.length,
    labels: LABELS,
    actual,
    predicted: predicted[model],
    ...(scores && { scores: scores[model] }),
  });
  return { candidate: rows(0), baseline: rows(1) };
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

function predictedBy(scores: Float64Array): Int32Array {
  const predicted = new Int32Array(scores.length);
  for (let row = 0; row < scores.length; row++) predicted[row] = (scores[row] ?? 0) >= 0.5 ? 1 : 0;
  return predicted;
}
