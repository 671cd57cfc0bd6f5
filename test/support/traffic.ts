import type { Traffic, TrafficSpec } from '../../actions/lib/rollout/traffic.ts';
import type { Runtime } from '../../actions/runtime/runtime.ts';
import { type OpenTraffic, openTraffic } from '../../actions/runtime/traffic/catalog.ts';
import type { TrafficTarget } from '../../actions/runtime/traffic/traffic-driver.ts';

export const STABLE = {
  version: '1.3.2',
  digest: 'sha256:aa',
  uri: 'oci://registry.example/churn@sha256:aa',
} as const;
export const CANDIDATE = {
  version: '1.4.0',
  digest: 'sha256:bb',
  uri: 'oci://registry.example/churn@sha256:bb',
} as const;

/** A wish for the candidate's traffic beside the stable version's. */
export const targetOf = (weight: number, change: Partial<TrafficTarget> = {}): TrafficTarget => ({
  ...CANDIDATE,
  model: 'churn',
  environment: 'production',
  weight,
  shadow: 0,
  previous: STABLE,
  drainSeconds: 0,
  fence: 3,
  idempotencyKey: `key-${weight}-${change.fence ?? 3}`,
  ...change,
});

/** A driver with times for tests. */
export function driverOf(
  runtime: Runtime,
  spec: TrafficSpec,
  times: Partial<Omit<Traffic, 'spec'>> = {},
): OpenTraffic {
  const traffic = openTraffic(runtime, { spec, settleMs: 0, verifyTimeoutMs: 5_000, ...times });
  if (traffic === undefined) throw new Error('no driver');
  return traffic;
}
