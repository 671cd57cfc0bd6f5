import { type FeatureState, mergeFeatures } from './feature.ts';
import { MAX_CLASSES } from './label.ts';
import type { Tally } from './tally.ts';

/** What parts of the data know; `classes` absent for numbers, empty after too many. */
export interface LeakageState {
  readonly [key: string]: readonly string[] | readonly (readonly [string, FeatureState])[] | boolean | null;
  readonly classes: readonly string[] | null;
  readonly overflown: boolean;
  readonly features: readonly (readonly [string, FeatureState])[];
}

/** What two parts of the data know together. */
export function mergeLeakage(a: LeakageState, b: LeakageState): LeakageState {
  const classes = a.classes === null ? null : [...new Set([...a.classes, ...(b.classes ?? [])])];
  const overflown = a.overflown || b.overflown || (classes?.length ?? 0) > MAX_CLASSES;
  if (overflown) return { classes: [], overflown, features: [] };
  const merged = new Map(a.features);
  const numbers = b.classes?.map((name) => classes?.indexOf(name) ?? -1);
  for (const [name, state] of b.features) {
    const renumbered = numbers === undefined ? state : renumber(state, numbers);
    const known = merged.get(name);
    merged.set(name, known === undefined ? renumbered : mergeFeatures(known, renumbered, classes !== null));
  }
  return { classes, overflown, features: [...merged] };
}

/** Gives classes the numbers they have in another part. */
function renumber(state: FeatureState, numbers: readonly number[]): FeatureState {
  if (state.kind === 'texts')
    return { ...state, tallies: state.tallies.map(([key, tally]) => [key, moved(tally, numbers)]) };
  if (state.kind === 'numbers')
    return {
      ...state,
      tallies: state.tallies.map(([key, tally]) => [key, moved(tally, numbers)]),
      missing: moved(state.missing, numbers),
    };
  return state;
}

function moved(tally: Tally, numbers: readonly number[]): Tally {
  const result: number[] = [];
  for (const [number, count] of tally.entries()) {
    const to = numbers[number] ?? 0;
    while (result.length <= to) result.push(0);
    result[to] = count;
  }
  return result;
}
