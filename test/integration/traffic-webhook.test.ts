import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { applyWeight } from '../../actions/runtime/traffic/apply-weight.ts';
import type { TrafficTarget } from '../../actions/runtime/traffic/traffic-driver.ts';
import { webhookSignature } from '../../actions/runtime/webhook-signature.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';
import { startServer } from '../support/model-servers.ts';
import { driverOf, targetOf } from '../support/traffic.ts';
import { type Receiver, startReceiver } from '../support/traffic-systems.ts';

const SECRET = 'receiver secret';

let runtime: MemoryRuntime;
let receiver: Receiver;
let round = 0;
let before = 0;

beforeAll(async () => {
  process.env['TEST_RECEIVER_SECRET'] = SECRET;
  receiver = await startReceiver(SECRET);
});
afterAll(() => receiver[Symbol.asyncDispose]());
beforeEach(async () => {
  runtime = await memoryRuntime({ now: Date.now() });
  round += 1;
  before = (await receiver.effects()).length;
});
afterEach(() => runtime.dispose());

const open = (change = {}) => driverOf(runtime, { ...receiver.spec, ...change } as typeof receiver.spec);

/** A wish of this test, with fences above those of the tests before. */
const wish = (weight: number, key: string, change: Partial<TrafficTarget> = {}): TrafficTarget =>
  targetOf(weight, {
    ...change,
    fence: round * 10 + (change.fence ?? 0),
    idempotencyKey: `${round}${key}`,
  });

/** The changes of this test that had an effect: weight and key. */
const effects = async () =>
  (await receiver.effects())
    .slice(before)
    .map((line) => line.replace(`1.4.0 `, '').replace(` ${round}`, ' '));

/** A delivery as the driver makes it, or one that somebody has changed. */
async function deliver(
  change: object,
  forged: { readonly secret?: string; readonly timestamp?: string; readonly signature?: string } = {},
): Promise<number> {
  const body = JSON.stringify(change);
  const timestamp = forged.timestamp ?? String(Math.floor(Date.now() / 1_000));
  const { status } = await fetch(`${receiver.origin}/churn`, {
    method: 'POST',
    body,
    headers: {
      'x-mlops-timestamp': timestamp,
      'x-mlops-signature': forged.signature ?? webhookSignature(forged.secret ?? SECRET, timestamp, body),
    },
  });
  return status;
}

const secondsAgo = (seconds: number) => String(Math.floor(Date.now() / 1_000) - seconds);

describe('the receiver of the recipe', () => {
  test('a change sent again and again has one effect', async () => {
    const change = wish(10, 'a');
    expect(await Promise.all([deliver(change), deliver(change), deliver(change)])).toEqual([200, 200, 200]);
    expect(await deliver(change)).toBe(200);
    expect(await effects()).toEqual(['10 a']);
  });

  test.each([
    ['an old time', { timestamp: secondsAgo(301) }],
    ['a time to come', { timestamp: secondsAgo(-400) }],
    ['no time', { timestamp: '' }],
    ['another secret', { secret: 'guessed' }],
    ['a signature of something else', { signature: webhookSignature(SECRET, secondsAgo(0), '{}') }],
    ['no signature', { signature: '' }],
  ])('%s is refused', async (_, forged) => {
    expect(await deliver(wish(10, 'a'), forged)).toBe(401);
    expect(await effects()).toEqual([]);
  });

  test('a lower fence is refused, also after a replay', async () => {
    expect(await deliver(wish(10, 'a', { fence: 5 }))).toBe(200);
    expect(await deliver(wish(100, 'b', { fence: 4 }))).toBe(409);
    expect(await deliver(wish(0, 'c', { fence: 6 }))).toBe(200);
    expect(await deliver(wish(10, 'a', { fence: 5 }))).toBe(200);
    expect(await effects()).toEqual(['10 a', '0 c']);
  });

  test.each([
    [{ weight: 101 }],
    [{ weight: -1 }],
    [{ version: 7 }],
    [{ fence: 0.5 }],
    [{ idempotencyKey: null }],
  ])('%j is no change', async (change) => {
    expect(await deliver({ ...wish(10, 'a'), ...change })).toBe(422);
    expect(await effects()).toEqual([]);
  });

  test('more than 64 KiB is not read', async () => {
    // The receiver may hang up before all of it is sent.
    const refused = deliver(wish(10, 'a', { uri: 'x'.repeat(80_000) })).catch(() => 413);
    expect(await refused).toBe(413);
    expect(await effects()).toEqual([]);
  });

  test('the driver sets, reads back, mirrors and is fenced', async () => {
    const change = wish(10, 'a', { shadow: 25, fence: 5 });
    expect(await applyWeight(runtime, open(), change)).toEqual({ kind: 'verified', how: 'read back' });
    expect(await open().driver.read(change)).toEqual({ kind: 'weight', weight: 10, shadow: 25 });
    expect(await applyWeight(runtime, open(), wish(50, 'b', { fence: 4 }))).toMatchObject({ kind: 'fenced' });
  });

  test('the driver repeats a change whose answers are lost, and it has one effect', async () => {
    const fates = ['reset', 503, 'reset', 500, 'reset'] as const;
    let tries = 0;
    await using between = await startServer(({ path, headers, body }) => {
      const fate = fates[tries++] ?? 404;
      // The receiver gets it, and its answer does not come back.
      void fetch(`${receiver.origin}${path}`, { method: 'POST', body, headers: signed(headers) });
      return typeof fate === 'number' ? { status: fate } : fate;
    });
    const change = wish(10, 'a');
    const set = await open({ url: `${between.origin}/churn` }).driver.set(change);
    expect(set).toMatchObject({ kind: 'failed', message: expect.stringContaining('gave no answer (reset') });
    const all = (name: string) => between.received.map(({ headers }) => headers[name]);
    expect(all('idempotency-key')).toEqual(Array(5).fill(change.idempotencyKey));
    expect(new Set(all('x-mlops-delivery')).size).toBe(5);
    expect(await applyWeight(runtime, open(), change)).toMatchObject({ kind: 'verified' });
    expect(await effects()).toEqual(['10 a']);
  });
});

const signed = (headers: Readonly<Record<string, string | string[] | undefined>>) =>
  Object.fromEntries(['x-mlops-timestamp', 'x-mlops-signature'].map((name) => [name, String(headers[name])]));
