import { conditionText, meets } from './condition.ts';
import type { MetricSpec } from './rollout.ts';

/** What one measurement gave. */
export type Measurement =
  | { readonly kind: 'value'; readonly value: number; readonly samples: number | undefined }
  /** The source answered and has no number: an empty answer, null, NaN, an infinity. */
  | { readonly kind: 'no-data'; readonly message: string }
  /** The source did not answer, or not usably; another try may do. */
  | { readonly kind: 'error'; readonly message: string }
  /** The question itself is wrong; no further try will do. */
  | { readonly kind: 'misconfigured'; readonly message: string };

/** What an analysis found. `error`: it could not look. Neither `error` nor `inconclusive` is a pass. */
export type AnalysisVerdict = 'pass' | 'fail' | 'inconclusive' | 'error';

type Judgement = AnalysisVerdict | 'wait';

/** The measurements of one metric in one step, added up. */
export interface MetricTally {
  readonly measured: number;
  readonly passed: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly errors: number;
  readonly consecutiveErrors: number;
  readonly misconfigured: boolean;
  readonly last: number | undefined;
  readonly samples: number | undefined;
  /** What the newest measurement that was not a pass said. */
  readonly message: string;
}

export const EMPTY_TALLY: MetricTally = {
  measured: 0,
  passed: 0,
  failed: 0,
  inconclusive: 0,
  errors: 0,
  consecutiveErrors: 0,
  misconfigured: false,
  last: undefined,
  samples: undefined,
  message: '',
};

/** What one measurement says, and why. Between `pass-if` and `fail-if` it says nothing either way. */
function judge(
  spec: MetricSpec,
  measurement: Measurement,
): { readonly says: Judgement; readonly why: string } {
  if (measurement.kind === 'no-data') return { says: spec.onNoData, why: `no data: ${measurement.message}` };
  if (measurement.kind !== 'value') return { says: 'error', why: measurement.message };
  const { value, samples } = measurement;
  if (!Number.isFinite(value)) return { says: spec.onNoData, why: `no data: ${value}` };
  if (spec.minSamples > 0 && !(samples !== undefined && samples >= spec.minSamples))
    return {
      says: 'wait',
      why: `${samples ?? 'an unknown number of'} samples, ${spec.minSamples} are needed`,
    };
  if (spec.failIf !== undefined && meets(spec.failIf, value))
    return { says: 'fail', why: `${value} is ${conditionText(spec.failIf)}` };
  if (spec.passIf === undefined || meets(spec.passIf, value)) return { says: 'pass', why: '' };
  return { says: 'inconclusive', why: `${value} is not ${conditionText(spec.passIf)}` };
}

const add = (says: Judgement, counted: Judgement): number => (says === counted ? 1 : 0);

/** The tally with one more measurement. */
export function tally(spec: MetricSpec, before: MetricTally, measurement: Measurement): MetricTally {
  const { says, why } = judge(spec, measurement);
  const valued = measurement.kind === 'value';
  return {
    measured: before.measured + 1,
    passed: before.passed + add(says, 'pass'),
    failed: before.failed + add(says, 'fail'),
    inconclusive: before.inconclusive + add(says, 'inconclusive'),
    errors: before.errors + add(says, 'error'),
    consecutiveErrors: says === 'error' ? before.consecutiveErrors + 1 : 0,
    misconfigured: before.misconfigured || measurement.kind === 'misconfigured',
    last: valued ? measurement.value : before.last,
    samples: valued ? measurement.samples : before.samples,
    message: says === 'pass' ? before.message : why,
  };
}

/** What a tally amounts to; `open` while more measurements may still decide it. */
export interface MetricResult {
  readonly verdict: AnalysisVerdict | 'open';
  readonly reason: string;
}

/**
 * The verdict on a metric. It fails as soon as more measurements failed than are tolerated, and is an error or
 * inconclusive as soon as more were than are tolerated. At the end it passes only if something was measured and
 * passed: no data, too few samples and nothing but errors are no pass.
 *
 * @param ended - whether no further measurement will come
 */
export function metricResult(spec: MetricSpec, tally: MetricTally, ended: boolean): MetricResult {
  if (tally.failed > spec.failureLimit)
    return {
      verdict: 'fail',
      reason: `${tally.message} (${tally.failed} failed, ${spec.failureLimit} tolerated)`,
    };
  if (tally.misconfigured) return { verdict: 'error', reason: tally.message };
  if (tally.consecutiveErrors > spec.consecutiveErrorLimit)
    return {
      verdict: 'error',
      reason: `${tally.message} (${tally.consecutiveErrors} errors in a row, ${spec.consecutiveErrorLimit} tolerated)`,
    };
  if (tally.inconclusive > spec.inconclusiveLimit)
    return {
      verdict: 'inconclusive',
      reason: `${tally.message} (${tally.inconclusive} inconclusive, ${spec.inconclusiveLimit} tolerated)`,
    };
  if (!ended) return { verdict: 'open', reason: '' };
  if (tally.passed > 0) return { verdict: 'pass', reason: `${tally.passed} of ${tally.measured} passed` };
  return tally.errors > 0 && tally.errors === tally.measured
    ? { verdict: 'error', reason: tally.message }
    : { verdict: 'inconclusive', reason: tally.message || 'nothing was measured' };
}

const SEVERITY: readonly AnalysisVerdict[] = ['pass', 'inconclusive', 'error', 'fail'];

/** The most severe verdict; `pass` for none, since then nothing was asked. */
export const worstAnalysis = (verdicts: readonly AnalysisVerdict[]): AnalysisVerdict =>
  SEVERITY[Math.max(0, ...verdicts.map((verdict) => SEVERITY.indexOf(verdict)))] ?? 'error';
