import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  binnedArea,
  binnedAveragePrecision,
  rankBinCounts,
  rankBins,
} from '../../../../actions/lib/metrics/rank-bins.ts';
import { BATCHES, batchError, dealBatches } from '../../../../actions/lib/stats/batches.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';
import { type RowTerms, resampleSums, sumTerms } from '../../../../actions/lib/stats/resample-sums.ts';
import { sortDoubles } from '../../../../actions/lib/stats/sort-doubles.ts';
import { scoreGroups } from '../../../../actions/lib/stats/thresholds.ts';

/** Ascending by comparing, zeros of both signs as one. */
const compared = (values: Float64Array): Float64Array =>
  values.map((value) => value + 0).sort((a, b) => a - b);

describe('sortDoubles', () => {
  const special = [
    0,
    -0,
    1,
    -1,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.MIN_VALUE,
    -Number.MIN_VALUE,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    2.2250738585072014e-308,
    -2.225073858507201e-308,
  ];

  test.each([
    { size: 5, seed: 1 },
    { size: 19_999, seed: 2 },
    { size: 20_000, seed: 3 },
    { size: 40_001, seed: 4 },
  ])('$size doubles of all bit patterns, zeros of both signs, infinities and denormals', ({ size, seed }) => {
    const random = seededRandom(seed);
    const words = Uint32Array.from({ length: size * 2 }, () => random.integer(2 ** 32));
    const values = new Float64Array(words.buffer).map((value, at) =>
      Number.isNaN(value) || at % 9 === 0 ? (special[random.integer(special.length)] ?? 0) : value,
    );
    const expected = compared(values);
    expect(sortDoubles(values).map((value) => value + 0)).toEqual(expected);
  });

  test('a part of a larger array, and values that share most of their digits', () => {
    const random = seededRandom(5);
    const values = Float64Array.from({ length: 30_000 }, () => random.integer(100) / 128);
    const expected = compared(values.subarray(3, 25_003));
    const [head, tail] = [values.slice(0, 3), values.slice(25_003)];
    expect(sortDoubles(values.subarray(3, 25_003))).toEqual(expected);
    expect([values.subarray(0, 3), values.subarray(25_003)]).toEqual([head, tail]);
    expect(sortDoubles(new Float64Array(25_000).fill(-2))).toEqual(new Float64Array(25_000).fill(-2));
  });
});

interface Scored {
  readonly scores: Float64Array;
  readonly positives: Uint8Array;
}

/** Rows of two classes whose scores take so many values. */
function scored(rows: number, distinct: number, seed: number): Scored {
  const random = seededRandom(seed);
  const positives = Uint8Array.from({ length: rows }, () => (random.next() < 0.3 ? 1 : 0));
  const scores = Float64Array.from(
    positives,
    (positive) => Math.floor((random.next() * 0.7 + positive * 0.3) * distinct) / distinct,
  );
  return { scores, positives };
}

/** The share of pairs in order, by looking at every pair. */
function areaByPairs({ scores, positives }: Scored): number {
  const negatives = scores.filter((_, row) => positives[row] === 0);
  const own = scores.filter((_, row) => positives[row] === 1);
  let wins = 0;
  for (const x of own) for (const y of negatives) wins += (Math.sign(x - y) + 1) / 2;
  return wins / (own.length * negatives.length);
}

describe('groups and bins of scores', () => {
  const rows = fc.array(
    fc.tuple(fc.constantFrom(-1, -0, 0, 0.25, 0.5, 1, Number.POSITIVE_INFINITY), fc.nat(1)),
    { minLength: 1, maxLength: 40 },
  );

  test('groups are the same whether classes are sorted apart or rows in order', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const scores = Float64Array.from(pairs, ([score]) => score);
        const positives = Uint8Array.from(pairs, ([, positive]) => positive);
        const ones = new Float64Array(pairs.length).fill(1);
        const apart = scoreGroups({ scores, positives });
        const ordered = scoreGroups({ scores: scores.slice(), positives, weights: ones });
        expect([[...apart.positive], [...apart.negative]]).toEqual([
          [...ordered.positive],
          [...ordered.negative],
        ]);
      }),
    );
  });

  test.each([
    { rows: 300, distinct: 10 },
    { rows: 1024, distinct: 1e9 },
    { rows: 1025, distinct: 1e9 },
    { rows: 6000, distinct: 1500 },
    { rows: 6000, distinct: 1e9 },
  ])('bins of $rows rows with $distinct values count what counting finds', ({ rows: count, distinct }) => {
    const { scores, positives } = scored(count, distinct, count + distinct);
    const counts = rankBinCounts(scores, positives);
    expect(counts).toEqual(sumTerms(rankBins(scores, positives)));
    expect(counts.reduce((sum, own) => sum + own, 0)).toBe(count);
    expect(counts.length).toBeLessThanOrEqual(2048);
  });

  test('with a bin for each score lose nothing, and little with a thousand', () => {
    const few = scored(400, 30, 1);
    expect(binnedArea(rankBinCounts(few.scores, few.positives))).toBeCloseTo(areaByPairs(few), 12);
    const many = scored(3000, 1e9, 2);
    expect(Number(binnedArea(rankBinCounts(many.scores, many.positives)))).toBeCloseTo(areaByPairs(many), 3);
    expect(binnedAveragePrecision(Float64Array.of(3, 0, 2, 0))).toBe('no positive rows');
  });
});

/** The spread of a ratio of two sums over resamples. */
function spreadOf(
  terms: RowTerms,
  clusters: Int32Array | undefined,
  resamples: number,
  weights?: Float64Array,
) {
  const { draw, exact } = resampleSums(terms, weights, clusters, resamples, seededRandom(11));
  const sums = new Float64Array(terms.cells * terms.width);
  const values = Float64Array.from({ length: resamples }, () => {
    draw(sums);
    return (sums[0] ?? 0) / (sums[1] ?? 1);
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / resamples;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { exact, mean, deviation: Math.sqrt(squares / (resamples - 1)) };
}

const ROWS = 20_000;
const random = seededRandom(21);
const values = Float64Array.from({ length: ROWS * 2 }, (_, at) =>
  at % 2 === 0 ? random.normal() + 2 : 0.5 + random.next(),
);
const ratio: RowTerms = { cells: 1, width: 2, values };
const cells: RowTerms = {
  cells: 2,
  width: 1,
  cellOf: Int32Array.from({ length: ROWS }, () => (random.next() < 0.2 ? 0 : 1)),
  values: new Float64Array(ROWS).fill(1),
};

describe('resampled sums of 20,000 rows', () => {
  test.each([
    { what: 'two numbers a row', terms: ratio },
    { what: 'rows of two cells', terms: cells },
  ])('spread like resampled rows: $what', ({ terms }) => {
    // Up to 10,000,000 additions rows are drawn, beyond it their sums.
    const rows = spreadOf(terms, undefined, 240);
    const sums = spreadOf(terms, undefined, 2000);
    expect([rows.exact, sums.exact]).toEqual([true, false]);
    expect(sums.mean).toBeCloseTo(rows.mean, 2);
    // The deviation of 240 draws is off by 5 % (its standard error), three of which are allowed.
    expect(Math.abs(sums.deviation / rows.deviation - 1)).toBeLessThan(0.15);
  });

  test('rows that are there twice, in one cluster, spread like the rows once', () => {
    const twice = new Float64Array(values.length * 2);
    const clusters = new Int32Array(ROWS * 2);
    for (let row = 0; row < ROWS * 2; row++) {
      const from = row >> 1;
      clusters[row] = from;
      twice.set(values.subarray(from * 2, from * 2 + 2), row * 2);
    }
    const once = spreadOf(ratio, undefined, 2000);
    const clustered = spreadOf({ ...ratio, values: twice }, clusters, 2000);
    expect(clustered.mean).toBeCloseTo(once.mean, 3);
    expect(Math.abs(clustered.deviation / once.deviation - 1)).toBeLessThan(0.1);
    const taken = spreadOf({ ...ratio, values: twice }, undefined, 2000);
    expect(taken.deviation / once.deviation).toBeCloseTo(Math.SQRT1_2, 1);
  });

  test('weights of 2 are rows counted twice', () => {
    const weights = new Float64Array(ROWS).fill(2);
    const plain = spreadOf(ratio, undefined, 2000);
    const weighted = spreadOf(ratio, undefined, 2000, weights);
    expect(weighted.mean).toBeCloseTo(plain.mean, 12);
    expect(weighted.deviation).toBeCloseTo(plain.deviation, 12);
  });
});

describe('batches', () => {
  test('of a mean have the standard error of a mean', () => {
    const own = Float64Array.from({ length: 20_000 }, () => random.normal() * 3);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (own.length - 1);
    const deals = Array.from({ length: 30 }, (_, seed) => {
      const batches = dealBatches(own.length, undefined, seededRandom(seed));
      expect(batches).toHaveLength(BATCHES);
      const means = batches.map((rows) => rows.reduce((sum, row) => sum + (own[row] ?? 0), 0) / rows.length);
      return (batchError(means) ?? 0) ** 2;
    });
    const squared = deals.reduce((sum, value) => sum + value, 0) / deals.length;
    // s² / n is what deals give on average; a variance of 30 × 50 batches is off by 4 %, three of which are allowed.
    expect(Math.abs(squared / (variance / own.length) - 1)).toBeLessThan(0.12);
  });

  test('hold every row once, clusters whole, and nearly as many each', () => {
    const clusters = Int32Array.from({ length: 5000 }, (_, row) => row % 1000);
    const dealt = dealBatches(5000, clusters, seededRandom(4));
    expect(dealt.flatMap((rows) => [...rows]).sort((a, b) => a - b)).toEqual([...clusters.keys()]);
    const homes = new Map<number, number>();
    for (const [batch, rows] of dealt.entries())
      for (const row of rows) {
        const cluster = clusters[row] ?? -1;
        expect(homes.get(cluster) ?? batch).toBe(batch);
        homes.set(cluster, batch);
      }
    expect(new Set(dealt.map(({ length }) => length))).toEqual(new Set([5000 / BATCHES]));
  });

  test('of which one has no value have no standard error', () => {
    expect(batchError([1, Number.NaN, 2])).toBeUndefined();
    expect(batchError([1])).toBeUndefined();
  });
});
