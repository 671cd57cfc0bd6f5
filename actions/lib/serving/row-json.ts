import type { JsonColumn } from './json-cells.ts';

/** Writes rows `from` to `to` (exclusive) of some columns as JSON. */
export type RowsJson = (columns: readonly JsonColumn[], from: number, to: number) => string;

/** `[[1, "a"], [2, "b"]]` */
export const arrayOfRows: RowsJson = (columns, from, to) =>
  rows(from, to, (row) => `[${columns.map((column) => column.json(row)).join(',')}]`);

/** `[{"x": 1, "y": "a"}, {"x": 2, "y": "b"}]` */
export const objectsOfRows: RowsJson = (columns, from, to) => {
  const keys = columns.map(({ name }) => JSON.stringify(name));
  return rows(
    from,
    to,
    (row) => `{${columns.map((column, index) => `${keys[index]}:${column.json(row)}`).join(',')}}`,
  );
};

const rows = (from: number, to: number, json: (row: number) => string): string =>
  `[${Array.from({ length: to - from }, (_, index) => json(from + index)).join(',')}]`;
