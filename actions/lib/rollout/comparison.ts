import type { Judged, MeasuredValue } from './measurement.ts';
import { rateIncrease } from './rate-increase.ts';
import type { Comparison } from './rollout.ts';

const PASS: Judged = { says: 'pass', why: '' };

/**
 * Whether the candidate is worse than the stable version. A value that is not shown to be worse passes: that enough
 * was measured on both sides is seen to before.
 *
 * @param looks - comparisons in one bake: each is made at the level that keeps all of them together at `confidence`
 *   (Bonferroni), so that looking often does not find a difference by chance
 */
export function compareValues(
  compare: Comparison,
  candidate: MeasuredValue,
  stable: MeasuredValue,
  looks: number,
): Judged {
  return compare.test === 'ratio'
    ? compareRatio(compare, candidate.value, stable.value)
    : compareRates(compare, candidate, stable, looks);
}

function compareRatio(
  { maxRatio }: Extract<Comparison, { test: 'ratio' }>,
  candidate: number,
  stable: number,
): Judged {
  if (candidate < 0 || stable < 0)
    return { says: 'inconclusive', why: `no ratio of ${candidate} and ${stable}: one of them is negative` };
  if (candidate === 0) return PASS;
  if (stable === 0)
    return { says: 'inconclusive', why: `no ratio of ${candidate} and the stable version's 0` };
  return candidate > maxRatio * stable
    ? { says: 'fail', why: `${candidate} is more than ${maxRatio} times the stable version's ${stable}` }
    : PASS;
}

function compareRates(
  { confidence, maxIncrease }: Extract<Comparison, { test: 'two-proportion' }>,
  candidate: MeasuredValue,
  stable: MeasuredValue,
  looks: number,
): Judged {
  for (const { value, samples } of [candidate, stable])
    if (!(value >= 0 && value <= 1) || samples === undefined || !(samples > 0))
      return {
        says: 'error',
        why: `expected a share from 0 to 1 and its number of samples, found ${value} of ${samples ?? 'an unknown number of'} samples`,
      };
  const alpha = (1 - confidence) / Math.max(1, looks);
  const { worse } = rateIncrease(countOf(candidate), countOf(stable), maxIncrease, alpha);
  return worse
    ? {
        says: 'fail',
        why: `${text(candidate)} is higher than the stable version's ${text(stable)} by more than ${maxIncrease}, at a confidence of ${confidence}`,
      }
    : PASS;
}

const countOf = ({ value, samples = 0 }: MeasuredValue) => ({ count: value * samples, of: samples });

const text = ({ value, samples }: MeasuredValue): string =>
  `${Number(value.toPrecision(4))} (of ${Math.round(samples ?? 0)})`;
