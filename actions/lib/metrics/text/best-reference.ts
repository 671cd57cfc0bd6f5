import type { TextRows } from '../rows.ts';
import { oncePerRows } from './once-per-rows.ts';

/** The texts of rows after reading, for example as numbers of words. */
interface ReadTexts<Read> {
  readonly said: readonly Read[];
  readonly wanted: readonly (readonly Read[])[];
}

/**
 * Reads the texts of rows, once for all metrics that share the result.
 *
 * @param makeReader - makes what reads one text, anew for each set of rows
 */
export const textsRead = <Read>(
  makeReader: () => (text: string) => Read,
): ((rows: TextRows) => ReadTexts<Read>) =>
  oncePerRows(({ predicted, references }) => {
    const read = makeReader();
    return { said: predicted.map(read), wanted: references.map((row) => row.map(read)) };
  });

/** The value of each row: the highest that any of its references gives. */
export const highestPerRow =
  <Read>(readTexts: (rows: TextRows) => ReadTexts<Read>, score: (said: Read, wanted: Read) => number) =>
  (rows: TextRows): Float64Array => {
    const { said, wanted } = readTexts(rows);
    return Float64Array.from(said, (text, row) =>
      (wanted[row] ?? []).reduce((best, reference) => Math.max(best, score(text, reference)), 0),
    );
  };
