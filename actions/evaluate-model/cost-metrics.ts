import type { MetricValue } from '../lib/documents/metrics.ts';
import { resourceValue } from '../lib/metrics/measure.ts';
import type { Metric } from '../lib/metrics/metric.ts';
import { resourceMetrics } from '../lib/metrics/resources.ts';
import { quantile } from '../lib/stats/quantile.ts';
import type { Cost } from './sources/scored.ts';

type ValueOf = (cost: Cost, rows: number) => number | undefined;

const percentile =
  (p: number): ValueOf =>
  ({ latencies }) =>
    latencies && quantile(latencies.slice().sort(), p);

/** What each metric of cost is, from what was measured. */
const VALUES: Readonly<Record<string, ValueOf>> = {
  model_size_bytes: ({ sizeBytes }) => sizeBytes,
  model_load_ms: ({ loadMs }) => loadMs,
  latency_ms_p50: percentile(0.5),
  latency_ms_p95: percentile(0.95),
  latency_ms_p99: percentile(0.99),
  latency_ms_per_1000_rows: ({ elapsedMs }, rows) => elapsedMs && (elapsedMs / rows) * 1000,
  throughput_rows_per_second: ({ elapsedMs }, rows) => elapsedMs && rows / (elapsedMs / 1000),
  request_error_rate: ({ requestErrorRate }) => requestErrorRate,
};

/** The metrics of cost that were measured, and those that were asked for, which say why there is no value. */
export function costValues(cost: Cost, rows: number, asked: readonly Metric[]): MetricValue[] {
  const ofCost = asked.filter(({ kind }) => kind === 'resource');
  const measured = resourceMetrics.filter(({ id }) => VALUES[id]?.(cost, rows) !== undefined);
  const wanted = asked.length > 0 ? ofCost : measured;
  return wanted.map((metric) => {
    const value = VALUES[metric.id]?.(cost, rows);
    return resourceValue(
      metric,
      value,
      metric.id.startsWith('latency_ms_p') ? (cost.latencies?.length ?? 0) || rows : rows,
    );
  });
}
