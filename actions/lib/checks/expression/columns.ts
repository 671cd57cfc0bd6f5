import type { ColumnBatch, ColumnView } from '../../columns/column-batch.ts';
import { parseDate, parseTime, parseTimestamp } from '../../tabular/date-format.ts';
import { parseNumber } from '../../tabular/number-text.ts';
import type { ValueType } from './value-type.ts';
import { numbers, type TruthVector, texts, truths, UNKNOWN, type Vector } from './vectors.ts';

/** The rows of one batch, with the columns already turned into vectors. */
export interface Rows {
  readonly batch: Pick<ColumnBatch, 'rows' | 'column'>;
  readonly vectors: Map<string, Vector>;
}

type Read = (text: string) => number | undefined;

const READ: Readonly<Record<Exclude<ValueType, 'text' | 'unknown' | 'truth'>, Read>> = {
  number: parseNumber,
  instant: (text) => parseDate(text) ?? parseTimestamp(text),
  time: parseTime,
};

const TRUTHS: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['True', 1],
  ['TRUE', 1],
  ['false', 0],
  ['False', 0],
  ['FALSE', 0],
]);

/** The values of a column as a type. A value that is not of it is as good as none: `dataType` reports it. */
export function columnVector({ batch, vectors }: Rows, name: string, type: ValueType): Vector {
  const key = `${type}:${name}`;
  const known = vectors.get(key);
  if (known !== undefined) return known;
  const view = batch.column(name);
  const made = view === undefined ? nothing(batch.rows, type) : viewVector(view, batch.rows, type);
  vectors.set(key, made);
  return made;
}

function viewVector(view: ColumnView, rows: number, type: ValueType): Vector {
  if (type === 'unknown') return viewVector(view, rows, foundType(view));
  if (type === 'text') return texts(textsOf(view, rows));
  if (type === 'truth') return truthsOf(view, rows);
  if (view.numbers !== undefined && view.type !== 'boolean') return numbers(view.numbers.slice(0, rows));
  const read = READ[type];
  return numbers(
    Float64Array.from(textsOf(view, rows), (text) => (text === null ? undefined : read(text)) ?? Number.NaN),
  );
}

function foundType({ numbers: found, type }: ColumnView): ValueType {
  if (found === undefined) return 'text';
  return type === 'boolean' ? 'truth' : 'number';
}

const textsOf = (view: ColumnView, rows: number): readonly (string | null)[] =>
  Array.from({ length: rows }, (_, row) => view.text(row));

function truthsOf(view: ColumnView, rows: number): TruthVector {
  const { numbers: found } = view;
  if (found === undefined || view.type !== 'boolean')
    return truths(Uint8Array.from(textsOf(view, rows), (text) => TRUTHS.get(text ?? '') ?? UNKNOWN));
  return truths(
    Uint8Array.from({ length: rows }, (_, row) => {
      const value = found[row] ?? Number.NaN;
      return Number.isNaN(value) ? UNKNOWN : value;
    }),
  );
}

/** A file without the column has no values in it. */
function nothing(rows: number, type: ValueType): Vector {
  if (type === 'text' || type === 'unknown') return texts(new Array<null>(rows).fill(null));
  return type === 'truth'
    ? truths(new Uint8Array(rows).fill(UNKNOWN))
    : numbers(new Float64Array(rows).fill(Number.NaN));
}

/** Which rows have no value in a column, as truths; a value of another type is one all the same. */
export function nullsOf({ batch }: Rows, name: string): TruthVector {
  const view = batch.column(name);
  const result = new Uint8Array(batch.rows).fill(view === undefined ? 1 : 0);
  if (view !== undefined && view.nulls > 0)
    for (let row = 0; row < batch.rows; row += 1) result[row] = view.isNull(row) ? 1 : 0;
  return truths(result);
}
