import { expect, test } from 'vitest';
import { backoffMs, limitedWait } from '../../../../actions/runtime/github/waiting.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

test.each([
  { what: 'seconds of Retry-After', status: 429, headers: { 'retry-after': '7' }, body: '', ms: 7_000 },
  {
    what: 'a date of Retry-After',
    status: 403,
    headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' },
    body: '',
    ms: 30_000,
  },
  {
    what: 'Retry-After before the reset',
    status: 403,
    headers: {
      'retry-after': '1',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(NOW / 1_000 + 90),
    },
    body: '',
    ms: 1_000,
  },
  {
    what: 'the reset of a used-up limit',
    status: 403,
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1_000 + 90) },
    body: '',
    ms: 90_000,
  },
  {
    what: 'a minute for the secondary limit',
    status: 403,
    headers: {},
    body: 'secondary rate limit',
    ms: 60_000,
  },
  { what: 'a minute for abuse', status: 403, headers: {}, body: 'abuse detection', ms: 60_000 },
  {
    what: 'nothing for a missing permission',
    status: 403,
    headers: {},
    body: 'Resource not accessible',
    ms: undefined,
  },
  {
    what: 'nothing for a success',
    status: 200,
    headers: { 'x-ratelimit-remaining': '0' },
    body: '',
    ms: undefined,
  },
])('the wait is $what', ({ status, headers, body, ms }) => {
  expect(limitedWait(status, new Headers(headers), body, NOW)?.ms).toBe(ms);
});

test('the wait after a failure doubles its ceiling, up to 30 s, and is drawn below it', () => {
  expect([0, 1, 2, 10].map((tries) => backoffMs(tries, 500, () => 1))).toEqual([500, 1_000, 2_000, 30_000]);
  expect(backoffMs(3, 500, () => 0)).toBe(0);
});
