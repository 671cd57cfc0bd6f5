import type { TextRows } from '../rows.ts';

/** The value of each row: the highest that any of its references gives. */
export const highestPerRow =
  (score: (predicted: string, reference: string) => number) =>
  ({ count, predicted, references }: TextRows): Float64Array => {
    const values = new Float64Array(count);
    for (let row = 0; row < count; row++)
      for (const reference of references[row] ?? [])
        values[row] = Math.max(values[row] ?? 0, score(predicted[row] ?? '', reference));
    return values;
  };
