import type { ColumnProfile, ValueDistribution } from '../documents/profile.ts';
import { ALL_BITS, binNumber } from './bin-keys.ts';
import type { ColumnState, NumberState, TextState } from './column-state.ts';
import { keysOf } from './counted-numbers.ts';
import { unpackRegisters } from './registers.ts';

/**
 * The state a profile was made of, so that profiles of parts merge like states; equal but for the last digits of
 * moments. `undefined` for redacted columns, of which only counts are kept.
 */
export function stateOf(profile: ColumnProfile): ColumnState | undefined {
  if (profile.redacted) return undefined;
  const { name, type, rows, missing, invalid } = profile;
  const head = { name, type, declared: profile.declared ?? false, rows, missing, invalid };
  if (profile.numeric) return { ...head, numbers: numbersOf(profile, profile.numeric) };
  if (profile.length) return { ...head, texts: textsOf(profile, profile.length) };
  return type === 'boolean' ? { ...head, booleans: booleansOf(profile) } : head;
}

const counted = ({ rows, missing, invalid }: ColumnProfile): number => rows - missing - invalid;

function numbersOf(profile: ColumnProfile, numeric: NonNullable<ColumnProfile['numeric']>): NumberState {
  const { distribution, sketch } = profile;
  const registers = sketch?.registers;
  const bits = distribution?.kind === 'bins' ? distribution.bits : ALL_BITS;
  const bins =
    distribution?.kind === 'bins'
      ? keysOf(distribution).map((key) => binNumber(key, bits))
      : Float64Array.from(distribution?.values ?? [], Number);
  return {
    count: counted(profile),
    min: numeric.min,
    max: numeric.max,
    mean: numeric.mean ?? Number.NaN,
    squares: numeric.squares ?? Number.NaN,
    bits,
    capacity: sketch?.capacity ?? bins.length,
    bins,
    counts: Float64Array.from(distribution?.counts ?? []),
    ...(registers !== undefined && { registers: unpackRegisters(registers) }),
  };
}

function textsOf(profile: ColumnProfile, length: NonNullable<ColumnProfile['length']>): TextState {
  const { distribution, sketch } = profile;
  const registers = sketch?.registers;
  const values = distribution?.kind === 'values' ? textValues(distribution) : undefined;
  return {
    count: counted(profile),
    minLength: length.min,
    maxLength: length.max,
    totalLength: length.total,
    capacity: sketch?.capacity ?? values?.texts.length ?? 0,
    ...(values && { values }),
    ...(registers !== undefined && { registers: unpackRegisters(registers) }),
  };
}

const textValues = ({ values, counts }: ValueDistribution): NonNullable<TextState['values']> => ({
  texts: values.map(String),
  counts,
});

function booleansOf({ distribution }: ColumnProfile): { readonly yes: number; readonly no: number } {
  const of = (text: string): number => {
    if (distribution?.kind !== 'values') return 0;
    return distribution.counts[distribution.values.indexOf(text)] ?? 0;
  };
  return { yes: of('true'), no: of('false') };
}
