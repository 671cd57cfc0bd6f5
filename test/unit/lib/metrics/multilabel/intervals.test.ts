import { describe, expect, test } from 'vitest';
import { measure } from '../../../../../actions/lib/metrics/measure.ts';
import { labelSetMetrics } from '../../../../../actions/lib/metrics/multilabel/catalog.ts';
import type { LabelSetRows } from '../../../../../actions/lib/metrics/rows.ts';
import { golden, labelSetRows } from './label-set-rows.ts';

const settings = { confidence: 0.95, resamples: 200, seed: 3 };

const named = (name: string): LabelSetRows => {
  const found = golden.find((one) => one.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return labelSetRows(found);
};

const inPairs = (rows: LabelSetRows): LabelSetRows => ({
  ...rows,
  clusters: Int32Array.from({ length: rows.count }, (_, row) => row >> 1),
});

/** Each row twice, as a cluster of its own: nothing is learnt from the second. */
const doubled = (rows: LabelSetRows): LabelSetRows => {
  const twice = <T extends Uint8Array | Float64Array>(values: T): T => {
    const both = new (values.constructor as new (length: number) => T)(2 * values.length);
    both.set(values);
    both.set(values, values.length);
    return both;
  };
  return {
    ...rows,
    count: 2 * rows.count,
    actual: twice(rows.actual),
    predicted: twice(rows.predicted),
    scores: twice(rows.scores ?? new Float64Array()),
    clusters: Int32Array.from({ length: 2 * rows.count }, (_, row) => row % rows.count),
  };
};

describe('intervals of metrics of label sets', () => {
  test.each([
    ['plain rows', named('60 rows, many ties')],
    ['weighted rows', named('200 weighted rows of 12 labels')],
    ['rows in clusters', inPairs(named('60 rows, many ties'))],
    ['weighted rows in clusters', inPairs(named('200 weighted rows of 12 labels'))],
  ])('hold the value: %s', (_, rows) => {
    for (const { name, value, ci } of measure(labelSetMetrics, rows, settings)) {
      expect(ci?.low, name).toBeLessThan(value ?? Number.NaN);
      expect(ci?.high, name).toBeGreaterThan(value ?? Number.NaN);
    }
  });

  test('of average ranks are not narrowed by rows that come twice', () => {
    const areas = labelSetMetrics.filter(({ kind, needs }) => kind === 'sums' && needs === 'scores');
    const rows = named('200 rows of 12 labels');
    const once = measure(areas, rows, { ...settings, resamples: 2000 });
    const twice = measure(areas, doubled(rows), { ...settings, resamples: 2000 });
    expect(once.length).toBe(6);
    for (const [at, { name, value, ci }] of once.entries()) {
      const other = twice[at];
      expect(other?.value, name).toBeCloseTo(value ?? Number.NaN, 10);
      const width = (ci?.high ?? 0) - (ci?.low ?? 0);
      expect(((other?.ci?.high ?? 0) - (other?.ci?.low ?? 0)) / width, name).toBeCloseTo(1, 1);
    }
  });
});
