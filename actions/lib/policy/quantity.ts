/** What a number measures, as far as its text says. */
type Dimension = 'plain' | 'percent' | 'bytes' | 'time';

/** A number a user wrote: a plain one, a percentage, an amount of bytes or a time. */
export interface Quantity {
  /** Plain numbers as they are, percentages as fractions, bytes in bytes, times in milliseconds. */
  readonly value: number;
  readonly dimension: Dimension;
  /** As it was written, for messages. */
  readonly text: string;
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/;

/** Units of a limit and of a metric: dimension and size in the base unit. */
const UNITS: ReadonlyMap<string, readonly [Dimension, number]> = new Map<
  string,
  readonly [Dimension, number]
>([
  ['%', ['percent', 0.01]],
  ['b', ['bytes', 1]],
  ['byte', ['bytes', 1]],
  ['bytes', ['bytes', 1]],
  ['kb', ['bytes', 1e3]],
  ['mb', ['bytes', 1e6]],
  ['gb', ['bytes', 1e9]],
  ['kib', ['bytes', 2 ** 10]],
  ['mib', ['bytes', 2 ** 20]],
  ['gib', ['bytes', 2 ** 30]],
  ['us', ['time', 1e-3]],
  ['ms', ['time', 1]],
  ['s', ['time', 1e3]],
  ['seconds', ['time', 1e3]],
  ['min', ['time', 6e4]],
]);

/** What may follow a number, for messages. */
const UNIT_NAMES = '%, B, KB, MB, GB, KiB, MiB, GiB, us, ms, s or min';

/**
 * Reads a number with an optional unit from the start of a text: digits with `.` as the decimal sign and an
 * optional exponent; no hexadecimal, no digit grouping, no `Infinity`.
 *
 * @returns the quantity and how many characters it took, or what is wrong
 */
export function readQuantity(
  text: string,
): { readonly quantity: Quantity; readonly length: number } | { readonly problem: string } {
  const number = NUMBER.exec(text)?.[0];
  if (number === undefined) return { problem: `expected a number such as 0.85, 2% or 25MB` };
  const unit = /^ ?([A-Za-z]+|%)?/.exec(text.slice(number.length));
  const word = unit?.[1];
  // After a blank an unknown word is not a unit gone wrong but something of its own.
  const name = word !== undefined && unit?.[0] !== word && !UNITS.has(word.toLowerCase()) ? undefined : word;
  const [dimension, size] =
    name === undefined ? (['plain', 1] as const) : (UNITS.get(name.toLowerCase()) ?? []);
  if (dimension === undefined || size === undefined)
    return { problem: `expected a unit (${UNIT_NAMES}) or nothing after the number, found "${name}"` };
  const value = Number(number) * size;
  if (!Number.isFinite(value)) return { problem: `the number ${number} is too large` };
  const length = number.length + (name === undefined ? 0 : (unit?.[0].length ?? 0));
  const rest = text[length];
  if (rest !== undefined && !/[\s!]/.test(rest)) {
    const comma = rest === ',' ? ': numbers have a decimal point, and nothing between their digits' : '';
    return { problem: `expected a number such as 0.85, 2% or 25MB, found "${text.split(/\s/)[0]}"${comma}` };
  }
  return { quantity: { value, dimension, text: text.slice(0, length) }, length };
}

/** A quantity that is the whole text, or what is wrong with it. */
export function parseQuantity(text: string): Quantity | { readonly problem: string } {
  const read = readQuantity(text.trim());
  if ('problem' in read) return read;
  return read.length === text.trim().length
    ? read.quantity
    : { problem: `expected nothing after "${read.quantity.text}"` };
}

/** A plain number as a quantity. */
export const plain = (value: number): Quantity => ({ value, dimension: 'plain', text: String(value) });

/** The unit that the name of a metric ends in, such as `ms` of `latency_p95_ms`. */
export const unitInName = (metric: string): string | undefined =>
  /_(us|ms|s|seconds|min|bytes|kb|mb|gb|kib|mib|gib)$/i.exec(metric)?.[1];

/**
 * The quantity as a number in the unit of a metric. Plain numbers are taken to be in that unit already;
 * percentages are fractions.
 *
 * @returns `undefined` when the metric measures something else
 */
export function inUnit(quantity: Quantity, unit: string | undefined): number | undefined {
  if (quantity.dimension === 'plain') return quantity.value;
  if (quantity.dimension === 'percent') return unit === '%' ? quantity.value * 100 : quantity.value;
  const [dimension, size] = UNITS.get(unit?.toLowerCase() ?? '') ?? [];
  return dimension === quantity.dimension && size !== undefined ? quantity.value / size : undefined;
}
