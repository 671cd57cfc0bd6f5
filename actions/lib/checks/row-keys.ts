import type { FetchedRow, KeyGroup, Position, RowLookup } from '../columns/key-index.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import { parseInteger, parseNumber } from '../tabular/number-text.ts';
import type { Discovery, Evidence, TableEvidence, TableSpec } from './check.ts';
import { instant } from './constraints.ts';
import { profileOf, specOf } from './evidence.ts';

/** Rows that are compared by content; of more, the rest is taken at the word of its 64-bit hashes. */
export const MAX_COMPARED = 100_000;
/** Rows that are read once more to be shown. */
export const MAX_SHOWN = 1_000;

/** The columns of a key, and how the texts of each are read. */
export interface KeyColumns {
  readonly names: readonly string[];
  readonly readings: readonly Reading[];
}

interface Reading {
  readonly type: ColumnType | undefined;
  readonly format: string | undefined;
}

/** Columns with the types the contract gives them, else those that were found. */
export function keyColumns(names: readonly string[], spec: TableSpec, read: TableEvidence): KeyColumns {
  const readings = names.map((name): Reading => {
    const declared = specOf(spec, name);
    const found = profileOf(read, name)?.type;
    return { type: declared?.type ?? (found === 'empty' ? undefined : found), format: declared?.format };
  });
  return { names, readings };
}

/** Every column of a table but some, in order of name. */
export const allColumns = ({ table }: Evidence, except: readonly string[] = []): readonly string[] =>
  table.columns
    .map(({ name }) => name)
    .filter((name) => !except.includes(name))
    .sort();

/** The values of a row as one text, equal for equal values: 1 and 1.0 are one number. */
export const contentOf = (texts: readonly (string | null)[], { readings }: KeyColumns): string =>
  JSON.stringify(readings.map((reading, index) => readText(texts[index] ?? null, reading)));

function readText(text: string | null, reading: Reading): string | number | null {
  if (text === null) return null;
  switch (reading.type) {
    case 'integer':
    case 'number': {
      const whole = parseInteger(text);
      return typeof whole === 'bigint' ? `${whole}` : (parseNumber(text) ?? text);
    }
    case 'boolean':
      return text.toLowerCase();
    case 'date':
    case 'timestamp':
    case 'time':
      return instant(text, { type: reading.type, format: reading.format }) ?? text;
    default:
      return text;
  }
}

/** Some groups of rows, and how many rows the others have. */
export interface TakenGroups {
  readonly groups: readonly KeyGroup[];
  readonly rows: number;
  /** What the groups left out count. */
  readonly left: number;
}

/** Takes whole groups up to a number of rows, and counts the rest. */
export function takeGroups(
  groups: Iterable<KeyGroup>,
  most: number,
  worth: (rows: number) => number,
): TakenGroups {
  const taken: KeyGroup[] = [];
  let rows = 0;
  let left = 0;
  for (const group of groups) {
    const size = group.positions.length;
    if (left === 0 && rows + size <= most) {
      taken.push(group);
      rows += size;
    } else left += worth(size);
  }
  return { groups: taken, rows, left };
}

/** What a reader must know when not every row was compared. */
export const hashNote = (left: number): string | undefined =>
  left === 0 ? undefined : `${left} of the rows are known by their 64-bit hashes alone`;

/** In the order of the files. */
export const byPosition = (a: Position, b: Position): number => a.file - b.file || a.at - b.at;

/** Reads rows once more, in the order given. */
export async function fetchAll(
  lookup: RowLookup | undefined,
  positions: readonly Position[],
  columns: KeyColumns,
): Promise<readonly FetchedRow[]> {
  if (lookup === undefined || positions.length === 0) return [];
  const found = await lookup.fetch(positions, columns.names);
  const known = new Map(found.map((row) => [positionKey(row.position), row]));
  return positions.flatMap((position) => known.get(positionKey(position)) ?? []);
}

const positionKey = ({ file, at }: Position): string => `${file}:${at}`;

/** A finding about a row that was read once more. */
export const rowDiscovery = (
  row: FetchedRow,
  { names }: KeyColumns,
  rest: Pick<Discovery, 'expected' | 'hint'>,
): Discovery => ({
  file: row.file,
  place: {
    ...(row.line !== undefined && { line: row.line }),
    ...(row.row !== undefined && { row: row.row }),
  },
  ...(names.length <= 5 && { field: names.join(', '), columns: names }),
  ...(names.length <= 5 &&
    row.texts.length > 0 && {
      value: row.texts
        .slice(0, names.length)
        .map((text) => text ?? '')
        .join(', '),
    }),
  ...rest,
});

/** `line 4`, `row 2 of b.parquet`; `b.parquet` where more is not known. */
export function whereIs({ file, line, row }: FetchedRow, from: FetchedRow): string {
  const same = file === from.file;
  if (line === undefined && row === undefined) return same ? 'the same file' : file;
  return `${line === undefined ? `row ${row}` : `line ${line}`}${same ? '' : ` of ${file}`}`;
}
