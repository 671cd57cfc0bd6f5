import type { KeyIndex, RowLookup } from '../columns/key-index.ts';
import type { CheckResult, Finding } from '../documents/validation.ts';
import { satisfies, thresholdText } from '../stats/threshold.ts';
import type { Discovery, Evidence, KeyNeed, Locate, Measurement, PlannedCheck, RowsWork } from './check.ts';
import { findingOf } from './describe-finding.ts';
import type { CheckState, KeepOptions, RunState } from './run-checks.ts';

/** The keys of some rows, and the way back to them. */
export interface KeyMaterial {
  readonly index: KeyIndex;
  readonly rows: RowLookup;
}

/** What deciding needs besides the merged state. */
export interface FinishOptions extends KeepOptions {
  readonly evidence: Evidence;
  /** Columns whose values must not be shown. */
  readonly classified: ReadonlySet<string>;
  /** The keys a check asks for; `undefined` where a column, split or table is missing. */
  keys(needs: readonly KeyNeed[]): Promise<readonly (KeyMaterial | undefined)[]>;
}

/** What came of all checks, in the order of the plans. */
export interface ChecksOutcome {
  readonly checks: readonly CheckResult[];
  /** The first findings of each check. */
  readonly findings: readonly (readonly Finding[])[];
  /** Columns whose values are not shown: classified ones, and those that hold what should have been. */
  readonly redacted: ReadonlySet<string>;
  /** Rules that would name the rows behind failed checks: for a second pass over the data. */
  readonly locate: readonly LocateRequest[];
}

/** A rule whose findings take the place of those of a check. */
export interface LocateRequest extends Locate {
  /** Which check, by its number among the plans. */
  readonly at: number;
}

/** What one check measured, whatever its work. */
interface Measured extends Measurement {
  /** Findings counted, those that are not described too. */
  readonly findings: number;
}

/** The result of one check with its findings. */
interface Decided {
  readonly result: CheckResult;
  readonly discoveries: readonly Discovery[];
  readonly locate?: Locate;
}

/** Has all checks decide on the merged state and the evidence. */
export async function finishRun(
  plans: readonly PlannedCheck[],
  state: RunState,
  options: FinishOptions,
): Promise<ChecksOutcome> {
  const decided: Decided[] = [];
  for (const [at, plan] of plans.entries()) decided.push(await decideOne(plan, state[at], options));
  const redacted = withSensitive(plans, decided, options.classified);
  return {
    checks: decided.map(({ result }) => result),
    findings: decided.map(({ result, discoveries }) => findingsOf(result, discoveries, redacted)),
    redacted,
    locate: decided.flatMap(({ locate }, at) => (locate === undefined ? [] : [{ ...locate, at }])),
  };
}

async function decideOne(
  plan: PlannedCheck,
  state: CheckState | undefined,
  options: FinishOptions,
): Promise<Decided> {
  const measurement = await measure(plan, state, options);
  const measured = inUnit(plan, measurement);
  const status = statusOf(plan, measured, measurement);
  const failed = status === 'fail';
  const { note, hidden, verdict, locate } = measurement;
  const discoveries = failed ? (measurement.discoveries ?? []).slice(0, options.maxFindings) : [];
  return {
    result: {
      check: plan.check,
      title: plan.title,
      ...(plan.field !== undefined && { field: plan.field }),
      severity: (failed ? verdict?.severity : undefined) ?? plan.severity,
      ...(plan.dimension !== undefined && { dimension: plan.dimension }),
      status,
      measured: hidden ? null : (measured ?? null),
      unit: plan.unit,
      expected: measurement.expected ?? thresholdText(plan.threshold),
      findings: failed ? Math.max(1, measurement.findings) : 0,
      ...(note !== undefined && { note }),
    },
    discoveries,
    ...(failed && locate !== undefined && { locate }),
  };
}

async function measure(
  { work, unit }: PlannedCheck,
  state: CheckState | undefined,
  { evidence, keys }: FinishOptions,
): Promise<Measured> {
  switch (work.kind) {
    case 'rows':
      return countedRows(work, state, evidence);
    case 'aggregate': {
      const known = state?.kind === 'aggregate' ? (state.state ?? undefined) : undefined;
      return withCount(work.decide(known, evidence), unit);
    }
    case 'profile':
      return withCount(work.decide(evidence), unit);
    case 'keys': {
      const material = await keys(work.keys);
      const [indexes, lookups] = [material.map((one) => one?.index), material.map((one) => one?.rows)];
      return withCount(await work.decide(indexes, lookups, evidence), unit);
    }
    default:
      return work satisfies never;
  }
}

function countedRows(work: RowsWork, state: CheckState | undefined, evidence: Evidence): Measured {
  const once = work.once?.(evidence) ?? { count: 0, discoveries: [] };
  const rows = state?.kind === 'rows' ? state : undefined;
  const findings = (rows?.findings ?? 0) + once.count;
  if (rows === undefined || rows.counted === null)
    return { count: undefined, findings, note: 'no file has the column, or nothing was read' };
  return {
    count: rows.counted.count + once.count,
    of: rows.counted.of,
    findings,
    discoveries: [...once.discoveries, ...rows.kept.map(({ discovery }) => discovery)],
  };
}

/** Rows that were counted are findings each; of other numbers only the discoveries are. */
function withCount(measurement: Measurement, unit: PlannedCheck['unit']): Measured {
  const { count = 0, discoveries = [] } = measurement;
  const counted = unit === 'value' ? 0 : Math.round(count);
  return { ...measurement, findings: Math.max(counted, discoveries.length) };
}

function inUnit({ unit }: PlannedCheck, { count, of }: Measurement): number | undefined {
  if (count === undefined || Number.isNaN(count)) return undefined;
  if (unit !== 'percent') return count;
  return of === undefined || of === 0 ? undefined : (100 * count) / of;
}

function statusOf(
  plan: PlannedCheck,
  measured: number | undefined,
  { verdict }: Measurement,
): CheckResult['status'] {
  if (verdict !== undefined) return verdict.status;
  if (measured === undefined) return 'undefined';
  return satisfies(plan.threshold, measured) ? 'pass' : 'fail';
}

/** Checks whose findings show that a column should have been classified: then no other check shows its values. */
const SENSITIVE: readonly string[] = ['piiValues', 'secretValues'];

function withSensitive(
  plans: readonly PlannedCheck[],
  decided: readonly Decided[],
  classified: ReadonlySet<string>,
): ReadonlySet<string> {
  const met = decided
    .filter((_, at) => SENSITIVE.includes(plans[at]?.check ?? ''))
    .flatMap(({ discoveries }) => discoveries.flatMap(({ field }) => field ?? []));
  return new Set([...classified, ...met]);
}

function findingsOf(
  result: CheckResult,
  discoveries: readonly Discovery[],
  redacted: ReadonlySet<string>,
): readonly Finding[] {
  if (result.status !== 'fail') return [];
  if (discoveries.length === 0) return [summary(result)];
  return discoveries.map((discovery) => findingOf(result, discovery, redacted));
}

/** A failed check whose number says it all. */
function summary({ check, severity, field, measured, unit, expected, note }: CheckResult): Finding {
  const percent = unit === 'percent' ? ' percent' : '';
  const value = measured === null ? undefined : `${Number(measured.toPrecision(6))}${percent}`;
  const subject = field === undefined ? check : `${field}: ${check}`;
  return {
    check,
    severity,
    ...(field !== undefined && { field }),
    ...(value !== undefined && { value }),
    expected: `${expected}${percent}`,
    message:
      `${subject}: expected ${expected}${percent}${value === undefined ? '' : `, found ${value}`}` +
      `${note === undefined ? '' : ` (${note})`}`,
  };
}

/**
 * Puts the rows that a second pass found in the place of what the first pass could say of failed checks.
 *
 * @param located - what the second pass knows, in the order of `outcome.locate`
 */
export function withLocated(outcome: ChecksOutcome, located: RunState): ChecksOutcome {
  const found = new Map(
    outcome.locate.flatMap(({ at }, index) => {
      const state = located[index];
      return state?.kind === 'rows' && state.kept.length > 0 ? [[at, state] as const] : [];
    }),
  );
  return {
    ...outcome,
    checks: outcome.checks.map((result, at) => {
      const state = found.get(at);
      return state === undefined ? result : { ...result, findings: state.findings };
    }),
    findings: outcome.checks.map((result, at) => {
      const state = found.get(at);
      if (state === undefined) return outcome.findings[at] ?? [];
      return state.kept.map(({ discovery }) => findingOf(result, discovery, outcome.redacted));
    }),
    locate: [],
  };
}

/** Says of failed checks whose rows a second pass would have named why there was none. */
export const withoutLocated = (outcome: ChecksOutcome, why: string): ChecksOutcome => ({
  ...outcome,
  checks: outcome.checks.map((result, at) => {
    if (!outcome.locate.some((request) => request.at === at)) return result;
    return { ...result, note: result.note === undefined ? why : `${result.note}; ${why}` };
  }),
  locate: [],
});
