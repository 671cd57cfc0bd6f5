import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { applyWeight } from '../../../../actions/runtime/traffic/apply-weight.ts';
import type { OpenTraffic } from '../../../../actions/runtime/traffic/catalog.ts';
import type {
  SetResult,
  TrafficDriver,
  TrafficReading,
} from '../../../../actions/runtime/traffic/traffic-driver.ts';
import { type MemoryRuntimeOptions, memoryRuntime } from '../../../support/memory-runtime.ts';
import { targetOf } from '../../../support/traffic.ts';

const share = (weight: number, shadow?: number): TrafficReading => ({ kind: 'weight', weight, shadow });
const done: SetResult = { kind: 'done' };
const failed: SetResult = { kind: 'failed', message: 'set answered 500' };

/** A driver that gives these readings, the last one for ever. */
const driver = (set: SetResult, ...readings: readonly TrafficReading[]): TrafficDriver => {
  let reads = 0;
  return {
    set: async () => set,
    read: async () => readings[Math.min(reads++, readings.length - 1)] ?? share(0),
  };
};

async function apply(
  used: TrafficDriver,
  target = targetOf(10),
  times: Partial<OpenTraffic> = {},
  options: MemoryRuntimeOptions = {},
) {
  await using runtime = await memoryRuntime(options);
  const traffic = { driver: used, settleMs: 0, verifyTimeoutMs: 5_000, ...times };
  return { applied: await applyWeight(runtime, traffic, target), sleeps: runtime.recorded.sleeps };
}

describe('what is read back decides', () => {
  test.each([
    ['it is there', done, [share(10)], 'read back'],
    [
      'it comes after a while',
      done,
      [share(0), { kind: 'unreadable', message: 'x' }, share(10)],
      'read back',
    ],
    ['the router rounds', done, [share(10.4)], 'read back'],
    ['setting failed and it is there', failed, [share(10)], 'read back, although set answered 500'],
  ] as const)('verified: %s', async (_, set, readings, how) => {
    expect((await apply(driver(set, ...readings))).applied).toEqual({ kind: 'verified', how });
  });

  test.each([
    ['it is not there in time', done, [share(0)], '1.4.0 has 0 % of traffic, expected 10 %'],
    ['it is off by one', done, [share(11)], '1.4.0 has 11 % of traffic, expected 10 %'],
    [
      'it cannot be read',
      done,
      [{ kind: 'unreadable', message: 'HTML' }],
      'the traffic cannot be read: HTML',
    ],
    ['setting failed', failed, [share(0)], 'set answered 500; 1.4.0 has 0 % of traffic, expected 10 %'],
  ] as const)('failed: %s', async (_, set, readings, message) => {
    expect((await apply(driver(set, ...readings))).applied).toEqual({ kind: 'failed', message });
  });

  test('a change that failed is read once, one that is done until the time is over', async () => {
    expect((await apply(driver(failed, share(0)))).sleeps).toEqual([]);
    expect((await apply(driver(done, share(0)))).sleeps).toEqual(Array(5).fill(1_000));
  });

  test('it settles before it is read', async () => {
    expect((await apply(driver(done, share(10)), targetOf(10), { settleMs: 30_000 })).sleeps).toEqual([
      30_000,
    ]);
  });

  test('whoever is fenced does not read', async () => {
    const fenced: SetResult = { kind: 'fenced', message: 'a higher fence' };
    expect((await apply(driver(fenced, share(10)))).applied).toEqual(fenced);
  });

  test('without traffic the pointer file is all there is', async () => {
    await using runtime = await memoryRuntime();
    expect(await applyWeight(runtime, undefined, targetOf(10))).toEqual({
      kind: 'verified',
      how: 'pointer file in the ledger',
    });
  });
});

describe('copies', () => {
  const shadow = targetOf(0, { shadow: 20 });

  test.each([
    ['are seen', shadow, share(0, 20), 'verified'],
    ['are not those that were asked for', shadow, share(0, 5), 'failed'],
    ['cannot be seen', shadow, share(0), 'failed'],
    ['are unknown to a system that was asked for none', targetOf(10), share(10), 'verified'],
    ['go on though none were asked for', targetOf(10), share(10, 20), 'failed'],
  ] as const)('%s', async (_, target, reading, kind) => {
    expect((await apply(driver(done, reading), target)).applied.kind).toBe(kind);
  });
});

describe('cancellation', () => {
  const cancelled = expect.objectContaining({ code: 'cancelled' });

  test('a run that was cancelled changes nothing', async () => {
    let sets = 0;
    const counting: TrafficDriver = {
      ...driver(done, share(10)),
      async set() {
        sets += 1;
        return done;
      },
    };
    const signal = AbortSignal.abort();
    await expect(apply(counting, targetOf(10), {}, { signal })).rejects.toEqual(cancelled);
    expect(sets).toBe(0);
  });

  test('a change under way ends before the step does', async () => {
    const stop = new AbortController();
    let ended = false;
    const slow: TrafficDriver = {
      ...driver(done, share(10)),
      async set() {
        stop.abort();
        await delay(200);
        ended = true;
        return done;
      },
    };
    await expect(apply(slow, targetOf(10), {}, { signal: stop.signal })).rejects.toEqual(cancelled);
    expect(ended).toBe(true);
  });

  test('one that does not end is left after 3 s', async () => {
    const stop = new AbortController();
    const endless: TrafficDriver = { ...driver(done, share(10)), set: () => new Promise(() => stop.abort()) };
    const start = performance.now();
    await expect(apply(endless, targetOf(10), {}, { signal: stop.signal })).rejects.toEqual(cancelled);
    const waited = performance.now() - start;
    expect(waited).toBeGreaterThan(2_900);
    expect(waited).toBeLessThan(6_000);
  });

  test('waiting for the effect ends at once', async () => {
    const stop = new AbortController();
    const never: TrafficDriver = {
      set: async () => done,
      async read() {
        stop.abort();
        return share(0);
      },
    };
    await expect(apply(never, targetOf(10), {}, { signal: stop.signal })).rejects.toEqual(cancelled);
  });
});
