import type { GateDocument } from '../../lib/documents/gate.ts';
import { formatCount } from '../../lib/report/format-number.ts';
import { inlineText, userText } from './text.ts';

type ChangedRow = NonNullable<GateDocument['changedRows']>[number];

/** How many rows one model has right and the other has not, in all and in the slices that need attention. */
export function flipsText({ flips, gates }: GateDocument): string {
  if (flips === undefined) return '';
  const inSlices = gates.flatMap(({ slice, flips: own, verdict }) =>
    slice === undefined || own === undefined || verdict === 'pass'
      ? []
      : [
          `in ${userText(slice.replaceAll('=', ' = '))}: ${formatCount(own.fixed)} fixed, ${formatCount(own.broken)} broken`,
        ],
  );
  const total = `${formatCount(flips.fixed)} fixed, ${formatCount(flips.broken)} broken of ${formatCount(flips.rows)}`;
  return `Rows that changed: ${[total, ...new Set(inSlices)].slice(0, 6).join('; ')}.`;
}

/** The rows a report lists, broken ones first, as many as the policy asks for. */
export function listedRows({ changedRows = [], report }: GateDocument): readonly ChangedRow[] {
  const of = (change: ChangedRow['change']) => changedRows.filter((row) => row.change === change);
  return [...of('broken'), ...of('fixed')].slice(0, report.changedRows);
}

export const rowsHead = '| Row | Truth | Baseline said | Candidate says | |\n|---|---|---|---|---|';

export const rowLine = ({ id, actual, baseline, candidate, change }: ChangedRow): string =>
  `| ${[id, actual, baseline, candidate].map((text) => inlineText(text, 80)).join(' | ')} | ${change} |`;
