import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { classMetrics } from '../../../../actions/lib/metrics/class-metrics.ts';
import { estimateMetrics } from '../../../../actions/lib/metrics/estimate-metrics.ts';
import type { Computed, Metric } from '../../../../actions/lib/metrics/metric.ts';
import { numberMetrics } from '../../../../actions/lib/metrics/number-metrics.ts';
import type { ClassRows, NumberRows } from '../../../../actions/lib/metrics/rows.ts';

/** Made by `test/fixtures/metrics/golden.py` with scikit-learn 1.9.1 and scipy 1.17.1. */
interface GoldenCase {
  readonly name: string;
  readonly task: 'binary' | 'multiclass' | 'regression';
  readonly labels: readonly string[];
  readonly y: readonly number[];
  readonly p: readonly number[];
  readonly s: readonly number[] | null;
  readonly w: readonly number[] | null;
  readonly expected: Readonly<Record<string, number | null>>;
}

const golden: readonly GoldenCase[] = JSON.parse(
  readFileSync(new URL('../../../fixtures/metrics/golden.json', import.meta.url), 'utf8'),
);

const METRICS: readonly Metric[] = [...classMetrics, ...numberMetrics];

function rowsOf({ task, labels, y, p, s, w }: GoldenCase): ClassRows | NumberRows {
  const common = { count: y.length, ...(w && { weights: Float64Array.from(w) }) };
  if (task === 'regression')
    return { ...common, task, actual: Float64Array.from(y), predicted: Float64Array.from(p) };
  return {
    ...common,
    task,
    labels,
    actual: Int32Array.from(y),
    predicted: Int32Array.from(p),
    ...(s && { scores: Float64Array.from(s) }),
  };
}

const pointOf = (metric: Metric, rows: ClassRows | NumberRows): Computed | undefined =>
  estimateMetrics([metric], rows, { confidence: 0.95, resamples: 2, seed: 1 })[0]?.estimated.value;

/** What is wrong about a value; `undefined` when nothing is. Values below 0.001 agree to 1e-12. */
function fault(value: Computed | undefined, expected: number | null): string | undefined {
  if (expected === null)
    return typeof value === 'string' && /\w/.test(value) ? undefined : `${value}, not a reason`;
  const scale = Math.max(1e-3, Math.abs(expected));
  const close = typeof value === 'number' && Math.abs(value - expected) / scale < 1e-9;
  return close ? undefined : `${value}, not ${expected}`;
}

describe('metrics of classes and numbers equal scikit-learn', () => {
  test.each(golden.map((each) => [`${each.task}: ${each.name}`, each] as const))('%s', (_, each) => {
    const rows = rowsOf(each);
    const faults = METRICS.filter(({ tasks }) => tasks.some((task) => task === each.task)).flatMap(
      (metric) => {
        const expected = each.expected[metric.id];
        const found = expected === undefined ? 'no expected value' : fault(pointOf(metric, rows), expected);
        return found === undefined ? [] : [`${metric.id}: ${found}`];
      },
    );
    expect(faults).toEqual([]);
  });

  test('every expected value is one of a metric, and there are at least 2000', () => {
    const known = new Set(METRICS.map(({ id }) => id));
    const names = golden.flatMap(({ expected }) => Object.keys(expected));
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(2000);
  });
});
