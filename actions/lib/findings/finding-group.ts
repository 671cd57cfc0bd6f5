import type { CheckResult, Finding, Severity, ValidationDocument } from '../documents/validation.ts';

/** The findings of one check in one column: what a person mends in one go. */
export interface FindingGroup {
  readonly check: string;
  readonly field?: string;
  /** The worst of its rules that failed. */
  readonly severity: Severity;
  /** The rules, in the order of the report. */
  readonly rules: readonly CheckResult[];
  /** All findings counted. */
  readonly total: number;
  /** The first of them, in the order of the report. */
  readonly findings: readonly Finding[];
}

const ORDER: readonly Severity[] = ['error', 'warning', 'info'];

/** The more severe of severities; `info` for none. */
export const worstSeverity = (severities: Iterable<Severity>): Severity => {
  const found = new Set(severities);
  return ORDER.find((severity) => found.has(severity)) ?? 'info';
};

/** Orders by severity, the worst first. */
export const bySeverity = (a: { readonly severity: Severity }, b: { readonly severity: Severity }): number =>
  ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity);

/** Names a check in a column. */
export const groupKey = ({ check, field }: { readonly check: string; readonly field?: string }): string =>
  JSON.stringify([check, field ?? '']);

/**
 * Findings by check and column, in the order of the checks. A finding of a check on the whole table may name a column
 * (one that is missing, say), and one of a check on a column may name none: they count with their check all the same.
 */
export function groupFindings({
  checks,
  findings,
}: Pick<ValidationDocument, 'checks' | 'findings'>): readonly FindingGroup[] {
  const groups = new Map<string, { rules: CheckResult[]; findings: Finding[] }>();
  const anyOf = new Map<string, string>();
  for (const rule of checks) {
    const key = groupKey(rule);
    const group = groups.get(key) ?? { rules: [], findings: [] };
    group.rules.push(rule);
    groups.set(key, group);
    if (!anyOf.has(rule.check)) anyOf.set(rule.check, key);
  }
  for (const finding of findings) {
    const { check } = finding;
    const key = [groupKey(finding), groupKey({ check }), anyOf.get(check) ?? ''].find((one) =>
      groups.has(one),
    );
    if (key !== undefined) groups.get(key)?.findings.push(finding);
  }
  return [...groups.values()].flatMap(({ rules, findings: own }) => {
    const [first] = rules;
    if (first === undefined) return [];
    const failed = rules.filter(({ status }) => status === 'fail');
    return [
      {
        check: first.check,
        ...(first.field !== undefined && { field: first.field }),
        severity: worstSeverity((failed.length > 0 ? failed : rules).map(({ severity }) => severity)),
        rules,
        total: Math.max(
          own.length,
          rules.reduce((sum, rule) => sum + rule.findings, 0),
        ),
        findings: own,
      },
    ];
  });
}
