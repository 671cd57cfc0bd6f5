import type { FetchedRow, KeyIndex, RowLookup } from '../columns/key-index.ts';
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
 * that the first ones of both belong together. Compared by content unless hashes are the values themselves.
 */
export async function sharedRows(later: Side, earlier: Side, columns: KeyColumns): Promise<SharedRows> {
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
