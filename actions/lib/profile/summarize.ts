import type { ColumnProfile, Distribution, NumericProfile } from '../documents/profile.ts';
import { dateText, timestampText, timeText } from '../tabular/calendar.ts';
import { ALL_BITS, binKeys } from './bin-keys.ts';
import type { ColumnState, NumberState, TextState } from './column-state.ts';
import { type CountedNumbers, countedNumbers } from './counted-numbers.ts';
import { histogramOf } from './histogram.ts';
import { mergeMoments } from './merge-numbers.ts';
import { profileQuantiles } from './quantiles.ts';
import { redactProfile } from './redact-profile.ts';
import { DISTINCT_ERROR, estimateDistinct, packRegisters } from './registers.ts';

const TOP = 10;
const TOP_LENGTH = 200;

/** What a kind of values adds to the profile of its column. */
type Part = Pick<ColumnProfile, 'distinct' | 'top'> &
  Partial<Pick<ColumnProfile, 'numeric' | 'length' | 'distribution' | 'sketch'>>;

const NO_VALUES: Part = { distinct: { count: 0, exact: true }, top: [] };
/** There are values, and nothing is known of them: those of classified columns stay in the job that read them. */
const UNKNOWN_VALUES: Part = { distinct: { count: 0, exact: false }, top: [] };

/**
 * The profile of a column, which holds all of its state (`stateOf` gives it back).
 *
 * @param classified - values must not be shown: counts alone remain
 */
export function summarizeColumn(state: ColumnState, classified = false): ColumnProfile {
  const { name, type, declared, rows, missing, invalid } = state;
  const { distinct, top, ...part } = partOf(state);
  const profile: ColumnProfile = {
    name,
    type,
    ...(declared && { declared }),
    rows,
    missing,
    invalid,
    distinct,
    top,
    ...part,
  };
  return classified ? redactProfile(profile) : profile;
}

function partOf({ type, numbers, texts, booleans, rows, missing, invalid }: ColumnState): Part {
  if (numbers !== undefined && numbers.count > 0) return numberPart(numbers, type);
  if (texts !== undefined && texts.count > 0) return textPart(texts);
  if (booleans !== undefined) return booleanPart(booleans);
  return rows > missing + invalid ? UNKNOWN_VALUES : NO_VALUES;
}

function numberPart(state: NumberState, type: ColumnState['type']): Part {
  const { bits, bins, counts, capacity, registers } = state;
  const exact = bits === ALL_BITS;
  return {
    distinct: exact ? { count: bins.length, exact } : estimate(state, bins.length),
    top: exact ? topOf(bins, counts, numberText(type)) : [],
    numeric: numericProfile(state, countedNumbers(state)),
    distribution: exact ? exactDistribution(state) : binDistribution(state),
    sketch: { capacity, ...(registers && { registers: packRegisters(registers) }) },
  };
}

function numericProfile(state: NumberState, numbers: CountedNumbers): NumericProfile {
  const { min, max, bits } = state;
  const { count, mean, squares } = numbers.exact ? exactMoments(numbers) : state;
  return {
    min,
    max,
    mean: finite(mean),
    standardDeviation: count > 1 ? finite(Math.sqrt(squares / (count - 1))) : null,
    squares: finite(squares),
    quantiles: profileQuantiles(numbers),
    histogram: histogramOf(numbers, min, max),
    exact: numbers.exact,
    ...(!numbers.exact && { relativeError: 2 ** -bits }),
  };
}

/** Moments in the order of the values, so that they do not depend on how the data was read in parts. */
function exactMoments({ low, counts }: CountedNumbers): Pick<NumberState, 'count' | 'mean' | 'squares'> {
  let moments = { count: 0, mean: 0, squares: 0 };
  for (let index = 0; index < low.length; index += 1)
    moments = mergeMoments(moments, { count: counts[index] ?? 0, mean: low[index] ?? 0, squares: 0 });
  return moments;
}

/** `null` where numbers near the largest double add up to more than it. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const exactDistribution = ({ bins, counts }: NumberState): Distribution => ({
  kind: 'values',
  values: [...bins],
  counts: [...counts],
});

function binDistribution({ bins, counts, bits }: NumberState): Distribution {
  const keys = binKeys(bins, bits);
  const steps: number[] = [];
  for (let index = 1; index < keys.length; index += 1)
    steps.push((keys[index] ?? 0) - (keys[index - 1] ?? 0));
  return { kind: 'bins', bits, first: keys[0] ?? 0, steps, counts: Array.from(counts) };
}

function textPart(state: TextState): Part {
  const { count, values, minLength, maxLength, totalLength, capacity, registers } = state;
  return {
    distinct: values ? { count: values.texts.length, exact: true } : estimate(state, 1),
    top: values ? topOf(values.texts, values.counts, (text) => text) : [],
    length: { min: minLength, max: maxLength, mean: totalLength / count, total: totalLength },
    ...(values && {
      distribution: { kind: 'values' as const, values: values.texts, counts: values.counts },
    }),
    sketch: { capacity, ...(registers && { registers: packRegisters(registers) }) },
  };
}

function booleanPart({ yes, no }: { readonly yes: number; readonly no: number }): Part {
  const seen = [
    { value: 'false', count: no },
    { value: 'true', count: yes },
  ].filter(({ count }) => count > 0);
  const [values, counts] = [seen.map(({ value }) => value), seen.map(({ count }) => count)];
  return {
    distinct: { count: seen.length, exact: true },
    top: topOf(values, counts, (text) => text),
    ...(seen.length > 0 && { distribution: { kind: 'values' as const, values, counts } }),
  };
}

/** Distinct values by the registers: at least those the bins tell apart, at most one a value. */
function estimate(
  { registers, count }: Pick<NumberState, 'registers' | 'count'>,
  least: number,
): ColumnProfile['distinct'] {
  const estimated = registers ? Math.round(estimateDistinct(registers)) : least;
  return {
    count: Math.max(least, Math.min(count, estimated)),
    exact: false,
    relativeError: Number(DISTINCT_ERROR.toPrecision(2)),
  };
}

/** The most frequent values, equally frequent ones in their order. */
function topOf<T>(values: ArrayLike<T>, counts: ArrayLike<number>, textOf: (value: T) => string) {
  return Array.from(values, (value, index) => ({ value, count: counts[index] ?? 0 }))
    .sort((a, b) => b.count - a.count)
    .slice(0, TOP)
    .map(({ value, count }) => ({ value: textOf(value).slice(0, TOP_LENGTH), count }));
}

/** How numbers of a type are shown. */
function numberText(type: ColumnState['type']): (value: number) => string {
  if (type === 'date') return dateText;
  if (type === 'timestamp') return timestampText;
  return type === 'time' ? timeText : String;
}
