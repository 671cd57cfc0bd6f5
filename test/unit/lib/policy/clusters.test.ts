import { describe, expect, test } from 'vitest';
import type { ScoredRow } from '../../../../actions/lib/documents/metrics.ts';
import { decideBy } from '../../../support/decisions.ts';
import { metricsOf, simulatedRows, viewOf } from '../../../support/metrics-evidence.ts';

const candidate = simulatedRows({ n: 400, wrong: 0.14, model: 5 });
const baseline = simulatedRows({ n: 400, wrong: 0.12, model: 6 });
const GATES = ['accuracy', 'f1', 'roc_auc', 'log_loss']
  .map((metric) => `  - { metric: ${metric}, non-inferior: { margin: 0.02 } }`)
  .join('\n');
const settings = { ...metricsOf(candidate).settings, cluster: 'user' };

/** Each row as often, with a number for the cluster it belongs to. */
const copies = (rows: readonly ScoredRow[], times: number, cluster: (row: number) => number): ScoredRow[] =>
  rows.flatMap((row, at) =>
    Array.from({ length: times }, (_, copy) => ({ ...row, id: `${row.id}.${copy}`, c: cluster(at) })),
  );

const decided = (a: readonly ScoredRow[], b: readonly ScoredRow[]) =>
  decideBy(GATES, {
    candidate: viewOf(metricsOf(a, { settings }), a),
    baseline: viewOf(metricsOf(b, { settings }), b),
  }).gates;

describe('rows of clusters', () => {
  const single = decided(
    copies(candidate, 1, (row) => row),
    copies(baseline, 1, (row) => row),
  );
  const fivefold = decided(
    copies(candidate, 5, (row) => row),
    copies(baseline, 5, (row) => row),
  );

  test.each(single.map(({ metric }, at) => ({ metric, at })))(
    '$metric: five copies of each row are no more certain than one',
    ({ at }) => {
      const width = ({ low = 0, high = 0 } = {}): number => high - low;
      const ratio = width(fivefold[at]?.change) / width(single[at]?.change);
      expect(ratio).toBeGreaterThan(0.9);
      expect(ratio).toBeLessThan(1.1);
    },
  );

  test('are counted as rows', () => {
    expect(fivefold.map(({ n }) => n)).toEqual([2000, 2000, 2000, 2000]);
  });

  test('that do not name their clusters are not paired, since they would prove too much', () => {
    const [gate] = decided(candidate, baseline);
    expect(gate?.method).toBe('unpaired-intervals');
    expect(gate?.reason).toContain('do not name the clusters they were drawn in');
  });
});

describe('models that no row tells apart', () => {
  const few = candidate.slice(0, 200);
  const gates = (rows: readonly ScoredRow[]) =>
    decideBy(GATES, { candidate: viewOf(metricsOf(rows), rows), baseline: viewOf(metricsOf(rows), rows) })
      .gates;

  test('are not known to be alike on few rows: the rule of three says how many it takes', () => {
    // ln(0.05) / ln(1 − 0.02) = 148.3, and Tango's interval: 1.6449² · 0.98 / 0.02 = 132.6
    const found = gates(few.slice(0, 100)).map(({ metric, status, rowsNeeded }) => [
      metric,
      status,
      rowsNeeded,
    ]);
    expect(found.slice(0, 3)).toEqual([
      ['accuracy', 'inconclusive', 133],
      ['f1', 'inconclusive', 149],
      ['roc_auc', 'inconclusive', 149],
    ]);
  });

  test('are not taken for a model that is wrong on every row, however few there are', () => {
    const right = few.slice(0, 100).map((row) => ({ ...row, p: row.y, s: row.y === 'yes' ? 0.9 : 0.1 }));
    const wrong = right.map((row) => ({
      ...row,
      p: row.y === 'yes' ? 'no' : 'yes',
      s: row.y === 'yes' ? 0.1 : 0.9,
    }));
    const judged = decideBy(
      GATES,
      { candidate: viewOf(metricsOf(wrong), wrong), baseline: viewOf(metricsOf(right), right) },
      'defaults: { on-inconclusive: pass }\n',
    ).gates;
    expect(judged.map(({ status, verdict }) => [status, verdict])).toEqual(
      judged.map(() => ['fail', 'fail']),
    );
  });

  test('are on enough rows', () => {
    expect(gates(few).map(({ status }) => status)).toEqual(['pass', 'pass', 'pass', 'pass']);
  });
});
