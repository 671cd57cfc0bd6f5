import { expect, test } from 'vitest';
import { driftMeasure } from '../../../../actions/lib/drift/catalog.ts';
import { evaluate } from '../../../../actions/lib/drift/evaluate.ts';
import { histogramPair } from '../../../../actions/lib/drift/histogram-pair.ts';
import type { MeasureName } from '../../../../actions/lib/drift/measure.ts';
import { measureDrift } from '../../../../actions/lib/drift/measure-drift.ts';
import { type NumberPair, pairOfProfiles, pairOfSorted } from '../../../../actions/lib/drift/number-pair.ts';
import { summarizeColumn } from '../../../../actions/lib/profile/summarize.ts';
import { type Random, seededRandom } from '../../../../actions/lib/stats/random.ts';
import { columnState, profileOfSorted } from '../../../support/column-states.ts';

const MILLION = 1_000_000;
const random = seededRandom(5);
const sample = (one: (random: Random) => number): Float64Array =>
  Float64Array.from({ length: MILLION }, () => one(random)).sort();
const effect = (name: MeasureName, pair: NumberPair): { readonly effect: number; readonly error: number } => {
  const measure = driftMeasure(name);
  const found = measure && evaluate(measure, { kind: 'numbers', pair });
  return { effect: found?.effect ?? Number.NaN, error: found?.error ?? Number.NaN };
};

const PAIRS: readonly (readonly [
  name: string,
  reference: (random: Random) => number,
  current: (random: Random) => number,
])[] = [
  ['normal', (r) => 500 + 2000 * r.normal(), (r) => 520 + 2050 * r.normal()],
  ['lognormal', (r) => Math.exp(10.5 + 0.6 * r.normal()), (r) => Math.exp(10.52 + 0.6 * r.normal())],
  ['epoch seconds', (r) => 1.7e9 + r.integer(3.1e7), (r) => 1.7e9 + 2e5 + r.integer(3.08e7)],
  ['far from zero', (r) => 1e9 + r.normal(), (r) => 1e9 + 0.02 + r.normal()],
  ['from exact to binned', (r) => r.integer(4_000), (r) => r.integer(8_000) / 2],
];

test.each(PAIRS)(
  'drift of a million values from bins is within the error it states: %s',
  (_, a, b) => {
    const [reference, current] = [sample(a), sample(b)];
    const exact = pairOfSorted(reference, current);
    const profiles = [reference, current].map((side) => profileOfSorted('x', 'number', side));
    const [first, second] = profiles;
    const binned = first && second && pairOfProfiles(first, second);
    if (!binned) throw new Error('both profiles hold numbers');
    expect(binned.exact).toBe(false);
    expect([binned.n, binned.m]).toEqual([MILLION, MILLION]);

    const ks = effect('ks', binned);
    const trueKs = effect('ks', exact).effect;
    expect(ks.effect).toBeLessThanOrEqual(trueKs + 1e-12);
    expect(trueKs - ks.effect).toBeLessThanOrEqual(Math.min(1e-3, ks.error + 1e-12));

    const wasserstein = effect('wasserstein', binned);
    const difference = Math.abs(wasserstein.effect - effect('wasserstein', exact).effect);
    expect(difference).toBeLessThanOrEqual(Math.min(1e-3, wasserstein.error + 1e-12));
    expect(wasserstein.error).toBeLessThan(0.02);

    for (const name of ['psi', 'jensenShannon', 'hellinger'] as const)
      expect(Math.abs(effect(name, binned).effect - effect(name, exact).effect), name).toBeLessThan(2e-3);
  },
  60_000,
);

test('two profiles of a million rows are compared in milliseconds', () => {
  const [reference, current] = [(r: Random) => r.normal(), (r: Random) => 0.02 + r.normal()].map((one) =>
    profileOfSorted('x', 'number', sample(one)),
  );
  if (!reference || !current) throw new Error('two profiles are there');
  measureDrift(reference, current);
  const started = performance.now();
  for (let round = 0; round < 10; round += 1) measureDrift(reference, current);
  expect((performance.now() - started) / 10).toBeLessThan(60); // some 3 ms on a quiet machine
}, 60_000);

test('both sides are drawn over the same stretches', () => {
  const reference = summarizeColumn(columnState('x', 'number', [0, 1, 2, 3, 4]));
  const current = summarizeColumn(columnState('x', 'number', [6, 7, 8, 10]));
  expect(histogramPair(reference, current, 2)).toEqual({
    edges: [0, 5, 10],
    reference: [1, 0],
    current: [0, 1],
  });
  expect(histogramPair(reference, summarizeColumn(columnState('x', 'string', ['a'])))).toBeUndefined();
});
