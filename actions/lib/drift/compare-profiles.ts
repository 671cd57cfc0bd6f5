import type { ColumnProfile } from '../documents/profile.ts';
import type { DriftResult } from '../documents/validation.ts';
import { benjaminiHochberg } from '../stats/multiple-testing.ts';
import { DRIFT_TESTS } from './catalog.ts';
import { completenessDrift } from './completeness-drift.ts';
import type { Measured, Untested } from './drift-test.ts';
import { counted } from './sample.ts';

/** The two keys of a drift verdict, and how many values it needs. */
export interface DriftLimits {
  /** Effect at which a column counts as drifted. */
  readonly threshold: number;
  /** Significance level after Benjamini-Hochberg. */
  readonly alpha: number;
  /** Values each side needs. */
  readonly minSample: number;
}

/** A comparison of one column before all are judged together. */
interface Comparison {
  readonly field: string;
  readonly test: DriftResult['test'];
  readonly referenceCount: number;
  readonly currentCount: number;
  readonly found: Measured | Untested;
}

/**
 * Compares every column of two profiles. A column drifted when its effect reaches the threshold and its p-value,
 * corrected over all tests, is below alpha. A large effect that is not significant, and too few values, are
 * inconclusive. Columns of the reference that are gone are inconclusive too; new ones are not tested.
 */
export function compareProfiles(
  reference: readonly ColumnProfile[],
  current: readonly ColumnProfile[],
  limits: DriftLimits,
): readonly DriftResult[] {
  const known = new Map(reference.map((column) => [column.name, column]));
  const names = new Set(current.map((column) => column.name));
  const comparisons = [
    ...current.flatMap((column) => {
      const before = known.get(column.name);
      return before ? compareColumn(before, column, limits) : [absent(column, 'not-tested')];
    }),
    ...reference.filter((column) => !names.has(column.name)).map((column) => absent(column, 'inconclusive')),
  ];
  const tested = comparisons.map(({ found }) => (found.kind === 'measured' ? found.p : undefined));
  const adjusted = benjaminiHochberg(tested.filter((p) => p !== undefined));
  let next = 0;
  return comparisons.map((comparison, index) =>
    judge(comparison, tested[index] === undefined ? undefined : adjusted[next++], limits),
  );
}

/** A column that only one side has: only in the data it is new, only in the reference it is gone. */
const absent = (column: ColumnProfile, kind: Untested['kind']): Comparison => ({
  field: column.name,
  test: 'distribution',
  referenceCount: kind === 'inconclusive' ? counted(column) : 0,
  currentCount: kind === 'inconclusive' ? 0 : counted(column),
  found: {
    kind,
    reason: kind === 'inconclusive' ? 'the data has no such column' : 'the reference has no such column',
  },
});

function compareColumn(
  reference: ColumnProfile,
  current: ColumnProfile,
  limits: DriftLimits,
): readonly Comparison[] {
  const [n, m] = [counted(reference), counted(current)];
  const completeness = completenessDrift(reference, current);
  return [
    {
      field: current.name,
      test: 'distribution',
      referenceCount: n,
      currentCount: m,
      found: distribution(reference, current, Math.min(n, m), limits.minSample),
    },
    ...(completeness
      ? [
          {
            field: current.name,
            test: 'completeness' as const,
            referenceCount: reference.rows,
            currentCount: current.rows,
            found:
              Math.min(reference.rows, current.rows) < limits.minSample
                ? tooFew(limits.minSample)
                : completeness,
          },
        ]
      : []),
  ];
}

const tooFew = (minSample: number): Untested => ({
  kind: 'inconclusive',
  reason: `fewer than ${minSample} values on one side`,
});

function distribution(
  reference: ColumnProfile,
  current: ColumnProfile,
  values: number,
  minSample: number,
): Measured | Untested {
  if (reference.type === 'empty' && current.type === 'empty')
    return { kind: 'not-tested', reason: 'no values' };
  if (values < minSample) return tooFew(minSample);
  if (family(reference) !== family(current))
    return { kind: 'inconclusive', reason: `the type was ${reference.type} and is ${current.type}` };
  const test = DRIFT_TESTS.find(({ fits }) => fits(reference, current));
  return test?.measure(reference, current) ?? { kind: 'not-tested', reason: 'no test for this type' };
}

/** Types whose values can be compared with each other. */
function family({ type }: ColumnProfile): string {
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'date' || type === 'timestamp' ? 'date' : type;
}

function judge(comparison: Comparison, adjustedP: number | undefined, limits: DriftLimits): DriftResult {
  const { field, test, referenceCount, currentCount, found } = comparison;
  const head = { field, test, referenceCount, currentCount };
  if (found.kind !== 'measured') return { ...head, status: found.kind, reason: found.reason, exact: true };
  const { measure, effect, noiseFloor, significance, p, exact } = found;
  const large = effect >= limits.threshold;
  const significant = adjustedP !== undefined && adjustedP < limits.alpha;
  const reason =
    noiseFloor >= limits.threshold
      ? `an effect of this size can be chance with so few values (noise floor ${noiseFloor.toPrecision(2)})`
      : 'the effect reaches the threshold but is not significant';
  return {
    ...head,
    status: large ? (significant ? 'drifted' : 'inconclusive') : 'stable',
    ...(large && !significant && { reason }),
    measure,
    effect,
    threshold: limits.threshold,
    noiseFloor,
    significance,
    ...(p !== undefined && { pValue: p }),
    ...(adjustedP !== undefined && { adjustedP }),
    exact,
  };
}
