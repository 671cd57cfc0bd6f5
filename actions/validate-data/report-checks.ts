import type { CheckResult, Finding, ValidationDocument } from '../lib/documents/validation.ts';
import { bySeverity, type FindingGroup, groupFindings, groupKey } from '../lib/findings/finding-group.ts';
import { placeText, subjectText } from '../lib/findings/place-text.ts';
import { formatCount, formatQuantity } from '../lib/report/format-number.ts';
import { code, details, markdownText, sections, table } from '../lib/report/markdown.ts';
import type { ReportExtras } from './report-extras.ts';
import { limitText, measuredText, openText } from './report-words.ts';

/** Failed checks in the table; more would bury the rest of the summary. */
const MAX_FAILED = 50;
/** Findings shown in the summary; findings.jsonl has more. */
const MAX_SHOWN = 40;

const STATUS: Readonly<Record<string, string>> = { pass: '✅ pass', fail: '❌ fail' };
const UNKNOWN = '❔ not decided';
const SEVERITY = { error: '❌', warning: '⚠️', info: 'ℹ️' } as const;

/** Checks that failed or were not decided, the worst first, each with its first place. */
export function failedPart(document: ValidationDocument): string | undefined {
  const first = new Map(groupFindings(document).map((group) => [groupKey(group), group.findings[0]]));
  const failed = document.checks.filter(({ status }) => status !== 'pass').sort(bySeverity);
  if (failed.length === 0) return undefined;
  const rows = failed.slice(0, MAX_FAILED).map((check) => {
    const found = first.get(groupKey(check));
    return [
      check.status === 'fail' ? `${SEVERITY[check.severity]} ${check.severity}` : UNKNOWN,
      subjectText(check) === '' ? '' : code(subjectText(check)),
      markdownText(check.title),
      check.status === 'fail' ? foundText(check, document.dataset.rows) : markdownText(openText(check)),
      limitText(check) === check.title ? '' : markdownText(limitText(check)),
      check.status === 'fail' && found?.file !== undefined ? code(placeText(found)) : '',
    ];
  });
  const more = failed.length - rows.length;
  return sections(
    '#### What failed',
    table(['', 'Column', 'Demand', 'Found', 'Limit', 'First at'], rows, [
      'left',
      'left',
      'left',
      'right',
      'right',
      'left',
    ]),
    more > 0 ? `… and ${formatQuantity(more, 'more check')} in report.json.` : undefined,
  );
}

/** `37 of 5,000 rows`, `4.8 %` with the count of findings. */
function foundText(check: CheckResult, rows: number): string {
  const { unit, measured, findings } = check;
  if (unit === 'rows' && rows > 0 && measured !== null)
    return `${formatCount(measured)} of ${formatQuantity(rows, 'row')}`;
  const counted = unit === 'percent' && findings > 0 ? ` (${formatQuantity(findings, 'finding')})` : '';
  return `${measuredText(check)}${counted}`;
}

/** The first findings of each check, in turn, so that every check has some. */
export function findingsPart(document: ValidationDocument, { comparison }: ReportExtras): string | undefined {
  const groups = groupFindings(document)
    .filter(({ findings }) => findings.length > 0)
    .sort(bySeverity);
  if (groups.length === 0) return undefined;
  const total = groups.reduce((sum, group) => sum + group.total, 0);
  const shown = inTurn(groups, comparison?.fresh);
  const rows = shown.map((finding) => [
    `${SEVERITY[finding.severity]}${comparison?.fresh.has(finding) ? ' new' : ''}`,
    finding.file === undefined ? '' : code(placeText(finding)),
    finding.field === undefined ? '' : code(finding.field),
    finding.value === undefined ? '' : code(finding.value),
    markdownText(finding.message),
  ]);
  const more = total - shown.length;
  return details(
    more > 0
      ? `Findings: ${formatCount(shown.length)} of ${formatCount(total)}`
      : `All ${formatQuantity(total, 'finding')}`,
    sections(
      table(['', 'Where', 'Column', 'Value', 'What'], rows),
      more > 0
        ? `${formatQuantity(more, 'more finding')}: findings.jsonl holds the first of each check.`
        : undefined,
    ),
  );
}

/** The first finding of every group, then every second one, and so on; put back in the order of the groups. */
function inTurn(
  groups: readonly FindingGroup[],
  fresh: ReadonlySet<Finding> | undefined,
): readonly Finding[] {
  const ordered = groups.map(({ findings }) =>
    fresh ? [...findings].sort((a, b) => Number(fresh.has(b)) - Number(fresh.has(a))) : findings,
  );
  let room = MAX_SHOWN;
  const taken = ordered.map(() => 0);
  for (let round = 0; room > 0 && ordered.some((own) => own.length > round); round++)
    for (const [index, own] of ordered.entries())
      if (room > 0 && own.length > round) {
        taken[index] = round + 1;
        room -= 1;
      }
  return ordered.flatMap((own, index) => own.slice(0, taken[index]));
}

/** How old the data is, where the contract says how old it may be. */
export function freshnessPart({ checks }: ValidationDocument): string | undefined {
  const own = checks.filter(({ check }) => check === 'freshness' || check === 'retention');
  if (own.length === 0) return undefined;
  return details(
    `Age of the data: ${own.every(({ status }) => status === 'pass') ? 'as agreed' : 'not as agreed'}`,
    table(
      ['', 'Column', 'Demand', 'Days'],
      own.map((check) => [
        STATUS[check.status] ?? UNKNOWN,
        subjectText(check) === '' ? '' : code(subjectText(check)),
        markdownText(check.title),
        check.measured === null ? 'not measured' : measuredText(check),
      ]),
      ['left', 'left', 'left', 'right'],
    ),
  );
}

/** Checks with what they demand and found. */
export const checksTable = (checks: readonly CheckResult[]): string =>
  table(
    ['', 'Check', 'Column', 'Demand', 'Found', 'Limit', 'Severity'],
    checks.map((check) => [
      STATUS[check.status] ?? UNKNOWN,
      code(check.check),
      subjectText(check) === '' ? '' : code(subjectText(check)),
      markdownText(check.title),
      measuredText(check),
      markdownText(limitText(check)),
      check.severity,
    ]),
    ['left', 'left', 'left', 'left', 'right', 'right', 'left'],
  );
