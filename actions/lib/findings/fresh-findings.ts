import type { CheckResult, Finding } from '../documents/validation.ts';
import type { FindingGroup } from './finding-group.ts';

/** New findings of one check and column. */
export interface Fresh {
  readonly atLeast: number;
  readonly atMost: number;
  /** Those of them that are listed. Of equal findings the last ones count as new. */
  readonly findings: readonly Finding[];
}

/**
 * Findings that the base report cannot have, from two lists and two counts of which the lists may be only the
 * beginnings. With e findings listed now beyond their like in the base's list, and u findings of the base that are
 * not listed, at least e - u are new, and at least as many as the count grew by; at most e and all that are not
 * listed now.
 *
 * @param counted - findings of the base report, listed or not
 */
export function freshOf(
  before: readonly Finding[],
  counted: number,
  now: FindingGroup,
  renamed: ReadonlyMap<string, string>,
): Fresh {
  const beyond = excess(before, now.findings, renamed);
  const unlistedBefore = Math.max(0, counted - before.length);
  const unlistedNow = now.total - now.findings.length;
  const atLeast = Math.max(0, now.total - counted, beyond.length - unlistedBefore);
  const atMost = Math.max(atLeast, beyond.length + unlistedNow);
  // Where even the listed ones may all be old, none is called new.
  return { atLeast, atMost, findings: atLeast > 0 ? beyond : [] };
}

/** The findings for which there is no equal one left in the base's list. */
function excess(
  before: readonly Finding[],
  now: readonly Finding[],
  renamed: ReadonlyMap<string, string>,
): readonly Finding[] {
  const left = new Map<string, number>();
  for (const finding of before) {
    const key = identity(finding, renamed.get(finding.file ?? '') ?? finding.file);
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  const beyond = now.filter((finding) => {
    const key = identity(finding, finding.file);
    const rest = left.get(key) ?? 0;
    if (rest > 0) left.set(key, rest - 1);
    return rest === 0;
  });
  // One demand on the whole table that failed before under another limit: the same failure.
  const whole = beyond.filter((finding) => !isPlaced(finding));
  const gone = [...left].filter(([key, rest]) => rest > 0 && key.startsWith(WHOLE)).length;
  return whole.length === 1 && gone === 1 ? beyond.filter(isPlaced) : beyond;
}

const WHOLE = '["table"';

const isPlaced = ({ line, row }: Finding): boolean => line !== undefined || row !== undefined;

/**
 * What stays the same of a finding when lines are added above it. A measured number of the whole table changes with
 * any change of the data: there the demand says which failure it is.
 */
export const identity = (finding: Finding, file: string | undefined): string =>
  isPlaced(finding)
    ? JSON.stringify([
        'place',
        file ?? '',
        ...(finding.value === undefined ? ['', finding.expected] : [finding.value]),
      ])
    : JSON.stringify(['table', file ?? '', finding.expected]);

/**
 * Findings of a check in the base report. One that passed within its limit reports none, but its measured count tells
 * how many rows there were.
 */
export const countedBefore = (before: FindingGroup | undefined, rows: number): number =>
  before?.rules.reduce((sum, rule) => sum + ruleCount(rule, rows), 0) ?? 0;

function ruleCount({ status, findings, measured, unit }: CheckResult, rows: number): number {
  if (status !== 'pass' || measured === null) return findings;
  if (unit === 'rows') return Math.max(findings, measured);
  return unit === 'percent' ? Math.max(findings, Math.round((measured / 100) * rows)) : findings;
}
