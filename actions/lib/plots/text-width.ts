import { visibleText } from '../report/visible-text.ts';

/** Wide letters: Chinese, Japanese, Korean, full-width forms, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
/** Other classes of letters, as wide as in DejaVu Sans, the widest of the fonts that browsers take for `system-ui`. */
const WIDTHS: readonly (readonly [letters: RegExp, pixels: number])[] = [
  [WIDE, 12.5],
  [/[ijl|']/, 3.5],
  [/[ftrI.,:;()[\] ]/, 4.9],
  [/[mMW@%…]/, 11.8],
  [/[wA-Z=+<>~→]/, 9.6],
];
const COMMON = 7.6;

const widthOf = (character: string): number =>
  WIDTHS.find(([letters]) => letters.test(character))?.[1] ?? COMMON;

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

/**
 * Names that stay different when they are cut: without what all of them begin with, and where that does not help, the
 * later of equal ones get a number.
 */
export function fittedNames(names: readonly string[], pixels: number): readonly string[] {
  const cut = names.map((name) => fitted(name, pixels));
  if (new Set(cut).size === names.length) return cut;
  const start = commonStart(names);
  const rest = start > 1 ? names.map((name) => fitted(`…${name.slice(start)}`, pixels)) : cut;
  return numbered(new Set(rest).size > new Set(cut).size ? rest : cut);
}

/** How many characters all names begin with, up to the beginning of a word or number. */
function commonStart(names: readonly string[]): number {
  const [first = ''] = names;
  let length = first.length;
  for (const name of names) while (!name.startsWith(first.slice(0, length))) length--;
  return /[^\s_=-]*$/.exec(first.slice(0, length))?.index ?? 0;
}

function numbered(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}
