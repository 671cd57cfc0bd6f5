import { expect, test } from 'vitest';
import { clockProblem } from '../../../../actions/lib/registry/clock-skew.ts';

const NOW = Date.parse('2026-01-15T12:00:00Z');

test.each(['', '2026-01-15T12:10:00.000Z', '2025-01-15T12:00:00.000Z'])(
  'a ledger up to "%s" may be right',
  (newest) => {
    expect(clockProblem(newest, NOW)).toBeUndefined();
  },
);

test('a ledger from more than ten minutes ahead was written with a wrong clock, or is read with one', () => {
  expect(clockProblem('2026-01-15T12:10:00.001Z', NOW)).toMatch(/is 12:10 UTC on 2026-01-15, 10 m ahead/);
  expect(clockProblem('2027-01-15T12:00:00.000Z', NOW)).toMatch(/365 d ahead/);
});
