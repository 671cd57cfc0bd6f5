/** Numbers for words, the same for the same word, so that texts can be compared as whole numbers. */
export function wordNumbers(): (words: readonly string[]) => Int32Array {
  const numbers = new Map<string, number>();
  const numberOf = (word: string): number => {
    const known = numbers.get(word);
    if (known !== undefined) return known;
    numbers.set(word, numbers.size);
    return numbers.size - 1;
  };
  return (words) => Int32Array.from(words, numberOf);
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
