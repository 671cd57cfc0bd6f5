import type { ColumnProfile } from '../documents/profile.ts';
import { dateText } from '../tabular/calendar.ts';
import { demandOptions } from './demand.ts';
import { counted, type Suggestion, shownNumber, together } from './suggestion.ts';
import { countBetween, mirrored, type TailNumbers, tailNumbers, valueAtShare } from './tail.ts';
import { type TailLimit, upperLimit } from './tail-limit.ts';

/** Rows between zero and a tenth of the median, none below, that make zero a boundary. */
const ROWS_AT_ZERO = 30;
const NEAR_ZERO = 0.1;
const DAY = 86_400_000;
/** 0001-01-01, the first day of calendars with years of four digits. */
const FIRST_DAY = -62_135_596_800_000;

/** Limits of numbers, and the first day of dates and timestamps. */
export function numberLimits(column: ColumnProfile): Suggestion {
  const numbers = tailNumbers(column);
  if (numbers === undefined || numbers.rows === 0) return {};
  switch (column.type) {
    case 'integer':
    case 'number':
      return plainLimits(numbers, column.rows);
    case 'date':
    case 'timestamp':
      return firstDay(numbers, column.type, column.rows);
    default:
      return {};
  }
}

function plainLimits(numbers: TailNumbers, rows: number): Suggestion {
  const upper = upperLimit(numbers);
  const lower = lowerLimit(numbers);
  const maximum = upper && outward(upper.limit, numbers);
  const minimum = lower && -outward(-lower.limit, mirrored(numbers));
  const least = lowest(numbers);
  const unsureOfZero = least >= 0 && (minimum === undefined || minimum < 0);
  const limits = demandOptions(
    {
      ...(minimum !== undefined && !unsureOfZero && { minimum: minimum + 0 }),
      ...(maximum !== undefined && { maximum: maximum + 0 }),
    },
    {
      ...(lower && { minimum: reason(lower, least, 'least', numbers) }),
      ...(upper && { maximum: reason(upper, highest(numbers), 'greatest', numbers) }),
    },
    { values: numbers.rows, rows },
  );
  return unsureOfZero && numbers.rows >= MIN_FOR_ZERO
    ? together([limits, { rules: [notNegative(numbers)] }])
    : limits;
}

/** Fewer rows without a negative number are not worth a rule. */
const MIN_FOR_ZERO = 20;

const notNegative = (numbers: TailNumbers) =>
  ({
    metric: 'invalidValues',
    arguments: { minimum: 0 },
    limit: { mustBe: 0 },
    dimension: 'conformity',
    severity: 'warning',
    note: `none of ${counted(numbers.rows, 'value')} is negative, the least is ${shownNumber(lowest(numbers))}; a warning, as too few are near 0 to show that it is a boundary`,
  }) as const;

const lowest = (numbers: TailNumbers): number => numbers.low[0] ?? Number.NaN;
const highest = (numbers: TailNumbers): number => numbers.high[numbers.high.length - 1] ?? Number.NaN;

interface LowerLimit extends Omit<TailLimit, 'kind'> {
  readonly kind: TailLimit['kind'] | 'zero';
}

function lowerLimit(numbers: TailNumbers): LowerLimit | undefined {
  const found = upperLimit(mirrored(numbers));
  const near = rowsAtZero(numbers);
  if (lowest(numbers) >= 0 && near >= ROWS_AT_ZERO && (found === undefined || -found.limit < 0))
    return { limit: 0, kind: 'zero', rows: near };
  return found && { ...found, limit: -found.limit };
}

/**
 * A density that goes on below zero would put about as many rows just below it as just above it: with 30 rows within
 * a tenth of the median above and none below, that is out of the question even where it falls off steeply.
 */
function rowsAtZero(numbers: TailNumbers): number {
  const middle = valueAtShare(numbers, 0.5);
  return middle > 0 ? countBetween(numbers, 0, middle * NEAR_ZERO) : 0;
}

const KINDS: Readonly<Record<LowerLimit['kind'], (rows: number) => string>> = {
  end: (rows) => `${counted(rows, 'row')} have it and none goes beyond: the values end there`,
  zero: (rows) => `${counted(rows, 'row')} are just above 0 and none below`,
  light: (rows) => `extrapolated from the spacing of the ${rows} outermost`,
  heavy: (rows) => `extrapolated from the spacing of the logarithms of the ${rows} outermost`,
};

const reason = (limit: LowerLimit, seen: number, word: string, numbers: TailNumbers): string =>
  `${word} of ${counted(numbers.rows, 'value')} is ${shownNumber(seen)}; ${KINDS[limit.kind](limit.rows)}`;

/** Rounded away from the values to two digits of the distance from the median; whole for whole numbers. */
function outward(limit: number, numbers: TailNumbers): number {
  if (limit === highest(numbers)) return limit;
  const distance = Math.abs(limit - valueAtShare(numbers, 0.5));
  if (!(distance > 0)) return limit;
  const digits = Math.floor(Math.log10(distance)) - 1;
  const power = numbers.step === 1 ? Math.max(0, digits) : digits;
  const rounded = Math.ceil(limit / 10 ** power - 1e-9);
  return power < 0 ? Number((rounded / 10 ** -power).toFixed(Math.min(100, -power))) : rounded * 10 ** power;
}

/** Dates go on: only their beginning is a limit. */
function firstDay(numbers: TailNumbers, type: 'date' | 'timestamp', rows: number): Suggestion {
  const lower = upperLimit(mirrored(numbers));
  if (lower === undefined) return {};
  const day = Math.floor(-lower.limit / DAY) * DAY;
  if (!(day >= FIRST_DAY)) return {};
  const text = dateText(day);
  const seen = `the first of ${counted(numbers.rows, 'value')} is on ${dateText(lowest(numbers))}`;
  return demandOptions(
    { minimum: type === 'date' ? text : `${text}T00:00:00Z` },
    { minimum: `${seen}; ${KINDS[lower.kind](lower.rows)}; no last day, as data go on` },
    { values: numbers.rows, rows },
  );
}
