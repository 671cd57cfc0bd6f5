/** The items of a list that are not in another. */
export function without<T>(items: Iterable<T>, others: Iterable<T>): readonly T[] {
  const known = new Set(others);
  return [...new Set(items)].filter((item) => !known.has(item));
}
