import type { Flips } from '../documents/gate.ts';
import type { PairedRows } from '../stats/paired-rows.ts';
import { belongsTo } from './slice-name.ts';

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
