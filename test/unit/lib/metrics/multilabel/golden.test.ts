import { describe, expect, test } from 'vitest';
import { computedValue } from '../../../../../actions/lib/metrics/computed-value.ts';
import { labelSetMetrics } from '../../../../../actions/lib/metrics/multilabel/catalog.ts';
import { golden, labelSetRows } from './label-set-rows.ts';

describe('metrics of label sets equal scikit-learn 1.9.1', () => {
  for (const each of golden)
    test.each(Object.entries(each.expected))(`${each.name}: %s`, (id, expected) => {
      const metric = labelSetMetrics.find((one) => one.id === id);
      const value = metric && computedValue(metric, labelSetRows(each));
      if (expected === null) expect(value).toMatch(/\w/);
      else expect(Math.abs(Number(value) - expected)).toBeLessThan(1e-9 * Math.max(1e-3, Math.abs(expected)));
    });

  test('every metric is compared, at least 450 times in all', () => {
    const compared = golden.flatMap(({ expected }) => Object.keys(expected));
    expect(new Set(compared)).toEqual(new Set(labelSetMetrics.map(({ id }) => id)));
    expect(compared.length).toBeGreaterThan(450);
  });
});

describe('what has no value says why', () => {
  const named = (name: string) => {
    const found = golden.find((one) => one.name === name);
    if (!found) throw new Error(`no case ${name}`);
    return labelSetRows(found);
  };
  const measured = (id: string, rows: ReturnType<typeof labelSetRows>) => {
    const metric = labelSetMetrics.find((one) => one.id === id);
    return metric && computedValue(metric, rows);
  };

  test.each([
    ['roc_auc_macro', 'a label that no row carries', 'label c: no positive rows'],
    ['average_precision_macro', 'a label that no row carries', 'label c: no positive rows'],
    ['roc_auc_macro', 'a label that every row carries', 'label b: no negative rows'],
    ['roc_auc_weighted', 'a label that every row carries', 'label b: no negative rows'],
    ['precision_micro', 'nothing predicted', 'no label was predicted'],
    ['recall_micro', 'nothing true', 'no row carries a label'],
    ['roc_auc_micro', 'nothing true', 'no row carries a label'],
    ['f1_macro', 'nothing true or predicted', 'no row carries a label, and none was predicted'],
    ['roc_auc_samples', 'nothing true', 'no row has both true and false labels'],
    [
      'log_loss_macro',
      'scores that are no probabilities',
      'scores are no probabilities: some lie outside [0, 1]',
    ],
  ])('%s of %s', (id, name, reason) => {
    expect(measured(id, named(name))).toBe(reason);
  });

  test.each([-0.1, 1.1])('losses of probabilities, one of which is %d', (score) => {
    const rows = labelSetRows({ labels: 2, y: [1, 0], p: [1, 0], s: [0.5, score], w: null });
    for (const id of ['log_loss_macro', 'brier_score_macro'])
      expect(measured(id, rows)).toBe('scores are no probabilities: some lie outside [0, 1]');
  });

  test('no metric has a value for no rows', () => {
    const none = labelSetRows({ labels: 2, y: [], p: [], s: [], w: null });
    for (const metric of labelSetMetrics) expect(computedValue(metric, none), metric.id).toMatch(/\w/);
  });

  test('metrics of scores need scores', () => {
    const { scores, ...rows } = named('four rows');
    expect(scores).toBeDefined();
    for (const metric of labelSetMetrics)
      expect(typeof computedValue(metric, rows), metric.id).toBe(
        metric.needs === 'scores' ? 'string' : 'number',
      );
  });
});
