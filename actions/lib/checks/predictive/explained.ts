import type { FeatureState } from './feature.ts';
import { joinTallies, rowsOf, spread, type Tally } from './tally.ts';

/** Fewer rows show nothing. */
export const MIN_ROWS = 30;
/** Numbers are looked at value by value, and in this many groups of neighbours. */
const GROUPS = 64;
const MIN_GROUP = 5;

/**
 * How much of the differences between labels a feature explains, from 0 (none) to 1 (all): one minus the spread
 * among rows with the same value, divided by the spread among all rows. For classes this is Goodman and Kruskal's
 * tau, for numbers the correlation ratio, both from unbiased spreads: a value that one row alone has explains nothing,
 * so that an identifier does not seem to know everything. `undefined` when the labels do not differ.
 */
export function explainedShare(state: FeatureState, classes: boolean): number | undefined {
  if (state.kind === 'too-many') return undefined;
  if (state.kind === 'texts')
    return shareOf(
      state.tallies.map(([, tally]) => tally),
      classes,
    );
  const sorted = [...state.tallies].sort(([a], [b]) => a - b).map(([, tally]) => tally);
  const shares = [sorted, grouped(sorted, classes)].map((tallies) =>
    shareOf([...tallies, state.missing], classes),
  );
  return shares.includes(undefined) ? undefined : Math.max(...shares.map((share) => share ?? 0));
}

function shareOf(tallies: readonly Tally[], classes: boolean): number | undefined {
  const whole = tallies.reduce<Tally>((sum, tally) => joinTallies(sum, tally, classes), []);
  const all = spread(whole, classes);
  if (all === undefined || all === 0) return undefined;
  let within = 0;
  for (const tally of tallies) within += rowsOf(tally, classes) * (spread(tally, classes) ?? all);
  return Math.max(0, Math.min(1, 1 - within / (rowsOf(whole, classes) * all)));
}

/** Joins neighbours until each group has a share of the rows. */
function grouped(tallies: readonly Tally[], classes: boolean): readonly Tally[] {
  const total = tallies.reduce((sum, tally) => sum + rowsOf(tally, classes), 0);
  const enough = Math.max(MIN_GROUP, total / GROUPS);
  const groups: Tally[] = [];
  let group: Tally = [];
  for (const tally of tallies) {
    group = joinTallies(group, tally, classes);
    if (rowsOf(group, classes) < enough) continue;
    groups.push(group);
    group = [];
  }
  return [...groups, group];
}

/** Rows of a feature that have a label. */
export function labelledRows(state: FeatureState, classes: boolean): number {
  if (state.kind === 'too-many') return 0;
  const missing = state.kind === 'numbers' ? rowsOf(state.missing, classes) : 0;
  return state.tallies.reduce((sum, [, tally]) => sum + rowsOf(tally, classes), missing);
}
