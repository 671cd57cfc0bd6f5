import { expect, test } from 'vitest';
import { normalCdf } from '../../../../actions/lib/stats/distributions.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';

const DRAWS = 1_000_000;

function drawn(): Float64Array {
  const values = new Float64Array(DRAWS);
  seededRandom(4).normals(values);
  return values;
}

test('normals drawn in one go follow the normal distribution, by Kolmogorov and Smirnov', () => {
  const sorted = drawn().sort();
  let largest = 0;
  for (const [at, value] of sorted.entries()) {
    const expected = normalCdf(value);
    largest = Math.max(largest, Math.abs(expected - at / DRAWS), Math.abs(expected - (at + 1) / DRAWS));
  }
  // 1.95 / √n is exceeded by chance once in a thousand seeds.
  expect(largest).toBeLessThan(1.95 / Math.sqrt(DRAWS));
});

test.each([
  { power: 1, moment: 0, variance: 1 },
  { power: 2, moment: 1, variance: 2 },
  { power: 3, moment: 0, variance: 15 },
  { power: 4, moment: 3, variance: 96 },
  { power: 6, moment: 15, variance: 10_170 },
])('their moment $power is $moment', ({ power, moment, variance }) => {
  const mean = drawn().reduce((sum, value) => sum + value ** power, 0) / DRAWS;
  expect(Math.abs(mean - moment)).toBeLessThan(4 * Math.sqrt(variance / DRAWS));
});

test('their tails hold what they must', () => {
  const values = drawn();
  for (const limit of [2, 3, 3.6541528853610088, 4]) {
    const expected = DRAWS * normalCdf(-limit);
    for (const sign of [1, -1]) {
      const count = values.filter((value) => sign * value > limit).length;
      expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected));
    }
  }
});

test('whole numbers come equally often where 2^32 is no multiple of their range', () => {
  const random = seededRandom(8);
  const range = 3 * 2 ** 30;
  const counts = [0, 0, 0];
  for (let draw = 0; draw < 30_000; draw++) {
    const third = Math.floor(random.integer(range) / 2 ** 30);
    counts[third] = (counts[third] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(4 * Math.sqrt(20_000 / 3));
});
