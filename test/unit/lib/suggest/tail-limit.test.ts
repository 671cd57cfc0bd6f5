import { describe, expect, it } from 'vitest';
import { percentToAllow, roundUp, rowsToAllow } from '../../../../actions/lib/suggest/risk.ts';
import { mirrored, type TailNumbers } from '../../../../actions/lib/suggest/tail.ts';
import { upperLimit } from '../../../../actions/lib/suggest/tail-limit.ts';
import { randomNumbers } from './plain-table.ts';

const counted = (values: readonly number[], step = 0): TailNumbers => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const low = sorted.map(([value]) => value);
  return { rows: values.length, low, high: low, counts: sorted.map(([, count]) => count), step };
};

const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const exponential = (random: () => number) => -Math.log(1 - random());

/** Draws one value; step of its values; how often the limit may be broken in 400 pairs of samples. */
const DISTRIBUTIONS: readonly (readonly [string, (random: () => number) => number, number, number])[] = [
  ['normal', normal, 0, 0],
  ['uniform', (random) => random(), 0, 0],
  ['exponential', exponential, 0, 1],
  ['gamma', (random) => exponential(random) + exponential(random), 0, 1],
  ['lognormal', (random) => Math.exp(normal(random)), 0, 4],
  ['Pareto', (random) => (1 - random()) ** (-1 / 1.5), 0, 4],
  ['rounded to tenths', (random) => Math.round(normal(random) * 10) / 10, 0.1, 0],
  ['clipped', (random) => Math.min(2, normal(random)), 0, 0],
  ['geometric', (random) => Math.floor(3 * exponential(random)), 1, 1],
  ['one to five', (random) => 1 + Math.floor(5 * random()), 1, 0],
  ['mostly zero', (random) => (random() < 0.8 ? 0 : exponential(random)), 0, 4],
];

function isBroken(numbers: TailNumbers, next: readonly number[]): boolean {
  const above = upperLimit(numbers)?.limit ?? Number.POSITIVE_INFINITY;
  const below = -(upperLimit(mirrored(numbers))?.limit ?? Number.POSITIVE_INFINITY);
  expect(above).toBeGreaterThanOrEqual(numbers.high[numbers.high.length - 1] ?? 0);
  return next.some((value) => value > above || value < below);
}

describe('limits of numbers', () => {
  it.each(DISTRIBUTIONS)('hold for as many rows again: %s', (_name, draw, step, tolerated) => {
    const random = randomNumbers(7);
    const sample = (rows: number) => Array.from({ length: rows }, () => draw(random));
    const rounds = [100, 300].flatMap((rows) =>
      Array.from({ length: 200 }, () => isBroken(counted(sample(rows), step), sample(rows))),
    );
    expect(rounds.filter(Boolean).length).toBeLessThanOrEqual(tolerated);
  });

  it('come nearer with more rows', () => {
    const random = randomNumbers(3);
    const limit = (rows: number) =>
      upperLimit(counted(Array.from({ length: rows }, () => normal(random))))?.limit;
    const [few = 0, more = 0, many = 0] = [100, 1_000, 20_000].map((rows) => {
      const found = Array.from({ length: 15 }, () => limit(rows) ?? Number.POSITIVE_INFINITY);
      return found.sort((a, b) => a - b)[7];
    });
    expect(few).toBeGreaterThan(more);
    expect(more).toBeGreaterThan(many);
    expect(many).toBeLessThan(8);
  });

  it('end where the values stop abruptly, and not where they taper off', () => {
    const stop = Array.from({ length: 500 }, (_, index) => (index % 5) + 1);
    expect(upperLimit(counted(stop, 1))).toEqual({ limit: 5, kind: 'end', rows: 100 });
    const taper = [...Array<number>(900).fill(0), ...Array<number>(95).fill(1), ...Array<number>(5).fill(2)];
    expect(upperLimit(counted(taper, 1))?.kind).not.toBe('end');
  });

  it('are not given for few numbers, a single one, and for a last one that does not belong to the rest', () => {
    expect(upperLimit(counted(Array.from({ length: 99 }, (_, index) => index)))).toBeUndefined();
    const strange = [...Array.from({ length: 400 }, (_, index) => index), 1e9];
    expect(upperLimit(counted(strange))).toBeUndefined();
  });
});

describe('limits of rows', () => {
  // scipy 1.17.1: min(s for s in range(10**6) if binom.cdf(r, r + s + 1, 0.5) <= 1e-4)
  it.each([
    [0, 13],
    [1, 16],
    [5, 25],
    [20, 52],
    [100, 160],
    [1_000, 1_174],
  ])('%i rows seen allow %i', (seen, allowed) => {
    expect(rowsToAllow(seen)).toBe(allowed);
  });

  it('are broken by chance as rarely as they say', () => {
    const random = randomNumbers(11);
    const broken = Array.from({ length: 4_000 }, () => {
      const first = Array.from({ length: 40 }, () => random() < 0.5).filter(Boolean).length;
      return 40 - first > rowsToAllow(first);
    });
    expect(broken.filter(Boolean).length).toBeLessThanOrEqual(4);
  });

  it('are written with two digits, rounded up', () => {
    expect(percentToAllow(0, 1_000)).toBe(1.3);
    expect(percentToAllow(0, 172)).toBe(7.6);
    expect([0.0123, 1.21, 34.1, 99, 120, 0].map(roundUp)).toEqual([0.013, 1.3, 35, 99, 120, 0]);
  });
});
