import type { ColumnProfile } from '../documents/profile.ts';
import type { DriftResult } from '../documents/validation.ts';
import { ActionError } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';
import { benjaminiHochberg } from '../stats/multiple-testing.ts';
import { driftMeasure } from './catalog.ts';
import { COMPLETENESS_THRESHOLD, completenessDrift } from './completeness-drift.ts';
import { type Comparison, compareColumn, settle } from './measure-drift.ts';
import { DEFAULT_ALPHA, DEFAULT_MIN_SAMPLE, type DriftRequest } from './request.ts';
import { counted } from './subject.ts';

/** How all columns of a table are compared. */
export interface DriftPlan extends DriftRequest {
  /** What is different for single columns, by name. */
  readonly columns?: ReadonlyMap<string, DriftRequest>;
  /** Difference of the shares of missing values at which completeness counts as drifted; 0.05 when absent. */
  readonly completeness?: number;
}

/** A comparison, and the request it is judged by. */
interface Asked {
  readonly comparison: Comparison;
  readonly request: DriftRequest;
}

/**
 * Compares every column of two profiles: the distribution of its values and, where any are missing, its
 * completeness. P-values are corrected over all tests of the table (Benjamini-Hochberg), so that alpha bounds the
 * expected share of false alarms among the alarms; other tools' presets do without, as those tools do. Columns of
 * the reference that are gone are inconclusive; new ones are not tested.
 *
 * @throws ActionError invalid-input for a method or a column that does not exist
 */
export function compareProfiles(
  reference: readonly ColumnProfile[],
  current: readonly ColumnProfile[],
  plan: DriftPlan,
): readonly DriftResult[] {
  const known = new Map(reference.map((column) => [column.name, column]));
  const names = new Set(current.map((column) => column.name));
  refuseUnknown(plan, new Set([...known.keys(), ...names]));
  const asked = [
    ...current.flatMap((column) => {
      const before = known.get(column.name);
      return before ? compareBoth(before, column, plan) : [absent(column, 'not-tested', plan)];
    }),
    ...reference
      .filter((column) => !names.has(column.name))
      .map((column) => absent(column, 'inconclusive', plan)),
  ];
  const tested = asked.map(({ comparison }) => comparison.pending?.found.p);
  const adjusted = benjaminiHochberg(tested.filter((p) => p !== undefined));
  let next = 0;
  return asked.map(({ comparison, request }, index) =>
    settle(comparison, request, tested[index] === undefined ? undefined : adjusted[next++]),
  );
}

function refuseUnknown({ columns }: DriftPlan, known: ReadonlySet<string>): void {
  for (const name of columns?.keys() ?? [])
    if (!known.has(name))
      throw new ActionError(
        'invalid-input',
        `drift is to be measured of a column "${name}" that neither side has${didYouMean(name, known)}`,
      );
}

function compareBoth(reference: ColumnProfile, current: ColumnProfile, plan: DriftPlan): readonly Asked[] {
  const { columns, completeness, ...shared } = plan;
  const request = requestFor(shared, columns?.get(current.name) ?? {});
  const values = { comparison: compareColumn(reference, current, request), request };
  const missing = compareCompleteness(reference, current, request, completeness);
  return missing ? [values, { comparison: missing, request }] : [values];
}

/** A column with a method of its own does not take over the limits of the others: they belong to another measure. */
function requestFor({ threshold, warnAt, ...shared }: DriftRequest, own: DriftRequest): DriftRequest {
  if (own.method === undefined)
    return {
      ...shared,
      ...(threshold !== undefined && { threshold }),
      ...(warnAt !== undefined && { warnAt }),
      ...own,
    };
  const measure = driftMeasure(own.method);
  if (measure === undefined || own.threshold !== undefined || own.alpha !== undefined)
    return { ...shared, ...own };
  const { threshold: usual, warnAt: early } = measure;
  return { ...shared, threshold: usual, ...(early !== undefined && { warnAt: early }), ...own };
}

function compareCompleteness(
  reference: ColumnProfile,
  current: ColumnProfile,
  request: DriftRequest,
  threshold = COMPLETENESS_THRESHOLD,
): Comparison | undefined {
  const found = completenessDrift(reference, current);
  if (found === undefined || request.compat !== undefined) return undefined;
  const result: DriftResult = {
    field: current.name,
    test: 'completeness',
    status: 'inconclusive',
    referenceCount: reference.rows,
    currentCount: current.rows,
    exact: true,
  };
  const minSample = request.minSample ?? DEFAULT_MIN_SAMPLE;
  if (Math.min(reference.rows, current.rows) < minSample)
    return { result: { ...result, reason: `fewer than ${minSample} rows on one side` } };
  const limits = { threshold, alpha: request.alpha ?? DEFAULT_ALPHA };
  return { result, pending: { measure: 'missingShare', found, limits } };
}

/** A column that only one side has: only in the data it is new, only in the reference it is gone. */
const absent = (
  column: ColumnProfile,
  status: 'not-tested' | 'inconclusive',
  request: DriftRequest,
): Asked => ({
  request,
  comparison: {
    result: {
      field: column.name,
      test: 'distribution',
      status,
      reason: status === 'inconclusive' ? 'the data has no such column' : 'the reference has no such column',
      referenceCount: status === 'inconclusive' ? counted(column) : 0,
      currentCount: status === 'inconclusive' ? 0 : counted(column),
      exact: true,
    },
  },
});
