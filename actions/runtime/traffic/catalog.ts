import type { Traffic, TrafficSpec } from '../../lib/rollout/traffic.ts';
import type { Runtime } from '../runtime.ts';
import { commandDriver } from './command-driver.ts';
import { fileDriver } from './file-driver.ts';
import { kserveDriver } from './kserve-driver.ts';
import type { TrafficDriver } from './traffic-driver.ts';
import { webhookDriver } from './webhook-driver.ts';

type Drivers = {
  readonly [D in TrafficSpec['driver']]: (
    runtime: Runtime,
    spec: Extract<TrafficSpec, { driver: D }>,
  ) => TrafficDriver;
};

const drivers: Drivers = {
  command: commandDriver,
  webhook: webhookDriver,
  kserve: kserveDriver,
  file: fileDriver,
};

const open = <D extends TrafficSpec['driver']>(
  runtime: Runtime,
  spec: Extract<TrafficSpec, { driver: D }>,
): TrafficDriver => {
  const driver: (runtime: Runtime, spec: Extract<TrafficSpec, { driver: D }>) => TrafficDriver =
    drivers[spec.driver];
  return driver(runtime, spec);
};

/** A driver and the times it is given. */
export interface OpenTraffic extends Omit<Traffic, 'spec'> {
  readonly driver: TrafficDriver;
}

/** The driver of a rollout, ready to be used; `undefined` where the ledger's pointer file is all there is. */
export const openTraffic = (runtime: Runtime, traffic: Traffic | undefined): OpenTraffic | undefined =>
  traffic && {
    driver: open(runtime, traffic.spec),
    settleMs: traffic.settleMs,
    verifyTimeoutMs: traffic.verifyTimeoutMs,
  };
