import type {
  FetchedRow,
  KeyGroup,
  KeyIndex,
  KeySpec,
  Position,
  RowLookup,
} from '../../actions/lib/columns/key-index.ts';
import { type Misfit, type Value, valueText } from '../../actions/lib/tabular/column-type.ts';
import type { Cell } from '../../actions/lib/tabular/table.ts';
import {
  fileView,
  type PlainFile,
  type PlainReading,
  plainPlace,
  readColumn,
  rowsOf,
  sameness,
} from './plain-batch.ts';

/** Files of a table with their numbers. */
export interface NumberedFile {
  readonly index: number;
  readonly file: PlainFile;
}

/** Turns the values of a key into its hash; other functions make keys collide. */
export type PlainHash = (key: string) => string;

const textOf = (cell: Cell | undefined): string | null =>
  cell === null || cell === undefined ? null : valueText(cell);

/** The keys of all rows, in a map; `undefined` when a file lacks a column. */
export function plainKeyIndex(
  files: readonly NumberedFile[],
  spec: KeySpec,
  reading: PlainReading,
  hash: PlainHash = (key) => key,
): (KeyIndex & { readonly groups: ReadonlyMap<string, readonly Position[]> }) | undefined {
  const groups = new Map<string, Position[]>();
  let rows = 0;
  for (const { index, file } of files) {
    const names =
      spec.columns === 'all'
        ? Object.keys(file.columns)
            .filter((name) => !spec.except?.includes(name))
            .sort()
        : spec.columns;
    if (names.some((name) => file.columns[name] === undefined)) return undefined;
    const columns = names.map((name) => readColumn(file, name, reading));
    for (let row = 0; row < rowsOf(file); row += 1) {
      const key = columns.map(({ values, cells }) => keyOf(values[row] ?? null, cells[row]));
      if (spec.skipNulls && key.includes(null)) continue;
      rows += 1;
      const hashed = hash(JSON.stringify(key));
      const group = groups.get(hashed);
      if (group) group.push({ file: index, at: row });
      else groups.set(hashed, [{ file: index, at: row }]);
    }
  }
  const sorted = new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
  const chosen = (wanted: (key: string, positions: readonly Position[]) => boolean): readonly KeyGroup[] =>
    [...sorted].filter(([key, positions]) => wanted(key, positions)).map(([, positions]) => ({ positions }));
  const keysOf = (other: KeyIndex): ReadonlyMap<string, unknown> =>
    'groups' in other && other.groups instanceof Map ? other.groups : new Map();
  return {
    groups: sorted,
    rows,
    bijective: false,
    distinct: () => sorted.size,
    repeats: () => chosen((_, positions) => positions.length > 1),
    common: (other) => chosen((key) => keysOf(other).has(key)),
    missingFrom: (other) => chosen((key) => !keysOf(other).has(key)),
  };
}

const keyOf = (value: Value | Misfit | null, cell: Cell | undefined): string | null =>
  sameness(value, textOf(cell));

/** Reads rows from the lists. */
export const plainLookup = (files: readonly NumberedFile[], reading: PlainReading): RowLookup => ({
  async fetch(positions, columns) {
    return positions.map((position): FetchedRow => {
      const file = files.find(({ index }) => index === position.file)?.file ?? { columns: {} };
      const names = columns === 'all' ? Object.keys(file.columns).sort() : columns;
      const view = fileView(file, position.file);
      return {
        position,
        file: view.name,
        ...plainPlace(file, position.at),
        texts: names.map((name) => textOf(readColumn(file, name, reading).cells[position.at])),
      };
    });
  },
});
