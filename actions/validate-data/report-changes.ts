import type { ContractChange } from '../lib/contract/diff/change.ts';
import { changeText, comparisonLine, unknownText, worseGroups } from '../lib/findings/judge-new.ts';
import { subjectText } from '../lib/findings/place-text.ts';
import { formatCount, formatQuantity } from '../lib/report/format-number.ts';
import { bulletList, code, details, markdownText, sections, table } from '../lib/report/markdown.ts';
import type { ReportExtras } from './report-extras.ts';

/** Checks with new findings in the table. */
const MAX_GROUPS = 50;

/** What is new against the base branch, when there is a report to compare with. */
export function comparisonPart({ comparison, onlyNew }: ReportExtras): string | undefined {
  if (comparison === undefined) return undefined;
  const { drift, base } = comparison;
  const { worse, unknown } = worseGroups(comparison);
  const from = base.commit === '' ? 'the base report' : `the report of ${code(base.commit.slice(0, 12))}`;
  const rows = worse
    .slice(0, MAX_GROUPS)
    .map((group) => [
      group.severity,
      code(group.check),
      subjectText(group) === '' ? '' : code(subjectText(group)),
      formatCount(group.before),
      formatCount(group.now),
      `${group.atLeast < group.atMost ? '≥ ' : ''}${formatCount(group.atLeast)}`,
      changeText(group),
    ]);
  const more = worse.length - rows.length;
  return sections(
    '#### What is new',
    `${onlyNew ? '**Only what is new decides the verdict.** ' : ''}${comparisonLine(comparison)}, against ${from}.`,
    rows.length > 0
      ? table(['', 'Check', 'Column', 'Before', 'Now', 'New', 'Why'], rows, [
          ...(['left', 'left', 'left'] as const),
          ...(['right', 'right', 'right'] as const),
        ])
      : undefined,
    more > 0 ? `… and ${formatQuantity(more, 'more check')}.` : undefined,
    unknownText(unknown),
    drift.length > 0 ? `Drifted only now: ${drift.map(({ field }) => code(field)).join(', ')}.` : undefined,
  );
}

/** How the pull request changes the contract: what loosens it at once, the rest folded away. */
export function contractPart({ contractChanges = [] }: ReportExtras): string | undefined {
  if (contractChanges.length === 0) return undefined;
  const loosened = contractChanges.filter(({ kind }) => kind === 'loosened');
  const others = contractChanges.filter(({ kind }) => kind !== 'loosened');
  const verb = loosened.length === 1 ? 'loosens' : 'loosen';
  return sections(
    '#### Contract changes',
    loosened.length > 0
      ? `⚠️ ${formatQuantity(loosened.length, 'change')} ${verb} the contract: data that failed before may pass now.`
      : 'Nothing is loosened.',
    loosened.length > 0 ? changeList(loosened) : undefined,
    others.length > 0
      ? details(`${formatQuantity(others.length, 'other change')}`, changeList(others))
      : undefined,
  );
}

const changeList = (changes: readonly ContractChange[]): string =>
  bulletList(changes.map(({ kind, subject, words }) => `${kind}: ${code(subject)} ${markdownText(words)}`));
