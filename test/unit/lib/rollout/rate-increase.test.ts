import { describe, expect, test } from 'vitest';
import {
  lowerBound,
  rateIncrease,
  scorePValue,
  upperBound,
} from '../../../../actions/lib/rollout/rate-increase.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';

// statsmodels 0.15.0: test_proportions_2indep(count1, nobs1, count2, nobs2, value=increase, method='score',
// compare='diff', alternative='larger', correction=False).pvalue
test.each([
  [30, 1000, 20, 1000, 0.005, 0.23581467161229558],
  [30, 1000, 20, 1000, 0, 0.07603904039648762],
  [90, 1000, 50, 5000, 0.02, 1.1237614590308938e-23],
  [260, 5000, 1900, 45000, 0.005, 0.06522287385325512],
  [55, 100, 450, 1000, 0.1, 0.4999999999999998],
  [12, 2000, 100, 20000, 0, 0.27453931884253924],
])('%d of %d against %d of %d, increase %d: p = %d', (count, of, stableCount, stableOf, increase, p) => {
  const found = scorePValue({ count, of }, { count: stableCount, of: stableOf }, increase);
  expect(Math.abs(found / p - 1)).toBeLessThan(1e-10);
});

// scipy 1.17.1: beta.ppf(alpha, k, n - k + 1) and beta.ppf(1 - alpha, k + 1, n - k), 0 and 1 at the ends
test.each([
  [1, 20, 0.025, 0.0012650894979498038, 0.24873276277202777],
  [3, 1000, 0.025, 0.0006190999316495713, 0.008742023238478303],
  [0, 50, 0.025, 0, 0.07112173646419764],
  [50, 50, 0.01, 0.9120108393559098, 1],
  [17, 40, 0.005, 0.23079054982871228, 0.6373783434032138],
  [2, 100000, 0.025, 2.422101962703155e-6, 7.22449893650479e-5],
])('exact bounds of %d of %d at %d', (count, of, alpha, low, high) => {
  expect(lowerBound({ count, of }, alpha)).toBeCloseTo(low, 12);
  expect(upperBound({ count, of }, alpha)).toBeCloseTo(high, 12);
});

describe('a higher rate', () => {
  test.each([
    [{ count: 1, of: 20 }, { count: 3, of: 1000 }, false, 'exact'],
    [{ count: 0, of: 0.4 }, { count: 0, of: 1000 }, false, 'exact'],
    [{ count: 8, of: 20 }, { count: 3, of: 1000 }, true, 'exact'],
    [{ count: 19.6, of: 20 }, { count: 0, of: 1_000_000 }, true, 'exact'],
    [{ count: 90, of: 1000 }, { count: 50, of: 5000 }, true, 'score'],
    [{ count: 30, of: 1000 }, { count: 100, of: 5000 }, false, 'score'],
    [{ count: 310, of: 1000 }, { count: 1500, of: 5000 }, false, 'score'],
  ])('%j against %j: %s by %s', (candidate, stable, worse, method) => {
    expect(rateIncrease(candidate, stable, 0.005, 0.05)).toEqual({ worse, method });
  });
});

/** Share of bakes in which the candidate is found worse, looked at 48 times at this level, as requests come in. */
function foundWorse(rate: number, more: number, increase: number, alpha: number): number {
  const random = seededRandom(7);
  const bakes = 400;
  let found = 0;
  for (let bake = 0; bake < bakes; bake++) {
    const candidate = { count: 0, of: 0 };
    const stable = { count: 0, of: 0 };
    let worse = false;
    for (let look = 0; look < 48 && !worse; look++) {
      candidate.count += random.binomial(200, rate + more);
      candidate.of += 200;
      stable.count += random.binomial(800, rate);
      stable.of += 800;
      worse = rateIncrease(candidate, stable, increase, alpha).worse;
    }
    if (worse) found++;
  }
  return found / bakes;
}

describe('over a bake of 48 looks', () => {
  test.each([
    [0.02, 0],
    [0.002, 0.005],
    [0.3, 0.02],
  ])(
    'a rate of %d that rises by no more than the %d allowed is found worse in at most 5 %% of bakes',
    (rate, increase) => {
      expect(foundWorse(rate, increase, increase, 0.05 / 48)).toBeLessThanOrEqual(0.05);
    },
  );

  test('which the same level at each look would not keep to', () => {
    expect(foundWorse(0.02, 0, 0, 0.05)).toBeGreaterThan(0.1);
  });

  test.each([
    [0.02, 0.01],
    [0.002, 0.01],
  ])(
    'a rate of %d that rises by twice the %d allowed is found worse in at least 95 %% of bakes',
    (rate, increase) => {
      expect(foundWorse(rate, 2 * increase, increase, 0.05 / 48)).toBeGreaterThanOrEqual(0.95);
    },
  );
});
