import type {
  CheckResult,
  DriftResult,
  Finding,
  Severity,
  ValidationDocument,
} from '../documents/validation.ts';
import { type FindingGroup, groupFindings, groupKey, worstSeverity } from './finding-group.ts';
import { countedBefore, freshOf } from './fresh-findings.ts';

/** What is new in one check and column. */
export interface NewFindings {
  readonly check: string;
  readonly table?: string;
  readonly field?: string;
  readonly severity: Severity;
  /** Findings before and now, those that are not listed included. */
  readonly before: number;
  readonly now: number;
  /** New ones: at least and at most so many. Equal where both reports list all findings. */
  readonly atLeast: number;
  readonly atMost: number;
  /** It passed before, or did not exist, or has no answer any more. */
  readonly change: 'more' | 'failed-only-now' | 'new-check' | 'not-measured';
}

/** How a report differs from the base branch's. */
export interface FindingsComparison {
  /** Where the base report comes from: its commit, empty outside GitHub. */
  readonly base: { readonly commit: string; readonly ref: string; readonly created: string };
  readonly groups: readonly NewFindings[];
  /** Of the findings that are listed, those that are new. */
  readonly fresh: ReadonlySet<Finding>;
  /** Columns that drifted only now. */
  readonly drift: readonly DriftResult[];
  /** Findings the base report has as well, at most; and those it had that are gone, at least. */
  readonly known: number;
  readonly gone: number;
}

/**
 * Which findings are new against the base branch's report. A finding is known when the base report has one of the
 * same check, column, file and value (without a value: the same demand), wherever in the file; of equal ones as many
 * are known as the base report has. Where a report lists only the first findings, what can be said for sure from the
 * counts is said: at least the difference of the counts.
 *
 * @param renamed - files that were renamed, from the path in the base report to the path now
 */
export function compareFindings(
  base: ValidationDocument,
  head: ValidationDocument,
  renamed: ReadonlyMap<string, string> = new Map(),
): FindingsComparison {
  const before = new Map(groupFindings(base).map((group) => [groupKey(group), group]));
  const groups: NewFindings[] = [];
  const fresh = new Set<Finding>();
  let known = 0;
  for (const now of groupFindings(head)) {
    const { summary, findings } = compareGroup(before.get(groupKey(now)), now, base.dataset.rows, renamed);
    for (const finding of findings) fresh.add(finding);
    known += now.total - (summary?.atLeast ?? 0);
    if (summary) groups.push(summary);
  }
  const total = [...before.values()].reduce((sum, group) => sum + group.total, 0);
  const { commit, ref } = base.source;
  return {
    base: { commit, ref, created: base.created },
    groups,
    fresh,
    drift: newlyDrifted(base, head),
    known,
    gone: Math.max(0, total - known),
  };
}

function compareGroup(
  before: FindingGroup | undefined,
  now: FindingGroup,
  rowsBefore: number,
  renamed: ReadonlyMap<string, string>,
): { readonly summary: NewFindings | undefined; readonly findings: readonly Finding[] } {
  const head = {
    check: now.check,
    ...(now.table !== undefined && { table: now.table }),
    ...(now.field !== undefined && { field: now.field }),
  };
  const failed = now.rules.some(({ status }) => status === 'fail');
  if (!failed) {
    const lost = lostMeasurement(before, now);
    const summary = { ...head, before: before?.total ?? 0, now: 0, atLeast: 0, atMost: 0 };
    return {
      summary: lost && { ...summary, severity: lost, change: 'not-measured' },
      findings: [],
    };
  }
  const counted = countedBefore(before, rowsBefore);
  const flipped = before !== undefined && !before.rules.some(({ status }) => status === 'fail');
  const found = freshOf(before?.findings ?? [], counted, now, renamed);
  const atLeast = Math.max(found.atLeast, flipped || before === undefined ? 1 : 0);
  if (found.atMost === 0 && atLeast === 0) return { summary: undefined, findings: [] };
  return {
    summary: {
      ...head,
      severity:
        found.findings.length > 0 ? worstSeverity(found.findings.map((one) => one.severity)) : now.severity,
      before: counted,
      now: now.total,
      atLeast,
      atMost: Math.max(atLeast, found.atMost),
      change: before === undefined ? 'new-check' : flipped ? 'failed-only-now' : 'more',
    },
    findings: found.findings,
  };
}

/** Without an answer: not measured, or measured and undecided. */
const isOpen = ({ status }: CheckResult): boolean => status !== 'pass' && status !== 'fail';

/** The severity of a check that had an answer before and no longer has. */
function lostMeasurement(before: FindingGroup | undefined, now: FindingGroup): Severity | undefined {
  const lost = now.rules.filter(isOpen);
  if (lost.length === 0 || before?.rules.some(isOpen)) return undefined;
  return worstSeverity(lost.map(({ severity }) => severity));
}

function newlyDrifted(base: ValidationDocument, head: ValidationDocument): readonly DriftResult[] {
  const key = ({ field, test }: DriftResult): string => JSON.stringify([field, test]);
  const drifted = ({ drift }: ValidationDocument): readonly DriftResult[] =>
    drift?.results.filter(({ status }) => status === 'drifted') ?? [];
  const before = new Set(drifted(base).map(key));
  return drifted(head).filter((result) => !before.has(key(result)));
}
