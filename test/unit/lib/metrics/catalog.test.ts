import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Task } from '../../../../actions/lib/documents/metrics.ts';
import { defaultMetrics, METRICS, metricByName, metricIds } from '../../../../actions/lib/metrics/catalog.ts';
import { measure } from '../../../../actions/lib/metrics/measure.ts';
import type { EvaluationRows } from '../../../../actions/lib/metrics/rows.ts';

/** Made by `test/fixtures/metrics/golden.py` with scikit-learn 1.9.1. */
interface GoldenCase {
  readonly name: string;
  readonly task: Task;
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

function rowsOf({ task, labels, y, p, s, w }: GoldenCase): EvaluationRows {
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

const settings = { confidence: 0.95, resamples: 20, seed: 1 };

describe('metrics equal scikit-learn 1.9.1', () => {
  for (const each of golden) {
    const rows = rowsOf(each);
    for (const [id, expected] of Object.entries(each.expected)) {
      test(`${id} of ${each.task}: ${each.name}`, () => {
        const metric = metricByName(id);
        expect(metric).toBeDefined();
        const [value] = metric ? measure([metric], rows, settings) : [];
        if (expected === null) {
          expect(value?.value).toBeNull();
          expect(value?.undefined).toMatch(/\w/);
        } else {
          const scale = Math.max(1e-3, Math.abs(expected));
          expect(Math.abs((value?.value ?? Number.NaN) - expected) / scale).toBeLessThan(1e-9);
        }
      });
    }
  }

  test('at least 300 values are compared', () => {
    expect(golden.flatMap(({ expected }) => Object.keys(expected)).length).toBeGreaterThan(300);
  });
});

describe('the catalog', () => {
  test('gives each name to one metric', () => {
    const names = METRICS.flatMap(({ id, aliases }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('finds metrics by id and alias in any spelling', () => {
    expect(metricByName('ROC-AUC')?.id).toBe('roc_auc');
    expect(metricByName('mcc')?.id).toBe('matthews_corrcoef');
    expect(metricByName('nonsense')).toBeUndefined();
  });

  test.each(['binary', 'multiclass', 'regression'] as const)(
    'has defaults for %s, all of that task',
    (task) => {
      const defaults = defaultMetrics(task, { scores: true, model: true });
      expect(defaults.length).toBeGreaterThan(5);
      for (const { id } of defaults) expect(metricIds(task)).toContain(id);
    },
  );

  test('leaves out what needs probabilities or a model when there are none', () => {
    const defaults = defaultMetrics('binary', { scores: false, model: false });
    expect(defaults.map(({ needs }) => needs)).not.toContain('scores');
    expect(defaults.map(({ kind }) => kind)).not.toContain('resource');
  });
});
