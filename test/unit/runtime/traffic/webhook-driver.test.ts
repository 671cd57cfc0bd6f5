import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TrafficSpec } from '../../../../actions/lib/rollout/traffic.ts';
import type { Http, HttpReply, HttpRequest } from '../../../../actions/runtime/runtime.ts';
import { type MemoryRuntime, memoryRuntime } from '../../../support/memory-runtime.ts';
import { type Reaction, startServer } from '../../../support/model-servers.ts';
import { driverOf, targetOf } from '../../../support/traffic.ts';

const SECRET = 'hook secret';
let runtime: MemoryRuntime;

beforeEach(() => {
  process.env['TEST_HOOK_SECRET'] = SECRET;
});
afterEach(() => runtime.dispose());

const hook = (
  url: string,
  change: Partial<Extract<TrafficSpec, { driver: 'webhook' }>> = {},
): TrafficSpec => ({
  driver: 'webhook',
  url: `${url}/t/\${model}`,
  readUrl: `${url}/t/\${model}?v=\${version}`,
  secretEnv: 'TEST_HOOK_SECRET',
  allowPrivateNetwork: true,
  timeoutMs: 1_000,
  ...change,
});

/** A driver whose server reacts like this, one reaction after another, the last one for ever. */
async function against(...reactions: readonly Reaction[]) {
  let asked = 0;
  const server = await startServer(() => reactions[Math.min(asked++, reactions.length - 1)]);
  runtime = await memoryRuntime();
  return {
    ...driverOf(runtime, hook(server.origin)).driver,
    server,
    [Symbol.asyncDispose]: server[Symbol.asyncDispose],
  };
}

describe('a delivery', () => {
  test('is signed over time and body, which holds all that decides', async () => {
    await using driver = await against({ status: 202 });
    const target = targetOf(10, { shadow: 5 });
    expect(await driver.set(target)).toEqual({ kind: 'done' });
    const [delivery] = driver.server.received;
    expect(JSON.parse(delivery?.body ?? '')).toEqual(target);
    expect(delivery).toMatchObject({ method: 'POST', path: '/t/churn' });
    if (delivery === undefined) throw new Error('nothing was sent');
    const { headers, body } = delivery;
    const time = headers['x-mlops-timestamp'];
    expect(time).toBe(String(Date.parse('2026-01-15T12:00:00Z') / 1_000));
    const signature = createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex');
    expect(headers).toMatchObject({
      'x-mlops-signature': `sha256=${signature}`,
      'x-mlops-fence': '3',
      'idempotency-key': 'key-10-3',
      'x-mlops-delivery': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test.each([200, 201, 202])('%i is done', async (status) => {
    await using driver = await against({ status });
    expect(await driver.set(targetOf(10))).toEqual({ kind: 'done' });
  });

  test('409 is fenced and not repeated', async () => {
    await using driver = await against({ status: 409 });
    expect(await driver.set(targetOf(10))).toMatchObject({ kind: 'fenced' });
    expect(driver.server.received).toHaveLength(1);
  });

  test.each([204, 400, 401, 403, 404, 410, 422, 501])('%i has failed and is not repeated', async (status) => {
    await using driver = await against({ status });
    expect(await driver.set(targetOf(10))).toEqual({
      kind: 'failed',
      message: `the traffic webhook answered ${status}`,
    });
    expect(driver.server.received).toHaveLength(1);
  });

  test.each([301, 302, 303, 307, 308])('%i is not followed', async (status) => {
    await using elsewhere = await startServer(() => ({ status: 200 }));
    await using driver = await against({ status, headers: { location: elsewhere.origin } });
    expect(await driver.set(targetOf(10))).toEqual({
      kind: 'failed',
      message: expect.stringContaining('a redirect, which is not followed'),
    });
    expect(await driver.read(targetOf(10))).toMatchObject({ kind: 'unreadable' });
    expect(elsewhere.received).toEqual([]);
  });

  test.each([408, 425, 429, 500, 502, 503, 504])('%i is repeated under the same key', async (status) => {
    await using driver = await against({ status }, { status }, { status: 200 });
    expect(await driver.set(targetOf(10))).toEqual({ kind: 'done' });
    expect(driver.server.received.map(({ headers }) => headers['idempotency-key'])).toEqual(
      Array(3).fill('key-10-3'),
    );
    expect(runtime.recorded.sleeps).toEqual([1_000, 2_000]);
  });

  test('five tries are enough', async () => {
    await using driver = await against({ status: 503 });
    expect(await driver.set(targetOf(10))).toMatchObject({ kind: 'failed' });
    expect(driver.server.received).toHaveLength(5);
  });

  test.each([
    ['7', 7_000],
    ['0', 0],
    ['Thu, 15 Jan 2026 12:00:09 GMT', 9_000],
    ['soon', 1_000],
    ['-5', 1_000],
    ['Thu, 15 Jan 2026 11:00:00 GMT', 0],
  ])('Retry-After: %s', async (after, wait) => {
    await using driver = await against({ status: 503, headers: { 'retry-after': after } }, { status: 200 });
    expect(await driver.set(targetOf(10))).toEqual({ kind: 'done' });
    expect(runtime.recorded.sleeps).toEqual([wait]);
  });

  test('a receiver that asks for an hour is not waited for', async () => {
    await using driver = await against({ status: 503, headers: { 'retry-after': '3600' } }, { status: 200 });
    expect(await driver.set(targetOf(10))).toMatchObject({ kind: 'failed' });
    expect(runtime.recorded.sleeps).toEqual([]);
  });

  test('no try begins after two minutes', async () => {
    const asked: number[] = [];
    const slow: Http = {
      async send(): Promise<HttpReply> {
        asked.push(runtime.clock.now());
        await runtime.clock.sleep(50_000);
        return { kind: 'no-answer', reason: 'timeout', message: 'no answer in time' };
      },
    };
    runtime = await memoryRuntime({ http: slow });
    const { driver } = driverOf(runtime, hook('https://hooks.example'));
    expect(await driver.set(targetOf(10))).toMatchObject({ kind: 'failed' });
    expect(asked.length).toBe(3);
    expect((asked.at(-1) ?? 0) - (asked[0] ?? 0)).toBeLessThanOrEqual(120_000);
  });

  test('64 KiB of an answer are read', async () => {
    await using driver = await against({ status: 200, body: 'x'.repeat(70_000) });
    expect(await driver.set(targetOf(10))).toEqual({
      kind: 'failed',
      message: expect.stringContaining('larger than 65536 bytes'),
    });
    expect(driver.server.received).toHaveLength(1);
    expect(await driver.read(targetOf(10))).toMatchObject({ kind: 'unreadable' });
  });

  test.each(['hang', 'truncate', 'reset'] as const)(
    '%s is repeated, and unreadable when read',
    async (fault) => {
      await using driver = await against(fault, { status: 200 }, fault);
      expect(await driver.set(targetOf(10))).toEqual({ kind: 'done' });
      expect(await driver.read(targetOf(10))).toMatchObject({ kind: 'unreadable' });
    },
  );

  test('a change under way may end after a cancellation, a reading may not', async () => {
    const sent: HttpRequest[] = [];
    const http: Http = {
      async send(request): Promise<HttpReply> {
        sent.push(request);
        return { kind: 'answer', status: 200, headers: new Map(), body: '10' };
      },
    };
    runtime = await memoryRuntime({ http });
    const { driver } = driverOf(runtime, hook('https://hooks.example'));
    await driver.set(targetOf(10));
    await driver.read(targetOf(10));
    expect(sent).toEqual([
      expect.objectContaining({ lingerMs: 3_000 }),
      expect.not.objectContaining({ lingerMs: 3_000 }),
    ]);
  });

  test('the secret is kept out of the log, and needed', async () => {
    await using _ = await against({ status: 200 });
    expect(runtime.recorded.masked).toContain(SECRET);
    delete process.env['TEST_HOOK_SECRET'];
    expect(() => driverOf(runtime, hook('https://hooks.example'))).toThrow(
      'TEST_HOOK_SECRET, which is not set',
    );
  });
});

describe('addresses', () => {
  test.each([
    'http://169.254.169.254',
    'https://169.254.169.254',
    'https://[::1]',
    'https://[::ffff:169.254.169.254]',
    'https://2130706433',
    'https://0x7f.1',
    'https://127.0.0.1',
    'https://10.0.0.1',
    'https://localhost',
    'https://user:secret@hooks.example',
    'file:///etc/passwd',
    'not an address',
  ])('%s is refused before anything is sent', async (url) => {
    runtime = await memoryRuntime();
    const { driver } = driverOf(runtime, hook(url, { allowPrivateNetwork: false }));
    expect(await driver.set(targetOf(10))).toEqual({
      kind: 'failed',
      message: expect.stringContaining('forbidden-address'),
    });
    expect(runtime.recorded.sleeps).toEqual([]);
    expect(await driver.read(targetOf(10))).toMatchObject({ kind: 'unreadable' });
  });

  test('no value changes the shape of an address', async () => {
    await using driver = await against({ status: 200, body: '10' });
    await driver.set(targetOf(10, { model: '../../admin?x=1#' }));
    await driver.read(targetOf(10, { version: '1&v=2' }));
    expect(driver.server.received.map(({ path }) => path)).toEqual([
      '/t/..%2F..%2Fadmin%3Fx%3D1%23',
      '/t/churn?v=1%26v%3D2',
    ]);
  });
});
