import type { ColumnProfile } from '../../lib/documents/profile.ts';
import { profileCapacity } from '../../lib/profile/capacity.ts';
import type { ColumnState, NumberState } from '../../lib/profile/column-state.ts';
import { mergeNumbers } from '../../lib/profile/merge-numbers.ts';
import { REGISTERS } from '../../lib/profile/registers.ts';
import { summarizeColumn } from '../../lib/profile/summarize.ts';

/** Profiles of values that are in memory, as reading them from a file would give; for benchmarks. */

/** @param values - finite, not empty; sorted in place */
export function numberProfile(values: Float64Array): ColumnProfile {
  values.sort();
  const bins = values.filter((value, index) => value !== values[index - 1]);
  const counts = new Float64Array(bins.length);
  let at = 0;
  for (let index = 0; index < values.length; index += 1) {
    if (values[index] !== bins[at]) at += 1;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return profileOf('number', values.length, { numbers: cut(momentsOf(values), bins, counts) });
}

function momentsOf(values: Float64Array): Pick<NumberState, 'count' | 'mean' | 'squares'> {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { count: values.length, mean, squares };
}

/** Merging with nothing cuts the values into as few bins as a profile may hold. Distinct values are not estimated. */
function cut(
  moments: Pick<NumberState, 'count' | 'mean' | 'squares'>,
  bins: Float64Array,
  counts: Float64Array,
): NumberState {
  const whole: NumberState = {
    ...moments,
    min: bins[0] ?? 0,
    max: bins[bins.length - 1] ?? 0,
    bits: 52,
    capacity: profileCapacity(1),
    bins,
    counts,
    ...(bins.length > profileCapacity(1) && { registers: new Uint8Array(REGISTERS) }),
  };
  return mergeNumbers(whole, { ...whole, count: 0, bins: new Float64Array(), counts: new Float64Array() });
}

/** A column of as many categories as counts. */
export function textProfile(counts: Float64Array): ColumnProfile {
  const seen = Array.from(counts, (count, index) => ({ text: `c${index}`, count })).filter(
    ({ count }) => count > 0,
  );
  const count = seen.reduce((sum, entry) => sum + entry.count, 0);
  const values = { texts: seen.map(({ text }) => text), counts: seen.map((entry) => entry.count) };
  const capacity = profileCapacity(1);
  const texts = { count, minLength: 2, maxLength: 2, totalLength: 2 * count, capacity, values };
  return profileOf('string', count, { texts });
}

const profileOf = (
  type: ColumnState['type'],
  rows: number,
  part: Pick<ColumnState, 'numbers' | 'texts'>,
): ColumnProfile =>
  summarizeColumn({ name: 'x', type, declared: true, rows, missing: 0, invalid: 0, ...part });
