import type { Flips } from '../documents/gate.ts';
import type { PairedRows } from '../stats/paired-rows.ts';
import type { Basis } from './evidence.ts';
import { type MetricsView, taskOf } from './metrics-view.ts';
import { belongsTo } from './slice-name.ts';

/** Tasks whose rows are right or wrong. */
const ANSWERS: ReadonlySet<string> = new Set(['binary', 'multiclass', 'multilabel', 'text']);

/** The rows of both models where each is right or wrong; `undefined` where there are none. */
export const answersOf = (basis: Basis, view: MetricsView): PairedRows | undefined =>
  basis.kind === 'paired' && (ANSWERS.has(taskOf(view)) || hasOutcomes(view)) ? basis.rows : undefined;

/** Cases of another tool that say whether they went well; where it does not say they ask for nothing. */
const hasOutcomes = ({ document, rows }: MetricsView): boolean =>
  document === undefined && (rows ?? []).some(({ y }) => y !== '');

/** How many rows changed between right and wrong, of all or of a slice; `undefined` where rows are neither. */
export function flipsBetween(basis: Basis, view: MetricsView, slice: string | undefined): Flips | undefined {
  const rows = answersOf(basis, view);
  return rows && flipsOf(rows, slice);
}

/** How many rows the candidate gets right that the baseline got wrong, and the other way round. */
export function flipsOf({ candidate, baseline }: PairedRows, slice: string | undefined): Flips {
  let fixed = 0;
  let broken = 0;
  let rows = 0;
  for (const [index, row] of candidate.entries()) {
    if (slice !== undefined && !belongsTo(row.k, slice)) continue;
    const right = row.p === row.y;
    const wasRight = baseline[index]?.p === row.y;
    rows += 1;
    if (right && !wasRight) fixed += 1;
    if (!right && wasRight) broken += 1;
  }
  return { fixed, broken, rows };
}
