import type { TrafficTarget, TrafficVersion } from './traffic-driver.ts';

/** What a traffic file says: `stable` has all traffic that `canary` has not. */
export interface TrafficFile {
  readonly model: string;
  readonly environment: string;
  readonly stable: TrafficVersion | null;
  readonly canary: (TrafficVersion & { readonly weight: number }) | null;
  readonly fence: number;
}

const onlyVersion = ({ version, digest, uri }: TrafficVersion): TrafficVersion => ({ version, digest, uri });

/** The file for the traffic that is wanted; the same for the same wish, byte for byte. */
export function trafficFileFor(target: TrafficTarget): TrafficFile {
  const { model, environment, weight, previous, fence } = target;
  const all = weight === 100;
  const before = previous === undefined ? null : onlyVersion(previous);
  return {
    model,
    environment,
    stable: all ? onlyVersion(target) : before,
    canary: all || weight === 0 ? null : { ...onlyVersion(target), weight },
    fence,
  };
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isVersion = (value: Fields): value is Fields & TrafficVersion =>
  typeof value['version'] === 'string' &&
  typeof value['digest'] === 'string' &&
  typeof value['uri'] === 'string';

const isCanary = (value: Fields): value is Fields & TrafficVersion & { readonly weight: number } =>
  isVersion(value) && typeof value['weight'] === 'number' && value['weight'] >= 0 && value['weight'] <= 100;

/** The traffic file in a JSON value; `undefined` when it is none. */
export function trafficFileIn(value: unknown): TrafficFile | undefined {
  if (!isFields(value)) return undefined;
  const { model, environment, stable, canary, fence } = value;
  if (typeof model !== 'string' || typeof environment !== 'string') return undefined;
  if (typeof fence !== 'number' || !Number.isSafeInteger(fence)) return undefined;
  if (stable !== null && !(isFields(stable) && isVersion(stable))) return undefined;
  if (canary !== null && !(isFields(canary) && isCanary(canary))) return undefined;
  return { model, environment, stable, canary, fence };
}
