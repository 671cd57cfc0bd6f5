import type { IncomingHttpHeaders } from 'node:http';
import type { Order, Traffic } from './traffic.ts';

/** An order as promote-model's webhook sends it. @throws TypeError when something is missing or out of range */
export function readOrder(headers: IncomingHttpHeaders, body: Record<string, unknown>): Order {
  const { version, digest, weight, fence } = body;
  const key = headers['idempotency-key'];
  if (typeof version !== 'string' || typeof digest !== 'string')
    throw new TypeError('expected version and digest');
  if (typeof weight !== 'number' || !Number.isInteger(weight) || weight < 0 || weight > 100)
    throw new TypeError('weight: expected a whole number from 0 to 100');
  if (typeof fence !== 'number' || !Number.isInteger(fence))
    throw new TypeError('fence: expected a whole number');
  if (typeof key !== 'string' || key === '') throw new TypeError('Idempotency-Key: expected a header');
  return { version, digest, weight, fence, key };
}

/** The traffic for reading back, with the share of one version. */
export const readShare = (traffic: Traffic, version: string) => ({
  weight: share(traffic, version),
  ...traffic,
});

function share({ stable, canary }: Traffic, version: string): number {
  if (canary?.version === version) return canary.weight;
  return stable?.version === version ? 100 - (canary?.weight ?? 0) : 0;
}
