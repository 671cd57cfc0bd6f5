/** The parts of a slice's text in code-unit order: two ways of writing one slice give the same text. */
export const canonicalSlice = (text: string): string =>
  text
    .split(',')
    .map((part) => part.trim())
    .sort()
    .join(',');

/** The text of a slice as documents hold it: `{ species: "Adelie" }` is `species=Adelie`. */
export const sliceName = (slice: Readonly<Record<string, string>>): string =>
  canonicalSlice(
    Object.entries(slice)
      .map(([column, value]) => `${column}=${value}`)
      .join(','),
  );

/** Whether a row, by the names of its slices, belongs to a slice of one or several columns. */
export const belongsTo = (names: readonly string[] | undefined, slice: string): boolean =>
  names !== undefined &&
  (names.some((name) => canonicalSlice(name) === slice) ||
    slice.split(',').every((part) => names.includes(part)));
