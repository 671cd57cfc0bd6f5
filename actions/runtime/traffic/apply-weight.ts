import { lingering, throwIfCancelled } from '../clock.ts';
import type { Runtime } from '../runtime.ts';
import type { OpenTraffic } from './catalog.ts';
import { LINGER } from './linger.ts';
import type { SetResult, TrafficDriver, TrafficReading, TrafficTarget } from './traffic-driver.ts';

/** What became of a weight: seen where it should be, taken over by somebody with a newer right, or not there. */
export type Applied =
  | { readonly kind: 'verified'; readonly how: string }
  | { readonly kind: 'fenced'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

const READ_EVERY_MS = 1_000;
/** Routers round. */
const TOLERANCE = 0.5;

const isNear = (found: number, wanted: number): boolean => Math.abs(found - wanted) <= TOLERANCE;

/** Copies that are wanted must be seen; where none are, a system that knows no copies need not speak of them. */
const isThere = (reading: TrafficReading, { weight, shadow }: TrafficTarget): boolean =>
  reading.kind === 'weight' &&
  isNear(reading.weight, weight) &&
  (reading.shadow === undefined ? shadow === 0 : isNear(reading.shadow, shadow));

/**
 * Sets a weight and reads it back until it is there or the time is over. What is read decides: a change that
 * reported a failure and is there is done, one that reported success and is not there has failed. On cancellation a
 * change under way gets 3 s to end.
 *
 * @throws ActionError cancelled
 */
export async function applyWeight(
  runtime: Runtime,
  traffic: OpenTraffic | undefined,
  target: TrafficTarget,
): Promise<Applied> {
  throwIfCancelled(runtime.signal);
  if (traffic === undefined) return { kind: 'verified', how: 'pointer file in the ledger' };
  const { driver, settleMs, verifyTimeoutMs } = traffic;
  runtime.log.info(`Setting ${wish(target)} of traffic on ${target.version} (fence ${target.fence})`);
  const set = await setPatiently(runtime, driver, target);
  if (set.kind === 'fenced') return set;
  if (settleMs > 0) await runtime.clock.sleep(settleMs);
  const deadline = runtime.clock.now() + verifyTimeoutMs;
  let reading = await driver.read(target);
  while (!isThere(reading, target) && set.kind === 'done' && runtime.clock.now() < deadline) {
    await runtime.clock.sleep(READ_EVERY_MS);
    reading = await driver.read(target);
  }
  throwIfCancelled(runtime.signal);
  if (isThere(reading, target)) return { kind: 'verified', how: verifiedText(set) };
  return { kind: 'failed', message: [setText(set), readText(reading, target)].filter(Boolean).join('; ') };
}

async function setPatiently(
  { signal }: Runtime,
  driver: TrafficDriver,
  target: TrafficTarget,
): Promise<SetResult> {
  const overdue = lingering(signal, LINGER.lingerMs);
  const left = Promise.withResolvers<never>();
  const leave = (): void => {
    try {
      throwIfCancelled(signal);
    } catch (error) {
      left.reject(error);
    }
  };
  overdue.addEventListener('abort', leave, { once: true });
  const set = await Promise.race([driver.set(target), left.promise]);
  throwIfCancelled(signal);
  return set;
}

const wish = ({ weight, shadow }: TrafficTarget): string =>
  shadow > 0 ? `${weight} % and copies of ${shadow} %` : `${weight} %`;

const setText = (set: SetResult): string => (set.kind === 'failed' ? set.message : '');

const verifiedText = (set: SetResult): string =>
  set.kind === 'failed' ? `read back, although ${set.message}` : 'read back';

function readText(reading: TrafficReading, target: TrafficTarget): string {
  if (reading.kind === 'unreadable') return `the traffic cannot be read: ${reading.message}`;
  const { weight, shadow } = reading;
  if (!isNear(weight, target.weight))
    return `${target.version} has ${weight} % of traffic, expected ${target.weight} %`;
  return `${target.version} gets copies of ${shadow ?? 'an untold share'} % of requests, expected ${target.shadow} %`;
}
