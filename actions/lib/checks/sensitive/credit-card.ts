const CANDIDATE = /(?<![\d.,])\d(?:[ -]?\d){12,18}(?![\d.,]?\d)/g;

/** Beginnings and lengths that card networks have issued (ISO/IEC 7812). */
const NETWORKS: readonly (readonly [pattern: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|64[4-9]|65)/, [16, 19]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^3(?:0[0-5]|[689])/, [14, 16, 19]],
  [/^62/, [16, 17, 18, 19]],
];

/** Whether a text holds a card number: a known beginning and length, and a valid check digit. */
export function holdsCreditCard(text: string): boolean {
  for (const [found] of text.matchAll(CANDIDATE)) {
    const digits = found.replace(/[ -]/g, '');
    if (isIssued(digits) && isLuhn(digits)) return true;
  }
  return false;
}

const isIssued = (digits: string): boolean =>
  NETWORKS.some(([pattern, lengths]) => lengths.includes(digits.length) && pattern.test(digits));

/** The check of Luhn (ISO/IEC 7812-1): every second digit from the right is doubled, digits of the result added. */
export function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? 2 * digit : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
