import { type MetricTally, passedEnough } from './metric-tally.ts';
import type { MetricSpec } from './rollout.ts';

/** What an analysis found. `error`: it could not look. Neither `error` nor `inconclusive` is a pass. */
export type AnalysisVerdict = 'pass' | 'fail' | 'inconclusive' | 'error';

/** What a tally amounts to; `open` while more measurements may still decide it. */
export interface MetricResult {
  readonly verdict: AnalysisVerdict | 'open';
  readonly reason: string;
}

/**
 * The verdict on a metric. It fails as soon as more measurements failed than are tolerated, and is an error or
 * inconclusive as soon as more were than are tolerated. At the end it passes only if the newest measurement passed, or
 * as many in a row as the metric wants: no data, too few samples and a last look that failed are no pass.
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
  if (passedEnough(spec, tally)) return { verdict: 'pass', reason: passText(spec, tally) };
  return { verdict: tally.says === 'error' ? 'error' : 'inconclusive', reason: noPassText(spec, tally) };
}

const passText = (
  { compare, consecutiveSuccess }: MetricSpec,
  { passed, measured, consecutivePasses, stable }: MetricTally,
): string =>
  [
    `${passed} of ${measured} passed`,
    consecutiveSuccess === 1 ? '' : `, the last ${consecutivePasses} in a row`,
    compare !== undefined && stable === null ? '; no stable version served beside it to compare with' : '',
  ].join('');

function noPassText({ consecutiveSuccess }: MetricSpec, tally: MetricTally): string {
  const { says, message, passed, measured, consecutivePasses } = tally;
  const why = says === 'pass' ? `${passed} of ${measured} passed` : message || 'nothing was measured';
  return consecutiveSuccess === 1
    ? why
    : `${why} (${consecutivePasses} passed in a row at the end, ${consecutiveSuccess} are needed)`;
}

const SEVERITY: readonly AnalysisVerdict[] = ['pass', 'inconclusive', 'error', 'fail'];

/** The most severe verdict; `pass` for none, since then nothing was asked. */
export const worstAnalysis = (verdicts: readonly AnalysisVerdict[]): AnalysisVerdict =>
  SEVERITY[Math.max(0, ...verdicts.map((verdict) => SEVERITY.indexOf(verdict)))] ?? 'error';
