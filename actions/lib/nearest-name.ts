/** Longer names are not compared: nobody mistypes them, and the work grows with the square of the length. */
const MAX_LENGTH = 100;

/**
 * The known name a mistyped one most likely stands for, by the restricted Damerau-Levenshtein distance (insert,
 * delete, replace, swap neighbours), case and Unicode form aside.
 *
 * @returns `undefined` when none is within a third of the name's length (at least 1)
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = fold(name);
  if (wanted.length > MAX_LENGTH) return undefined;
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const folded = fold(candidate);
    if (Math.abs(folded.length - wanted.length) >= least) continue;
    const distance = editDistance(wanted, folded);
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** `; did you mean "x"?` for the end of a message, or nothing. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

/** Whether two names that differ look the same to people: by Unicode form, or by letters of another alphabet. */
export const looksAlike = (a: string, b: string): boolean =>
  a !== b && inLatin(a.normalize('NFC')) === inLatin(b.normalize('NFC'));

const fold = (name: string): string => inLatin(name.normalize('NFC').toLowerCase());

/** Cyrillic and Greek letters that look like Latin ones in most typefaces. Source: Unicode TR 39, confusables.txt. */
const CONFUSABLE = new Map(
  [
    [
      '\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u0501\u051b\u03bf\u03bd',
      'aeopcyxsijdqov',
    ],
    [
      '\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0405\u0406\u0408',
      'ABEKMHOPCTYXSIJ',
    ],
    [
      '\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7',
      'ABEZHIKMNOPTYX',
    ],
  ].flatMap(([letters = '', latin = '']) =>
    [...letters].map((letter, at) => [letter, latin[at] ?? letter] as const),
  ),
);

const inLatin = (name: string): string =>
  name.replace(/[\u0370-\u052f]/g, (letter) => CONFUSABLE.get(letter) ?? letter);

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length] ?? 0;
}
