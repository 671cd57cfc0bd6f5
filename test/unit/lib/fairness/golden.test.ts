import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { MetricValue } from '../../../../actions/lib/documents/metrics.ts';
import { fairnessOf } from '../../../../actions/lib/fairness/fairness-of.ts';
import type { FairRows } from '../../../../actions/lib/fairness/group-rates.ts';

/** Made by `test/fixtures/metrics/golden-fairness.py` with scikit-learn 1.9.1, by Fairlearn's definitions. */
interface GoldenCase {
  readonly name: string;
  readonly task: FairRows['task'];
  readonly y: readonly number[];
  readonly p: readonly number[];
  readonly w: readonly number[] | null;
  readonly names: readonly string[];
  readonly of: readonly number[];
  readonly groups: readonly Readonly<Record<string, number | null>>[];
  readonly gaps: Readonly<Record<string, number | null>>;
}

const golden: readonly GoldenCase[] = JSON.parse(
  readFileSync(new URL('../../../fixtures/metrics/golden-fairness.json', import.meta.url), 'utf8'),
);

function rowsOf({ task, y, p, w }: GoldenCase): FairRows {
  const common = { count: y.length, ...(w && { weights: Float64Array.from(w) }) };
  if (task === 'regression')
    return { ...common, task, actual: Float64Array.from(y), predicted: Float64Array.from(p) };
  const labels = task === 'binary' ? ['no', 'yes'] : ['a', 'b', 'c'];
  return { ...common, task, labels, actual: Int32Array.from(y), predicted: Int32Array.from(p) };
}

/** What is wrong about values; each expected one must be there, and no other. */
function faults(
  values: readonly MetricValue[],
  expected: Readonly<Record<string, number | null>>,
): readonly string[] {
  const found = values.flatMap((value) => {
    const wanted = expected[value.name];
    if (wanted === undefined) return [`${value.name}: no expected value`];
    if (wanted === null)
      return value.value === null && /\w/.test(value.undefined ?? '')
        ? []
        : [`${value.name}: ${value.value}`];
    return Math.abs((value.value ?? Number.NaN) - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted))
      ? []
      : [`${value.name}: ${value.value ?? value.undefined}, not ${wanted}`];
  });
  const names = new Set(values.map(({ name }) => name));
  return [...found, ...Object.keys(expected).filter((name) => !names.has(name))];
}

describe('rates of groups and their gaps are as scikit-learn and Fairlearn define them', () => {
  test.each(golden.map((each) => [each.name, each] as const))('%s', (_, each) => {
    const found = fairnessOf(
      rowsOf(each),
      { column: 'who', names: each.names, of: Int32Array.from(each.of) },
      { minGroupRows: 1, confidence: 0.95, resamples: 50, seed: 1 },
    );
    expect(found.groups.map(({ group }) => group)).toEqual(each.names);
    expect(found.groups.flatMap(({ metrics }, at) => faults(metrics, each.groups[at] ?? {}))).toEqual([]);
    expect(faults(found.gaps, each.gaps)).toEqual([]);
  });

  test('at least 350 values are compared', () => {
    const count = golden.flatMap(({ gaps, groups }) => [gaps, ...groups].flatMap(Object.keys)).length;
    expect(count).toBeGreaterThan(350);
  });
});
