import type { DriftResult, Severity } from '../documents/validation.ts';
import type { Evaluated } from './evaluate.ts';
import type { DriftMeasure } from './measure.ts';
import { DEFAULT_ALPHA, type DriftRequest } from './request.ts';

/** The limits that a request sets for a measure. */
export interface DriftLimits {
  readonly threshold: number;
  readonly warnAt?: number;
  readonly alpha: number;
}

/**
 * A threshold of one's own takes the place of both of the measure's. A test that is given its level and no
 * threshold decides by its p-value alone.
 */
export function limitsFor(measure: DriftMeasure, request: DriftRequest): DriftLimits {
  const alone =
    measure.kind === 'test' &&
    request.method !== undefined &&
    request.alpha !== undefined &&
    request.threshold === undefined;
  const warnAt = request.warnAt ?? (request.threshold === undefined ? measure.warnAt : undefined);
  return {
    threshold: request.threshold ?? (alone ? 0 : measure.threshold),
    ...(warnAt !== undefined && { warnAt }),
    alpha: request.alpha ?? DEFAULT_ALPHA,
  };
}

/** The verdict on one column, and its numbers for the report. */
export type Judgement = Pick<DriftResult, 'status'> &
  Partial<Omit<DriftResult, 'status' | 'field' | 'test' | 'referenceCount' | 'currentCount' | 'exact'>>;

/**
 * The two keys: a column drifted when its effect reaches the threshold and its p-value is below alpha. A large
 * effect that chance may explain is inconclusive. An effect below the threshold is stable: chance makes these measures
 * larger much rather than smaller (simulated: of drift of twice the threshold at most 1 in 20 is called stable).
 *
 * @param p - corrected for the number of columns, where several are judged together
 */
export function judge(
  measure: string,
  found: Evaluated,
  limits: DriftLimits,
  severity: Severity | undefined,
  p: number | undefined,
): Judgement {
  const { effect, floor, error, significance, statistic } = found;
  const least = Math.min(limits.threshold, limits.warnAt ?? limits.threshold);
  const large = effect >= least;
  const significant = p !== undefined && p < limits.alpha;
  const numbers = {
    measure,
    effect,
    threshold: limits.threshold,
    ...(limits.warnAt !== undefined && { warnAt: limits.warnAt }),
    noiseFloor: floor,
    ...(error !== undefined && error > 0 && { effectError: error }),
    significance,
    ...(statistic !== undefined && { statistic }),
    ...(found.p !== undefined && { pValue: found.p }),
    ...(p !== undefined && { adjustedP: p }),
    alpha: limits.alpha,
  };
  // Without a threshold there is one key: what is not significant is no doubt about a large effect.
  const alone = least === 0;
  if (!large || (alone && p !== undefined && !significant)) return { status: 'stable', ...numbers };
  if (!significant) return { status: 'inconclusive', reason: doubt(floor, least), ...numbers };
  const warning = effect < limits.threshold;
  const weight = warning ? 'warning' : severity;
  return { status: 'drifted', ...(weight && { severity: weight }), ...numbers };
}

const doubt = (floor: number, threshold: number): string =>
  floor >= threshold
    ? `an effect of this size can be chance with so few values (noise floor ${floor.toPrecision(2)})`
    : 'the effect reaches the threshold but is not significant';
