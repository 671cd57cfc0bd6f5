import type { Finding, Severity, ValidationDocument } from '../documents/validation.ts';
import { formatCount, formatQuantity } from '../report/format-number.ts';
import { type ChangedLines, type Nearness, nearness } from './changed-lines.ts';
import { bySeverity, type FindingGroup, groupFindings } from './finding-group.ts';
import { placeText, subjectText } from './place-text.ts';

/** A message on a line of a file, as the runtime takes it. */
export interface PlannedAnnotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** How many annotations there is room for. */
export interface AnnotationLimits {
  /** Of each level; the runner shows 10 of a step and says nothing of more. */
  readonly perLevel: number;
  /** Of all levels; GitHub shows 50 of a job, whose steps share them. */
  readonly total: number;
}

/** The runner's 10 of a level, less one message of the step itself and one count of the rest. */
export const STEP_LIMITS: AnnotationLimits = { perLevel: 8, total: 24 };

export interface AnnotationOptions {
  readonly limits?: AnnotationLimits;
  /** Findings that the base branch does not have: they come before the others. */
  readonly fresh?: ReadonlySet<Finding>;
  /** Leaves out all findings that the base branch has: where they decide nothing, they would only be in the way. */
  readonly freshOnly?: boolean;
}

const LEVELS = { error: 'error', warning: 'warning', info: 'notice' } as const;
/** Places named in the message of a group. */
const NAMED_PLACES = 5;
const NEAR: readonly Nearness[] = ['line', 'file', 'elsewhere'];

/**
 * The annotations of a report within the platform's limits, errors first. Each check and column gets one, at its
 * first finding that the pull request brought (else at the first of all), which says how many there are and where.
 * What room is left goes to further findings, a check and column at a time. Checks for which there is no room are
 * counted by name in the last annotation of their level.
 */
export function planAnnotations(
  document: Pick<ValidationDocument, 'checks' | 'findings'>,
  changed: ChangedLines | undefined,
  options: AnnotationOptions = {},
): readonly PlannedAnnotation[] {
  const { limits = STEP_LIMITS, fresh = new Set<Finding>(), freshOnly = false } = options;
  const groups = groupFindings(document)
    .map((group) => (freshOnly ? onlyFresh(group, fresh) : group))
    .filter(({ findings }) => findings.length > 0)
    .map((group) => ranked(group, changed, fresh))
    .sort((a, b) => a.rank - b.rank);
  const planned: PlannedAnnotation[] = [];
  for (const severity of ['error', 'warning', 'info'] as const) {
    const room = Math.min(limits.perLevel, limits.total - planned.length);
    const own = groups.filter((group) => group.severity === severity);
    if (room > 0 && own.length > 0) planned.push(...ofLevel(own, severity, room));
  }
  return planned;
}

const onlyFresh = (group: FindingGroup, fresh: ReadonlySet<Finding>): FindingGroup => {
  const findings = group.findings.filter((finding) => fresh.has(finding));
  return { ...group, findings, total: findings.length };
};

interface RankedGroup extends FindingGroup {
  /** Of its best finding; the least comes first. */
  readonly rank: number;
}

function ranked(
  group: FindingGroup,
  changed: ChangedLines | undefined,
  fresh: ReadonlySet<Finding>,
): RankedGroup {
  const rankOf = (finding: Finding): number =>
    (fresh.has(finding) ? 0 : NEAR.length) + NEAR.indexOf(nearness(changed, finding));
  const findings = group.findings
    .map((finding) => ({ finding, rank: rankOf(finding) }))
    .sort((a, b) => bySeverity(a.finding, b.finding) || a.rank - b.rank);
  return {
    ...group,
    findings: findings.map(({ finding }) => finding),
    rank: Math.min(...findings.map(({ rank }) => rank)),
  };
}

function ofLevel(
  groups: readonly RankedGroup[],
  severity: Severity,
  room: number,
): readonly PlannedAnnotation[] {
  const fits = groups.length <= room;
  const shown = fits ? groups : groups.slice(0, room - 1);
  const heads = shown.flatMap((group) => group.findings.slice(0, 1).map((finding) => head(group, finding)));
  if (!fits) return [...heads, restOf(groups.slice(room - 1), severity)];
  return [...heads, ...further(shown, room - heads.length)];
}

/** The second finding of every group, then every third, and so on. */
function further(groups: readonly RankedGroup[], room: number): readonly PlannedAnnotation[] {
  const more: PlannedAnnotation[] = [];
  const most = Math.max(0, ...groups.map(({ findings }) => findings.length));
  for (let index = 1; index < most && more.length < room; index++)
    for (const { findings } of groups) {
      const finding = findings[index];
      if (finding !== undefined && more.length < room) more.push(single(finding));
    }
  return more;
}

function head(group: RankedGroup, finding: Finding): PlannedAnnotation {
  const one = single(finding);
  return group.total === 1 ? one : { ...one, message: `${one.message}\n${countText(group, finding)}` };
}

/** `One of 37 findings of this check: also lines 12, 18, 40, …`. */
function countText({ findings, total }: FindingGroup, first: Finding): string {
  const others = findings.filter(
    (finding) => finding !== first && (finding.line ?? finding.row) !== undefined,
  );
  const places = [...new Set(others.map((finding) => placeBeside(finding, first)))];
  const [head = ''] = places;
  const kind = /^\d+$/.test(head)
    ? `${first.line === undefined ? 'row' : 'line'}${/^\d+$/.test(places[1] ?? '') ? 's' : ''} `
    : '';
  const shown = `${kind}${places.slice(0, NAMED_PLACES).join(', ')}`;
  const more = total - 1 > Math.min(places.length, NAMED_PLACES) ? ', …' : '';
  return `One of ${formatCount(total)} findings of this check${shown === '' ? '.' : `: also ${shown}${more}`}`;
}

/** A place as the list goes on: the number alone where the file is the same. */
function placeBeside(finding: Finding, first: Finding): string {
  if (finding.file !== first.file) return placeText(finding);
  return String(finding.line ?? finding.row);
}

function single(finding: Finding): PlannedAnnotation {
  const { severity, check, field, message, file, line, column, row } = finding;
  return {
    level: LEVELS[severity],
    title: field === undefined || field === '' ? check : `${check}: ${field}`,
    message: row === undefined ? message : `row ${row}: ${message}`,
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  };
}

function restOf(groups: readonly RankedGroup[], severity: Severity): PlannedAnnotation {
  const total = groups.reduce((sum, group) => sum + group.total, 0);
  const names = groups.map(
    (group) =>
      `${subjectText(group) === '' ? group.check : `${group.check} of ${subjectText(group)}`} (${formatCount(group.total)})`,
  );
  return {
    level: LEVELS[severity],
    title: 'More findings',
    message: `… and ${formatQuantity(total, 'finding')} of ${formatQuantity(groups.length, 'more check')}: ${names.join(', ')}. The job summary and the artifact have them.`,
  };
}
