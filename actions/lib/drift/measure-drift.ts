import type { ColumnProfile } from '../documents/profile.ts';
import type { DriftResult } from '../documents/validation.ts';
import { ActionError } from '../errors.ts';
import { driftMeasure, knownMeasures } from './catalog.ts';
import { changeWords } from './change-words.ts';
import { compatDrift } from './compat/preset.ts';
import { type Evaluated, evaluate } from './evaluate.ts';
import { type DriftLimits, judge, limitsFor } from './judge.ts';
import type { DriftMeasure } from './measure.ts';
import { DEFAULT_MIN_SAMPLE, type DriftRequest } from './request.ts';
import { counted, type Subject, subjectOf } from './subject.ts';

/** A comparison of one column before its p-value is corrected for the number of columns. */
export interface Comparison {
  /** Complete but for the verdict, where there is something to judge; else the result. */
  readonly result: DriftResult;
  readonly pending?: { readonly measure: string; readonly found: Evaluated; readonly limits: DriftLimits };
}

/**
 * How far a column drifted from its reference, judged by itself. Where several columns are judged together use
 * `compareProfiles`, which corrects for their number.
 *
 * @throws ActionError invalid-input for a method that does not exist
 */
export function measureDrift(
  reference: ColumnProfile,
  current: ColumnProfile,
  request: DriftRequest = {},
): DriftResult {
  return settle(compareColumn(reference, current, request), request);
}

/** The verdict on a comparison. @param p - corrected; the test's own when absent */
export function settle({ result, pending }: Comparison, request: DriftRequest, p?: number): DriftResult {
  if (pending === undefined) return result;
  const { measure, found, limits } = pending;
  const judgement = judge(measure, found, limits, request.severity, p ?? found.p);
  return { ...result, ...judgement };
}

/** Measures drift of the values of one column. @throws ActionError invalid-input for a method that does not exist */
export function compareColumn(
  reference: ColumnProfile,
  current: ColumnProfile,
  request: DriftRequest,
): Comparison {
  const head = {
    field: current.name,
    test: 'distribution' as const,
    referenceCount: counted(reference),
    currentCount: counted(current),
  };
  const subject = subjectOf(reference, current, minSampleOf(request));
  if (!isSubject(subject))
    return { result: { ...head, status: subject.kind, reason: subject.reason, exact: true } };
  const exact = subject.kind === 'cells' || subject.pair.exact;
  const change = changeWords(subject, reference, current);
  if (request.compat !== undefined)
    return { result: { ...head, change, exact, ...compatDrift(subject, reference, current, request) } };
  const measure = chooseMeasure(subject, request);
  const found = evaluate(measure, subject);
  const reason =
    found === undefined
      ? `${measure.name} needs ${measure.needs ?? 'other values'}: use jensenShannon or chiSquare`
      : Number.isFinite(found.effect)
        ? undefined
        : 'the numbers do not vary, or are too large to be compared';
  if (found === undefined || reason !== undefined)
    return { result: { ...head, status: 'inconclusive', ...(reason && { reason }), exact } };
  return {
    result: { ...head, status: 'stable', change, exact },
    pending: { measure: measure.name, found, limits: limitsFor(measure, request) },
  };
}

/** The values each side needs; other tools have limits of their own. */
const minSampleOf = ({ minSample, compat }: DriftRequest): number =>
  minSample ?? (compat === undefined ? DEFAULT_MIN_SAMPLE : 1);

const isSubject = (found: ReturnType<typeof subjectOf>): found is Subject =>
  found.kind === 'numbers' || found.kind === 'cells';

/** By default the normed Wasserstein distance for numbers, the Jensen-Shannon distance for categories. */
function chooseMeasure(subject: Subject, { method }: DriftRequest): DriftMeasure {
  const name = method ?? (subject.kind === 'numbers' ? 'wasserstein' : 'jensenShannon');
  const measure = driftMeasure(name);
  if (measure === undefined)
    throw new ActionError(
      'invalid-input',
      `there is no drift method "${name}"; known: ${knownMeasures(name)}`,
    );
  return measure;
}
