/**
 * Characters a reader cannot see or that move what is seen: controls, format characters (zero-width, bidi
 * overrides, tags), line and paragraph separators, blank fillers, halves of surrogate pairs.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** One line of text in which every invisible or reordering character is written out, `\n` or `\u{202E}`. */
export const visibleText = (text: string): string =>
  text.replace(
    INVISIBLE,
    (character) =>
      SHORT.get(character) ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`,
  );
