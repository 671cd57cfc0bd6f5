import type { CheckResult, Finding, Severity, ValidationDocument } from '../documents/validation.ts';

/** The findings of one check in one column: what a person mends in one go. */
export interface FindingGroup {
  readonly check: string;
  /** The table, where several were read. */
  readonly table?: string;
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

/** What a check or a finding is about. */
export interface GroupName {
  readonly check: string;
  readonly table?: string;
  readonly field?: string;
}

/** Names a check in a column of a table. */
export const groupKey = ({ check, table, field }: GroupName): string =>
  JSON.stringify([check, table ?? '', field ?? '']);

/**
 * Findings by check and column, in the order of the checks. A finding of a check on the whole table may name a column
 * (one that is missing, say), and one of a check on a column may name none: they count with their check all the same.
 */
export function groupFindings({
  checks,
  findings,
}: Pick<ValidationDocument, 'checks' | 'findings'>): readonly FindingGroup[] {
  const groups = new Groups();
  for (const rule of checks) groups.add(rule);
  for (const finding of findings) groups.of(finding)?.findings.push(finding);
  return groups.all().flatMap(({ rules, findings: own }) => {
    const [first] = rules;
    if (first === undefined) return [];
    const failed = rules.filter(({ status }) => status === 'fail');
    return [
      {
        check: first.check,
        ...(first.table !== undefined && { table: first.table }),
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

interface Group {
  readonly rules: CheckResult[];
  readonly findings: Finding[];
}

/** Groups under all the names by which a finding may ask for them; the first of a name has it. */
class Groups {
  readonly #groups = new Map<string, Group>();
  readonly #names = new Map<string, Group>();

  add(rule: CheckResult): void {
    const key = groupKey(rule);
    const group = this.#groups.get(key) ?? { rules: [], findings: [] };
    group.rules.push(rule);
    this.#groups.set(key, group);
    const { check, field } = rule;
    for (const name of [JSON.stringify([check, field ?? '']), check])
      if (!this.#names.has(name)) this.#names.set(name, group);
  }

  of(finding: GroupName): Group | undefined {
    const { check, table, field } = finding;
    return (
      this.#groups.get(groupKey(finding)) ??
      this.#groups.get(groupKey({ check, ...(table !== undefined && { table }) })) ??
      this.#names.get(JSON.stringify([check, field ?? ''])) ??
      this.#names.get(check)
    );
  }

  all(): readonly Group[] {
    return [...this.#groups.values()];
  }
}
