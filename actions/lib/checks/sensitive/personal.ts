import { holdsCreditCard } from './credit-card.ts';
import { holdsIban } from './iban.ts';
import type { SensitiveKind } from './sensitive-kind.ts';

const EMAIL =
  /[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![\w-])/;
const INTERNATIONAL = /(?<![\w+])\+[1-9](?:[ ()./-]{0,2}\d){7,14}(?!\d)/;
const AMERICAN =
  /(?<![\w.-])(?:\+?1[-. ])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-. ])[2-9]\d\d[-. ]\d{4}(?![\w-]|\.\d)/;
const SSN = /(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\d-])/;
const IPV4 = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])/g;
/** Networks of no one in particular: RFC 1918, loopback, link-local, unspecified. */
const NO_ONES = /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./;

/** Data about persons, by name. */
export const PERSONAL_KINDS: readonly SensitiveKind[] = [
  {
    name: 'email',
    words: 'an e-mail address',
    about: 'local part, `@`, domain',
    holds: (text) => text.includes('@') && EMAIL.test(text),
  },
  {
    name: 'phone',
    words: 'a phone number',
    about: 'international with `+` (E.164: 8 to 15 digits), or of North America with separators',
    holds: (text) => (text.includes('+') && INTERNATIONAL.test(text)) || AMERICAN.test(text),
  },
  {
    name: 'creditCard',
    words: 'a card number',
    about: 'beginning and length of a card network, Luhn check digit',
    holds: (text) => text.length >= 13 && holdsCreditCard(text),
    numeric: true,
  },
  {
    name: 'iban',
    words: 'an account number (IBAN)',
    about: 'length of its country, check digits modulo 97',
    holds: (text) => text.length >= 15 && holdsIban(text),
  },
  {
    name: 'ssn',
    words: 'a social security number',
    about: 'of the United States, with hyphens, in a range that is issued',
    holds: (text) => text.includes('-') && SSN.test(text),
  },
  {
    name: 'ipAddress',
    words: 'an IP address',
    about: 'public IPv4 addresses; only when asked for',
    holds: (text) => [...text.matchAll(IPV4)].some(([found]) => !NO_ONES.test(found)),
  },
];

/**
 * What texts without personal data mostly look like: no `@`, and fewer digits than anything looked for has. IP
 * addresses have four at least, all else but e-mail addresses seven.
 */
export const harmlessTexts = (kinds: readonly SensitiveKind[]): readonly string[] => {
  const digits = kinds.some(({ name }) => name === 'ipAddress') ? 3 : 6;
  return [`^[^@0-9]*(?:[0-9][^@0-9]*){0,${digits}}$`];
};
