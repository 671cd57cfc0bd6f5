import { compareValues } from './comparison.ts';
import { conditionText, meets } from './condition.ts';
import type { Judged, Judgement, MeasuredValue, Measurement, Observation } from './measurement.ts';
import type { MetricSpec, OnNoData } from './rollout.ts';

const PASS: Judged = { says: 'pass', why: '' };

/** What the stable version's silence counts as: it cannot make the candidate fail. */
const STABLE_NO_DATA: Readonly<Record<OnNoData, Judgement>> = {
  inconclusive: 'inconclusive',
  fail: 'inconclusive',
  pass: 'pass',
  wait: 'wait',
};

/**
 * What a measurement says, and why. Between `pass-if` and `fail-if` it says nothing either way.
 *
 * @param looks - how many measurements the bake has, over which the chance of a wrong comparison is shared out
 */
export function judge(spec: MetricSpec, { candidate, stable }: Observation, looks: number): Judged {
  if (candidate.kind === 'said') return { says: candidate.says, why: candidate.message };
  if (candidate.kind === 'no-data') return { says: spec.onNoData, why: `no data: ${candidate.message}` };
  if (candidate.kind !== 'value') return { says: 'error', why: candidate.message };
  const { value } = candidate;
  if (!Number.isFinite(value)) return { says: spec.onNoData, why: `no data: ${value}` };
  const few = tooFew(spec, candidate);
  if (few !== undefined) return { says: 'wait', why: few };
  if (spec.failIf !== undefined && meets(spec.failIf, value))
    return { says: 'fail', why: `${value} is ${conditionText(spec.failIf)}` };
  const compared = stable === undefined ? PASS : judgeComparison(spec, candidate, stable, looks);
  if (compared.says !== 'pass') return compared;
  if (spec.passIf === undefined || meets(spec.passIf, value)) return PASS;
  return { says: 'inconclusive', why: `${value} is not ${conditionText(spec.passIf)}` };
}

function judgeComparison(
  spec: MetricSpec,
  candidate: MeasuredValue,
  stable: Measurement,
  looks: number,
): Judged {
  if (spec.compare === undefined) return PASS;
  const of = 'the stable version';
  if (stable.kind === 'no-data')
    return { says: STABLE_NO_DATA[spec.onNoData], why: `no data of ${of}: ${stable.message}` };
  if (stable.kind === 'said') return { says: 'inconclusive', why: `no number of ${of}: ${stable.message}` };
  if (stable.kind !== 'value') return { says: 'error', why: `${of}: ${stable.message}` };
  const few = tooFew(spec, stable);
  if (few !== undefined) return { says: 'wait', why: `${of}: ${few}` };
  return compareValues(spec.compare, candidate, stable, looks);
}

/** Why a value rests on too few samples, if it does. */
const tooFew = ({ minSamples }: MetricSpec, { samples }: MeasuredValue): string | undefined =>
  minSamples > 0 && !(samples !== undefined && samples >= minSamples)
    ? `${samples ?? 'an unknown number of'} samples, ${minSamples} are needed`
    : undefined;
