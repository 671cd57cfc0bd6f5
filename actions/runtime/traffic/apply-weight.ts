import type { Runtime } from '../runtime.ts';
import type { OpenTraffic } from './catalog.ts';
import type { SetResult, TrafficReading, TrafficTarget } from './traffic-driver.ts';

/** What became of a weight: seen where it should be, taken over by somebody with a newer right, or not there. */
export type Applied =
  | { readonly kind: 'verified'; readonly how: string }
  | { readonly kind: 'fenced'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

const READ_EVERY_MS = 1_000;
/** Routers round. */
const TOLERANCE = 0.5;

const isThere = (reading: TrafficReading, target: TrafficTarget): boolean =>
  reading.kind === 'weight' && Math.abs(reading.weight - target.weight) <= TOLERANCE;

/**
 * Sets a weight and reads it back until it is there or the time is over. What is read decides: a change that
 * reported a failure and is there is done, one that reported success and is not there has failed.
 */
export async function applyWeight(
  runtime: Runtime,
  traffic: OpenTraffic | undefined,
  target: TrafficTarget,
): Promise<Applied> {
  if (traffic === undefined) return { kind: 'verified', how: 'pointer file in the ledger' };
  const { driver, settleMs, verifyTimeoutMs } = traffic;
  runtime.log.info(`Setting ${target.weight} % of traffic on ${target.version} (fence ${target.fence})`);
  const set = await driver.set(target);
  if (set.kind === 'fenced') return set;
  if (settleMs > 0) await runtime.clock.sleep(settleMs);
  const deadline = runtime.clock.now() + verifyTimeoutMs;
  let reading = await driver.read(target);
  while (!isThere(reading, target) && set.kind === 'done' && runtime.clock.now() < deadline) {
    await runtime.clock.sleep(READ_EVERY_MS);
    reading = await driver.read(target);
  }
  if (isThere(reading, target)) return { kind: 'verified', how: verifiedText(set) };
  return { kind: 'failed', message: [setText(set), readText(reading, target)].filter(Boolean).join('; ') };
}

const setText = (set: SetResult): string => (set.kind === 'failed' ? set.message : '');

const verifiedText = (set: SetResult): string =>
  set.kind === 'failed' ? `read back, although ${set.message}` : 'read back';

const readText = (reading: TrafficReading, target: TrafficTarget): string =>
  reading.kind === 'weight'
    ? `${target.version} has ${reading.weight} % of traffic, expected ${target.weight} %`
    : `the traffic cannot be read: ${reading.message}`;
