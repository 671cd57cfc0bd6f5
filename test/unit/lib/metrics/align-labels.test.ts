import { expect, test } from 'vitest';
import { alignLabels } from '../../../../actions/lib/metrics/align-labels.ts';
import type { ClassRows, LabelSetRows, RankingRows } from '../../../../actions/lib/metrics/rows.ts';
import { selectRows } from '../../../../actions/lib/metrics/select-rows.ts';

const classes: ClassRows = {
  task: 'multiclass',
  count: 3,
  labels: ['a', 'b', 'c'],
  actual: Int32Array.of(0, 1, 2),
  predicted: Int32Array.of(0, 1, 1),
  scores: Float64Array.of(0.6, 0.3, 0.1, 0.2, 0.7, 0.1, 0.1, 0.5, 0.4),
  clusters: Int32Array.of(4, 2, 4),
};

test('two models with different classes have one list of them, and a class one does not know has the score 0', () => {
  const other: ClassRows = {
    ...classes,
    labels: ['a', 'c', 'd'],
    actual: Int32Array.of(0, 2, 1),
    predicted: Int32Array.of(2, 0, 1),
  };
  const [own, theirs] = alignLabels(classes, other);
  expect(own).toMatchObject({ labels: ['a', 'b', 'c', 'd'], actual: Int32Array.of(0, 1, 2) });
  expect(theirs).toMatchObject({
    labels: ['a', 'b', 'c', 'd'],
    actual: Int32Array.of(0, 3, 2),
    predicted: Int32Array.of(3, 0, 2),
    scores: Float64Array.of(0.6, 0, 0.3, 0.1, 0.2, 0, 0.7, 0.1, 0.1, 0, 0.5, 0.4),
  });
});

test('so have rows with sets of labels', () => {
  const sets = (labels: readonly string[], actual: readonly number[]): LabelSetRows => ({
    task: 'multilabel',
    count: 2,
    labels,
    actual: Uint8Array.from(actual),
    predicted: Uint8Array.from(actual),
  });
  const [own, theirs] = alignLabels(sets(['a', 'b'], [1, 0, 0, 1]), sets(['b', 'c'], [1, 0, 1, 1]));
  expect(own).toMatchObject({ labels: ['a', 'b', 'c'], actual: Uint8Array.of(1, 0, 0, 0, 1, 0) });
  expect(theirs).toMatchObject({ labels: ['a', 'b', 'c'], actual: Uint8Array.of(0, 1, 0, 0, 1, 1) });
});

test('selected rows keep what is theirs, in the order they are wanted, with clusters from 0', () => {
  expect(selectRows(classes, Uint32Array.of(2, 1))).toMatchObject({
    count: 2,
    actual: Int32Array.of(2, 1),
    predicted: Int32Array.of(1, 1),
    scores: Float64Array.of(0.1, 0.5, 0.4, 0.2, 0.7, 0.1),
    clusters: Int32Array.of(0, 1),
  });
});

test('selected queries bring their items', () => {
  const rows: RankingRows = {
    task: 'ranking',
    count: 3,
    starts: Uint32Array.of(0, 2, 3, 6),
    relevance: Float64Array.of(1, 0, 2, 0, 0, 1),
    scores: Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
    weights: Float64Array.of(1, 2, 3),
  };
  expect(selectRows(rows, Uint32Array.of(2, 0))).toMatchObject({
    count: 2,
    starts: Uint32Array.of(0, 3, 5),
    relevance: Float64Array.of(0, 0, 1, 1, 0),
    scores: Float64Array.of(0.4, 0.5, 0.6, 0.1, 0.2),
    weights: Float64Array.of(3, 1),
  });
});
