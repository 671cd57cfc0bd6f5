import type { FetchedRow, KeyIndex, Position, RowLookup } from '../columns/key-index.ts';
import {
  byPosition,
  contentOf,
  fetchAll,
  type KeyColumns,
  MAX_COMPARED,
  MAX_SHOWN,
  takeGroups,
} from './row-keys.ts';

/** One side of a comparison by content. */
export interface Side {
  readonly index: KeyIndex;
  readonly lookup: RowLookup | undefined;
}

/** Rows of one side that the other has as well. */
export interface SharedRows {
  readonly count: number;
  /** The first of them, in file order, with a row of the other side that is equal. */
  readonly shown: readonly { readonly row: FetchedRow; readonly twin: FetchedRow }[];
  /** Rows that were not compared by content. */
  readonly left: number;
}

const one = (rows: number): number => rows;

/**
 * Finds the rows of `later` whose key `earlier` has. Both give the keys they share in the order of the hashes, so
 * that the first ones of both belong together. Compared by content unless hashes are the values themselves, or the
 * rows are not here.
 */
export async function sharedRows(later: Side, earlier: Side, columns: KeyColumns): Promise<SharedRows> {
  if (later.lookup?.elsewhere || earlier.lookup?.elsewhere) return sharedByHash(later, earlier, columns);
  const trusted = later.index.bijective && earlier.index.bijective;
  const own = takeGroups(later.index.common(earlier.index), MAX_COMPARED, one);
  const theirs = takeGroups(earlier.index.common(later.index), MAX_COMPARED, one);
  const pairs = Math.min(own.groups.length, theirs.groups.length);
  const [mine, twins] = [own, theirs].map(({ groups }) =>
    groups
      .slice(0, pairs)
      .flatMap((group) => group.positions)
      .sort(byPosition),
  );
  const beyond = own.groups.slice(pairs).reduce((sum, { positions }) => sum + positions.length, 0) + own.left;
  const some = trusted ? (mine ?? []).slice(0, MAX_SHOWN) : (mine ?? []);
  const known = new Map<string, FetchedRow>();
  for (const row of await fetchAll(earlier.lookup, twins ?? [], columns)) {
    const content = contentOf(row.texts, columns);
    if (!known.has(content)) known.set(content, row);
  }
  const met = (await fetchAll(later.lookup, some, columns)).flatMap((row) => {
    const twin = known.get(contentOf(row.texts, columns));
    return twin === undefined ? [] : [{ row, twin }];
  });
  return {
    count: (trusted ? (mine ?? []).length : met.length) + beyond,
    shown: met.slice(0, MAX_SHOWN),
    left: trusted ? 0 : beyond,
  };
}

/** The same at the word of the hashes. */
async function sharedByHash(later: Side, earlier: Side, columns: KeyColumns): Promise<SharedRows> {
  const theirs = earlier.index.common(later.index)[Symbol.iterator]();
  const pairs: { readonly own: Position; readonly twin: Position }[] = [];
  let count = 0;
  for (const { positions } of later.index.common(earlier.index)) {
    count += positions.length;
    const next = theirs.next();
    const twin = next.done ? undefined : next.value.positions[0];
    if (twin !== undefined && pairs.length < MAX_COMPARED)
      pairs.push(...positions.map((own) => ({ own, twin })));
  }
  const first = pairs.sort((a, b) => byPosition(a.own, b.own)).slice(0, MAX_SHOWN);
  const fetch = (side: Side, of: 'own' | 'twin') =>
    fetchAll(
      side.lookup,
      first.map((pair) => pair[of]),
      columns,
    );
  const [rows, twins] = [await fetch(later, 'own'), await fetch(earlier, 'twin')];
  const shown = rows.flatMap((row, at) => {
    const twin = twins[at];
    return twin === undefined ? [] : [{ row, twin }];
  });
  return { count, shown, left: later.index.bijective && earlier.index.bijective ? 0 : count };
}
