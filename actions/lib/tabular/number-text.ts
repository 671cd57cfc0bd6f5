/**
 * Numbers as programs write them: optional sign, digits, a point, an exponent. No thousands separators, no comma, no
 * hexadecimal, no white space, ASCII digits only.
 */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Whole numbers; `5.0` is one because programs write columns of integers with gaps as decimals. */
const INTEGER = /^([+-]?\d+)(?:\.0*)?$/;

/** The finite number a text stands for, or `undefined`: `1,5`, `1_000`, `0x10`, ` 5`, `NaN` and `1e400` are none. */
export function parseNumber(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** The whole number a text stands for, exactly (`bigint` beyond 2^53), or `undefined`. */
export function parseInteger(text: string): number | bigint | undefined {
  const digits = INTEGER.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits.replace('+', ''));
}

/** Why a text that looks like a number to a person is not one, for a message; empty when there is nothing to say. */
export function numberHint(text: string): string {
  // What is a number after all can only have been refused as a whole one.
  const exponent = /e/i.test(text) && parseNumber(text) !== undefined;
  if (exponent) return 'whole numbers are read without an exponent';
  const hint = HINTS.find(([pattern]) => pattern.test(text));
  return hint?.[1] ?? '';
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^\s|\s$/, 'white space around the value'],
  [
    /^[+-]?\d{1,3}(?:,\d{3}|[. ']\d{3}(?=[. ',]\d))[\d.,' ]*$|^[+-]?\d{1,3}(?:[ ']\d{3})+$/,
    'thousands separators are not read',
  ],
  [/^[+-]?\d+,\d+$/, 'the decimal separator is a point'],
  [/^[+-]?(?:nan|inf|infinity)$/i, 'not a finite number'],
  [/^[+-]?\d[\d.]*e\+?\d+$/i, 'too large for a number'],
  [/^0x/i, 'hexadecimal is not read'],
  [/_/, 'digit separators are not read'],
  [/%$/, 'a percent sign is not part of a number'],
  [/(?![0-9])\p{Nd}/u, 'only the digits 0 to 9 are read'],
];
