import type { Drafted } from './draft.ts';
import type { MetricsView } from './metrics-view.ts';

/** What a reader should know beside the gates. */
export function notesOn(
  candidate: MetricsView,
  baseline: MetricsView | undefined,
  drafted: readonly Drafted[],
): readonly string[] {
  return [...sameFile(candidate, baseline), ...plainNumbers(drafted), ...excludedSlices(candidate)];
}

const sameFile = (candidate: MetricsView, baseline: MetricsView | undefined): readonly string[] =>
  baseline?.digest === candidate.digest
    ? ['The baseline is the very file that is judged: every comparison with it is empty.']
    : [];

/** Without rows and without intervals nobody can tell a loss from chance. */
function plainNumbers(drafted: readonly Drafted[]): readonly string[] {
  const plain = drafted.filter((one) => one.plain).map(({ draft }) => draft.id);
  if (plain.length === 0) return [];
  const named = plain.slice(0, 6).join(', ');
  const more = plain.length > 6 ? ` and ${plain.length - 6} more` : '';
  return [
    `Compared by plain numbers, so that a change may be chance: ${named}${more}. Rows or intervals of both models would tell.`,
  ];
}

const excludedSlices = ({ document }: MetricsView): readonly string[] =>
  (document?.excludedGroups ?? []).map(({ slice, n, reason }) => {
    const name = Object.entries(slice).map(([column, value]) => `${column} = ${value}`);
    return `Not evaluated: ${name.join(', ')} (${n} rows): ${reason}`;
  });
