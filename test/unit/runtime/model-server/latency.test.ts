import { expect, test } from 'vitest';
import { summariseLatency } from '../../../../actions/runtime/model-server/latency.ts';
import golden from '../../../fixtures/serving/percentiles.json' with { type: 'json' };

test.each(golden.cases)(
  'numpy has the same of $latencies.length latencies',
  ({ latencies, mean, max, percentiles }) => {
    const summary = summariseLatency(Float64Array.from(latencies));
    expect(summary.count).toBe(latencies.length);
    expect(summary.maxMs).toBe(max);
    expect(summary.meanMs).toBeCloseTo(mean, 9);
    const ours = [summary.p50Ms, summary.p95Ms, summary.p99Ms];
    for (const [index, value] of percentiles.entries()) expect(ours[index]).toBeCloseTo(value, 9);
  },
);
