import type { CheckResult, DriftResult, Severity, ValidationDocument } from '../lib/documents/validation.ts';
import { type Verdict, worstVerdict } from '../lib/verdict.ts';

/** What something that is not right contributes to the verdict. */
const BROKEN: Readonly<Record<Severity, Verdict>> = { error: 'fail', warning: 'warn', info: 'pass' };
/** The same where it could not be found out. */
const UNKNOWN: Readonly<Record<Severity, Verdict>> = { error: 'inconclusive', warning: 'warn', info: 'pass' };

/** The verdict over all checks and drift tests. */
export const decide = (checks: readonly CheckResult[], drift: ValidationDocument['drift']): Verdict =>
  worstVerdict([
    ...checks.map(verdictOfCheck),
    ...(drift?.results ?? []).map((result) => verdictOfDrift(result, drift?.severity ?? 'warning')),
  ]);

function verdictOfCheck({ status, severity }: CheckResult): Verdict {
  if (status === 'pass') return 'pass';
  return status === 'fail' ? BROKEN[severity] : UNKNOWN[severity];
}

function verdictOfDrift(result: DriftResult, severity: Severity): Verdict {
  if (result.status === 'drifted') return BROKEN[result.severity ?? severity];
  return result.status === 'inconclusive' ? UNKNOWN[severity] : 'pass';
}

/** Findings counted, by severity, those that are not in the report included. */
export function countFindings(checks: readonly CheckResult[]): ValidationDocument['counts'] {
  const of = (severity: Severity): number =>
    checks.reduce((sum, check) => (check.severity === severity ? sum + check.findings : sum), 0);
  return { errors: of('error'), warnings: of('warning'), infos: of('info') };
}

/** Names of the columns that drifted, each once. */
export const driftedColumns = (drift: ValidationDocument['drift']): readonly string[] => [
  ...new Set((drift?.results ?? []).filter(({ status }) => status === 'drifted').map(({ field }) => field)),
];
