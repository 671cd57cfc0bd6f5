import type { FetchedRow, KeyGroup, KeyIndex, Position, RowLookup } from '../columns/key-index.ts';
import type { Discovery, Measurement } from './check.ts';
import {
  byPosition,
  contentOf,
  fetchAll,
  hashNote,
  type KeyColumns,
  MAX_COMPARED,
  MAX_SHOWN,
  rowDiscovery,
  takeGroups,
  whereIs,
} from './row-keys.ts';

/** A row that repeats an earlier one. */
interface Repeat {
  readonly position: Position;
  readonly first: Position;
}

/**
 * Counts the rows whose key an earlier row has. Rows with equal hashes are compared by content, up to 100,000 of
 * them, unless their hashes are the values themselves or the rows are not here.
 *
 * @param of - rows that a percentage refers to
 */
export async function countRepeats(
  index: KeyIndex,
  lookup: RowLookup | undefined,
  columns: KeyColumns,
  of: number,
  expected: string,
): Promise<Measurement> {
  const { groups, left } = takeGroups(index.repeats(), MAX_COMPARED, (rows) => rows - 1);
  const trusted = index.bijective || lookup?.elsewhere === true;
  const repeats = trusted ? groups.flatMap(repeatsOf) : await compared(groups, lookup, columns);
  repeats.sort((a, b) => byPosition(a.position, b.position));
  const note = index.bijective ? undefined : hashNote(trusted ? repeats.length + left : left);
  return {
    count: repeats.length + left,
    of,
    discoveries: await describe(repeats.slice(0, MAX_SHOWN), lookup, columns, expected),
    ...(note !== undefined && { note }),
  };
}

function repeatsOf({ positions }: KeyGroup): readonly Repeat[] {
  const [first, ...others] = [...positions].sort(byPosition);
  return first === undefined ? [] : others.map((position) => ({ position, first }));
}

async function compared(
  groups: readonly KeyGroup[],
  lookup: RowLookup | undefined,
  columns: KeyColumns,
): Promise<Repeat[]> {
  const positions = groups.flatMap((group) => group.positions).sort(byPosition);
  const first = new Map<string, Position>();
  const repeats: Repeat[] = [];
  for (const { position, texts } of await fetchAll(lookup, positions, columns)) {
    const content = contentOf(texts, columns);
    const known = first.get(content);
    if (known === undefined) first.set(content, position);
    else repeats.push({ position, first: known });
  }
  return repeats;
}

async function describe(
  repeats: readonly Repeat[],
  lookup: RowLookup | undefined,
  columns: KeyColumns,
  expected: string,
): Promise<readonly Discovery[]> {
  const rows = await fetchAll(
    lookup,
    repeats.flatMap(({ position, first }) => [position, first]),
    columns,
  );
  return repeats.flatMap((_, index) => {
    const [row, first]: readonly (FetchedRow | undefined)[] = [rows[2 * index], rows[2 * index + 1]];
    if (row === undefined || first === undefined) return [];
    return [rowDiscovery(row, columns, { expected, hint: `first in ${whereIs(first, row)}` })];
  });
}
