import type { ColumnProfile } from '../../actions/lib/documents/profile.ts';
import { TEXT_BYTES } from '../../actions/lib/profile/capacity.ts';
import type { ColumnState, NumberState, TextState } from '../../actions/lib/profile/column-state.ts';
import { hashNumber, hashText } from '../../actions/lib/profile/hash.ts';
import { mergeNumbers } from '../../actions/lib/profile/merge-numbers.ts';
import { addHash, REGISTERS } from '../../actions/lib/profile/registers.ts';
import { summarizeColumn } from '../../actions/lib/profile/summarize.ts';

/**
 * States of columns from all values at once, in the plainest way: the oracle for merging and for the engine that
 * builds states while reading.
 */

const bytes = new DataView(new ArrayBuffer(8));

/** A number with all but the first bits of its mantissa (and, below 0, of its exponent) set to zero. */
function cut(value: number, bits: number): number {
  bytes.setFloat64(0, value);
  const dropped = BigInt(52 - bits);
  bytes.setBigUint64(0, (bytes.getBigUint64(0) >> dropped) << dropped);
  return bytes.getFloat64(0);
}

function tally<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Maps treat -0 as 0, but they are different bins. */
const named = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));
const ascending = (a: number, b: number): number =>
  a - b || Number(Object.is(b, -0)) - Number(Object.is(a, -0));

/** @param values - finite, at least one */
export function numberState(values: readonly number[], capacity: number): NumberState {
  const plain = values.map((value) => (value === 0 ? 0 : value));
  const precisions = [52, ...Array.from({ length: 52 }, (_, index) => 40 - index)];
  const binOf = (value: number, bits: number) => (bits === 52 ? value : cut(value, bits));
  const bits = precisions.find((precision) => {
    const bins = new Set<string>();
    for (const value of plain) if (bins.add(named(binOf(value, precision))).size > capacity) return false;
    return true;
  });
  if (bits === undefined) throw new Error('two bins hold all numbers');
  const counts = tally(plain.map((value) => named(binOf(value, bits))));
  const bins = [...counts.keys()].map(Number).sort(ascending);
  const mean = plain.reduce((sum, value) => sum + value / plain.length, 0);
  const registers = new Uint8Array(REGISTERS);
  for (const value of plain) addHash(registers, hashNumber(value));
  return {
    count: plain.length,
    min: plain.reduce((least, value) => Math.min(least, value)),
    max: plain.reduce((most, value) => Math.max(most, value)),
    mean,
    squares: plain.reduce((sum, value) => sum + (value - mean) ** 2, 0),
    bits,
    capacity,
    bins: Float64Array.from(bins),
    counts: Float64Array.from(bins, (bin) => counts.get(named(bin)) ?? 0),
    ...(bits < 52 && { registers }),
  };
}

/** @param texts - at least one, without halves of surrogate pairs */
export function textState(texts: readonly string[], capacity: number): TextState {
  const counts = tally(texts);
  const lengths = texts.map((text) => [...text].length);
  const sorted = [...counts.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const size = sorted.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const registers = new Uint8Array(REGISTERS);
  for (const text of texts) addHash(registers, hashText(text));
  return {
    count: texts.length,
    minLength: lengths.reduce((least, length) => Math.min(least, length)),
    maxLength: lengths.reduce((most, length) => Math.max(most, length)),
    totalLength: lengths.reduce((sum, length) => sum + length, 0),
    capacity,
    ...(sorted.length <= capacity && size <= TEXT_BYTES
      ? { values: { texts: sorted, counts: sorted.map((text) => counts.get(text) ?? 0) } }
      : { registers }),
  };
}

/** A cell of a column: `null` has no value. */
export type PlainCell = number | string | boolean | null;

/** The state of a column of cells of one kind; `type` as the engine would infer or the contract declare it. */
export function columnState(
  name: string,
  type: ColumnState['type'],
  cells: readonly PlainCell[],
  capacity = 4096,
): ColumnState {
  const numbers = cells.filter((cell) => typeof cell === 'number');
  const texts = cells.filter((cell) => typeof cell === 'string');
  const booleans = cells.filter((cell) => typeof cell === 'boolean');
  const yes = booleans.filter(Boolean).length;
  return {
    name,
    type,
    declared: false,
    rows: cells.length,
    missing: cells.filter((cell) => cell === null).length,
    invalid: 0,
    ...(numbers.length > 0 && { numbers: numberState(numbers, capacity) }),
    ...(texts.length > 0 && { texts: textState(texts, capacity) }),
    ...(booleans.length > 0 && { booleans: { yes, no: booleans.length - yes } }),
  };
}

/**
 * The profile of very many numbers, fast: distinct values are counted in sorted order and cut by the merge itself.
 * Its distinct count is not estimated.
 *
 * @param sorted - ascending, finite, not empty
 */
export function profileOfSorted(
  name: string,
  type: ColumnState['type'],
  sorted: Float64Array,
): ColumnProfile {
  const bins = sorted.filter((value, index) => value !== sorted[index - 1]);
  const counts = new Float64Array(bins.length);
  let at = 0;
  for (let index = 0; index < sorted.length; index += 1) {
    if (sorted[index] !== bins[at]) at += 1;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const count = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value / count, 0);
  const whole: NumberState = {
    count,
    min: bins[0] ?? 0,
    max: bins.at(-1) ?? 0,
    mean,
    squares: sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0),
    bits: 52,
    capacity: 4096,
    bins,
    counts,
    registers: new Uint8Array(REGISTERS),
  };
  const nothing = { ...whole, count: 0, bins: new Float64Array(), counts: new Float64Array() };
  const numbers = mergeNumbers(whole, nothing);
  const state = { name, type, declared: false, rows: count, missing: 0, invalid: 0, numbers };
  return summarizeColumn(state);
}
