import type { ComparedMetric } from '../lib/documents/metrics.ts';
import { quantile } from '../lib/stats/quantile.ts';
import { seededRandom } from '../lib/stats/random.ts';
import { betterOf } from './better-of.ts';
import { costValues } from './cost-metrics.ts';
import type { Inputs } from './inputs.ts';
import type { Cost } from './sources/scored.ts';

/** Resamples of latencies: enough for an interval of two digits. */
const RESAMPLES = 1000;

/** What both models cost, side by side; only latencies that were taken in turns have an interval. */
export function compareCosts(
  candidate: Cost,
  baseline: Cost,
  rows: number,
  settings: Pick<Inputs, 'confidence' | 'seed'>,
): ComparedMetric[] {
  const theirs = new Map(costValues(baseline, rows, []).map((value) => [value.name, value.value]));
  return costValues(candidate, rows, []).flatMap(({ name, direction, n, value }): ComparedMetric[] => {
    const other = theirs.get(name) ?? null;
    if (value === null || other === null) return [];
    const common = { name, direction, n, candidate: value, baseline: other, change: value - other };
    const bounds = percentileInterval(candidate.latencies, baseline.latencies, PERCENTILES[name], settings);
    if (!bounds) return [{ ...common, better: 'unclear' }];
    const ci = { ...bounds, level: settings.confidence, method: 'bootstrap-paired' };
    return [{ ...common, ci, better: betterOf(direction, bounds.low, bounds.high) }];
  });
}

const PERCENTILES: Readonly<Record<string, number>> = {
  latency_ms_p50: 0.5,
  latency_ms_p95: 0.95,
  latency_ms_p99: 0.99,
};

/** Calls of both models that took turns are drawn together, so that what slowed both down does not count. */
function percentileInterval(
  a: Float64Array | undefined,
  b: Float64Array | undefined,
  p: number | undefined,
  { confidence: level, seed }: Pick<Inputs, 'confidence' | 'seed'>,
): { readonly low: number; readonly high: number } | undefined {
  if (p === undefined || !a || !b || a.length !== b.length || a.length < 2) return undefined;
  const random = seededRandom(seed);
  const n = a.length;
  const [drawnA, drawnB] = [new Float64Array(n), new Float64Array(n)];
  const changes = new Float64Array(RESAMPLES);
  for (let round = 0; round < RESAMPLES; round++) {
    for (let call = 0; call < n; call++) {
      const at = random.integer(n);
      drawnA[call] = a[at] ?? 0;
      drawnB[call] = b[at] ?? 0;
    }
    changes[round] = (quantile(drawnA.sort(), p) ?? 0) - (quantile(drawnB.sort(), p) ?? 0);
  }
  changes.sort();
  return { low: quantile(changes, (1 - level) / 2) ?? 0, high: quantile(changes, (1 + level) / 2) ?? 0 };
}
