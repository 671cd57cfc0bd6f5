import type { ColumnProfile, Distribution, NumericProfile } from '../documents/profile.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import { numericBinEdges, RELATIVE_ERROR, temporalBinEdges } from './bins.ts';
import type { NumericSketch } from './numeric-sketch.ts';
import {
  binnedNumbers,
  type CountedNumbers,
  exactNumbers,
  histogram,
  quantiles,
} from './order-statistics.ts';
import type { ValueCounts } from './value-counts.ts';
import type { Classify, Kind } from './value-kind.ts';

/** What was seen of each type. */
export interface KindTally {
  readonly types: Map<Kind['type'], number>;
  readonly numbers: NumericSketch;
  readonly times: NumericSketch;
  readonly lengths: NumericSketch;
}

/** A column's name and counts, and its type in the contract. */
export interface ColumnHead {
  readonly name: string;
  readonly rows: number;
  readonly missing: number;
  readonly declared: ColumnType | undefined;
}

const TOP = 10;
const TEMPORAL: readonly ColumnType[] = ['date', 'timestamp', 'time'];

/** The profile that follows from counts of values and kinds. */
export function summarize(
  head: ColumnHead,
  values: ValueCounts,
  tally: KindTally,
  classify: Classify,
): ColumnProfile {
  const type = head.declared ?? typeOf(tally.types);
  const invalid = tally.types.get('invalid') ?? 0;
  const sketch = sketchOf(type, tally);
  const numbers = sketch && sketch.count > 0 ? numbersOf(sketch, values, classify) : undefined;
  const distribution = numbers ? distributionOf(numbers, sketch) : textDistribution(type, values);
  return {
    name: head.name,
    type,
    rows: head.rows,
    missing: head.missing,
    invalid,
    distinct: values.distinct(),
    top: topOf(values),
    ...(sketch && numbers && { numeric: numericProfile(sketch, numbers) }),
    ...(type === 'string' && tally.lengths.count > 0 && { length: lengthsOf(tally.lengths) }),
    ...(distribution && { distribution }),
  };
}

/** The narrowest type that holds all values: whole numbers are numbers, days are timestamps, all else are texts. */
function typeOf(types: ReadonlyMap<Kind['type'], number>): ColumnType | 'empty' {
  const found = [...types.keys()].filter((type) => type !== 'invalid');
  const [first] = found;
  if (first === undefined) return types.size === 0 ? 'empty' : 'number';
  if (found.length === 1) return first;
  if (found.every((type) => type === 'integer' || type === 'number')) return 'number';
  if (found.every((type) => type === 'date' || type === 'timestamp')) return 'timestamp';
  return 'string';
}

function sketchOf(type: ColumnType | 'empty', tally: KindTally): NumericSketch | undefined {
  if (type === 'integer' || type === 'number') return tally.numbers;
  return type !== 'empty' && TEMPORAL.includes(type) ? tally.times : undefined;
}

function numbersOf(sketch: NumericSketch, values: ValueCounts, classify: Classify): CountedNumbers {
  if (values.exact) return exactNumbers(values.counts, (key) => classify(key).number);
  return binnedNumbers(sketch, sketch.binning === 'days' ? temporalBinEdges : numericBinEdges);
}

function numericProfile(sketch: NumericSketch, numbers: CountedNumbers): NumericProfile {
  const { min, max, mean, count, squares } = sketch;
  return {
    min,
    max,
    mean: finite(mean),
    standardDeviation: count > 1 ? finite(Math.sqrt(squares / (count - 1))) : null,
    squares: finite(squares),
    quantiles: quantiles(numbers, min, max),
    histogram: histogram(numbers, min, max),
    exact: numbers.exact,
    ...(!numbers.exact && sketch.binning === 'relative' && { relativeError: RELATIVE_ERROR }),
  };
}

/** `null` where numbers near the largest double add up to more than it. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Bins of days have no place in a profile. */
function distributionOf(
  numbers: CountedNumbers,
  sketch: NumericSketch | undefined,
): Distribution | undefined {
  if (numbers.exact) return { kind: 'values', values: numbers.low, counts: numbers.counts };
  if (sketch?.binning !== 'relative') return undefined;
  const bins = [...sketch.bins].map(([bin, count]) => ({
    key: bin < 2 ** 19 ? bin : 2 ** 19 - 1 - bin,
    count,
  }));
  bins.sort((a, b) => a.key - b.key);
  return {
    kind: 'bins',
    bits: 8,
    first: bins[0]?.key ?? 0,
    steps: bins.slice(1).map(({ key }, index) => key - (bins[index]?.key ?? 0)),
    counts: bins.map(({ count }) => count),
  };
}

function textDistribution(type: ColumnType | 'empty', values: ValueCounts): Distribution | undefined {
  if (!values.exact || type === 'object' || type === 'array') return undefined;
  const sorted = [...values.counts].map(([key, count]) => [String(key), count] as const);
  sorted.sort(([a], [b]) => (a < b ? -1 : 1));
  return { kind: 'values', values: sorted.map(([key]) => key), counts: sorted.map(([, count]) => count) };
}

const topOf = (values: ValueCounts) =>
  [...values.counts]
    .map(([key, count]) => ({ value: String(key).slice(0, 200), count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, TOP);

const lengthsOf = ({ min, max, mean, count }: NumericSketch) => ({ min, max, mean, total: mean * count });
