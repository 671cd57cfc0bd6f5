/**
 * Characters a reader cannot see or that move what is seen: controls, format characters (zero-width, bidi
 * overrides, tags), line and paragraph separators, halves of surrogate pairs, and all that Unicode lets fonts leave
 * out (blank fillers, selectors of variants). The one selector that texts are full of makes symbols pictures.
 */
const INVISIBLE = /(?!\ufe0f)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

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
