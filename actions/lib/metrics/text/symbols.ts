/** Makes numbers of the symbols of a text, so that texts can be compared as whole numbers. */
export type UnitsOf = (text: string) => Int32Array;

/** Numbers for words: the same for the same word in all texts of one call of this function. */
export function wordNumbers(wordsOf: (text: string) => readonly string[]): UnitsOf {
  const known = new Map<string, number>();
  return (text) => {
    const words = wordsOf(text);
    const numbers = new Int32Array(words.length);
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? '';
      const number = known.get(word) ?? known.size;
      if (number === known.size) known.set(word, number);
      numbers[at] = number;
    }
    return numbers;
  };
}

/** The code points of a text, which are what Python calls characters. */
export function codePoints(text: string): Int32Array {
  const points = new Int32Array(text.length);
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at) ?? 0;
    if (point > 0xffff) at++;
    points[count++] = point;
  }
  return points.subarray(0, count);
}
