import type { ColumnView } from '../../columns/column-batch.ts';
import { hashText } from '../../profile/hash.ts';

/** Classes a label may have; one with more is a number to be estimated, or no label. */
export const MAX_CLASSES = 50;

/** The label of each row of a batch: the number of its class, or the number itself; `NaN` without one. */
export interface LabelReader {
  /** Names of the classes met, by their numbers; hashes, so that no value leaves the data. `undefined` for numbers. */
  readonly classes: readonly string[] | undefined;
  /** Too many classes were met: nothing more is counted. */
  readonly overflown: boolean;
  read(view: ColumnView, rows: number): Float64Array;
}

/** Labels that are numbers to be estimated. */
export const numberLabel = (): LabelReader => ({
  classes: undefined,
  overflown: false,
  read: (view, rows) => view.numbers?.slice(0, rows) ?? new Float64Array(rows).fill(Number.NaN),
});

/** Labels that are classes. */
export function classLabel(): LabelReader {
  const numbers = new Map<string, number>();
  const classes: string[] = [];
  let overflown = false;
  const classOf = (value: string): number => {
    const known = numbers.get(value);
    if (known !== undefined) return known;
    if (classes.length === MAX_CLASSES) {
      overflown = true;
      return Number.NaN;
    }
    numbers.set(value, classes.length);
    classes.push(hashText(value).toString(36));
    return classes.length - 1;
  };
  return {
    classes,
    get overflown() {
      return overflown;
    },
    read(view, rows) {
      return Float64Array.from({ length: rows }, (_, row) => {
        const value = valueText(view, row);
        return value === null ? Number.NaN : classOf(value);
      });
    },
  };
}

/** A value as one text, whatever its spelling; misfits count as none. */
function valueText(view: ColumnView, row: number): string | null {
  if (view.numbers === undefined) return view.text(row);
  const number = view.numbers[row] ?? Number.NaN;
  return Number.isNaN(number) ? null : String(number);
}
