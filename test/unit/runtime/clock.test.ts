import { expect, test } from 'vitest';
import { systemClock } from '../../../actions/runtime/clock.ts';

test('a wait lasts as long as asked', async () => {
  const clock = systemClock(new AbortController().signal);
  const start = performance.now();
  await clock.sleep(50);
  expect(performance.now() - start).toBeGreaterThanOrEqual(45);
  await clock.sleep(0);
  await clock.sleep(-5);
});

test('a wait ends when the run is cancelled, and none begins after that', async () => {
  const cancel = new AbortController();
  const clock = systemClock(cancel.signal);
  setTimeout(() => cancel.abort(), 20);
  const start = performance.now();
  await expect(clock.sleep(60_000)).rejects.toMatchObject({ code: 'cancelled' });
  expect(performance.now() - start).toBeLessThan(2_000);
  await expect(clock.sleep(0)).rejects.toMatchObject({ code: 'cancelled' });
});

test('a wait of years does not end at once', async () => {
  const cancel = new AbortController();
  const wait = systemClock(cancel.signal).sleep(1e12);
  const first = await Promise.race([
    wait.then(
      () => 'over',
      () => 'over',
    ),
    new Promise((done) => setTimeout(done, 50, 'waiting')),
  ]);
  expect(first).toBe('waiting');
  cancel.abort();
  await expect(wait).rejects.toMatchObject({ code: 'cancelled' });
});

test('the time is that of the machine, in UTC', () => {
  const clock = systemClock(new AbortController().signal);
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
  expect(clock.iso()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});
