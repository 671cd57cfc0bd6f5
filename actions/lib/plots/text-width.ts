import { visibleText } from '../report/visible-text.ts';

/** Wide letters: Chinese, Japanese, Korean, full-width forms, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
const NARROW = /[ijlftrI.,:;|'()[\] ]/;

const widthOf = (character: string): number => {
  if (WIDE.test(character)) return 12.5;
  if (NARROW.test(character)) return 4.2;
  return /[A-ZMWmw@%]/.test(character) ? 8.9 : 6.9;
};

/** About how wide a text is in a sans-serif font of 12 pixels; rather too wide than too narrow. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/**
 * A text of a user as one line of so many pixels at most, with `…` in the place of its middle where it is longer:
 * names often differ at the end. The documents hold it whole.
 */
export function fitted(text: string, pixels: number): string {
  const shown = visibleText(text);
  if (textWidth(shown) <= pixels) return shown;
  const characters = [...shown];
  const head = prefixOf(characters, (pixels - 12) * 0.62);
  const tail = prefixOf(characters.toReversed(), (pixels - 12) * 0.38);
  return `${head.join('').trimEnd()}…${tail.reverse().join('').trimStart()}`;
}

/** The first characters that fit. */
function prefixOf(characters: readonly string[], pixels: number): string[] {
  let width = 0;
  const end = characters.findIndex((character) => {
    width += widthOf(character);
    return width > pixels;
  });
  return characters.slice(0, end === -1 ? characters.length : end);
}

/** Texts that stand for different things stay different when they are cut: the later of equal ones get a number. */
export function fittedNames(names: readonly string[], pixels: number): readonly string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const short = fitted(name, pixels);
    const times = (seen.get(short) ?? 0) + 1;
    seen.set(short, times);
    return times === 1 ? short : `${short} (${times})`;
  });
}
