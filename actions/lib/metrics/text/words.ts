/**
 * White space as Python's `str.split`, `str.strip` and `\s` know it. The references of all text metrics are
 * written in Python, and JavaScript's `\s` differs: it holds U+FEFF, and neither U+0085 nor U+001C to U+001F.
 */
const SPACE = String.raw`[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;

const SPACES = new RegExp(`${SPACE}+`);
const TWO_OR_MORE = new RegExp(`${SPACE}{2,}`, 'g');
const LEADING = new RegExp(`^${SPACE}+`);

const ANY = new RegExp(`${SPACE}+`, 'g');

const isSpace = new RegExp(SPACE);

/** The words between white space (Python's `str.split()`). */
export const splitWords = (text: string): readonly string[] =>
  text.split(SPACES).filter((word) => word !== '');

/** A text without white space at its end (Python's `str.rstrip()`); a loop, as a pattern would try every gap. */
export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** A text without white space at its ends (Python's `str.strip()`). */
export const strip = (text: string): string => stripEnd(text).replace(LEADING, '');

export const withoutSpaces = (text: string): string => text.replace(ANY, '');

/** White space of two or more characters becomes one blank; a single tab stays. */
export const joinSpaces = (text: string): string => text.replace(TWO_OR_MORE, ' ');

/** Marks of ASCII (Python's `string.punctuation`) as a class of a regular expression. */
export const ASCII_PUNCTUATION = '[!-/:-@[-`{-~]';
