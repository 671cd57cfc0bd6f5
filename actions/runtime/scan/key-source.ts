import type { KeyNeed } from '../../lib/checks/check.ts';
import type { KeyMaterial } from '../../lib/checks/finish-run.ts';
import type { KeySpec } from '../../lib/columns/key-index.ts';
import { keyIndex } from '../../lib/columns/key-runs.ts';
import { type LookupPart, rowLookup } from './row-lookup.ts';
import { readSpilled } from './spill.ts';
import type { ReadTable } from './table-parts.ts';

/** The spec of a need, without where it is to be found. */
const specOf = ({ columns, except, skipNulls }: KeySpec): KeySpec => ({
  columns,
  ...(except !== undefined && { except }),
  skipNulls,
});

const idOf = (need: KeySpec): string => JSON.stringify(specOf(need));

/** The keys that a table must collect for checks, its own and those of other tables; each once. */
export function keysFor(needs: readonly KeyNeed[]): readonly KeySpec[] {
  return [...new Map(needs.map((need) => [idOf(need), specOf(need)])).values()];
}

/**
 * Finds the keys that checks ask for in the tables that were read.
 *
 * @param own - the table whose checks ask
 */
export function keySource(
  kernels: WebAssembly.Module,
  own: ReadTable,
  tables: readonly ReadTable[],
): (needs: readonly KeyNeed[]) => Promise<readonly (KeyMaterial | undefined)[]> {
  return async (needs) =>
    needs.map((need) => {
      const table = need.table === undefined ? own : tables.find(({ spec }) => spec.name === need.table);
      return table && materialOf(kernels, table, need);
    });
}

function materialOf(kernels: WebAssembly.Module, table: ReadTable, need: KeyNeed): KeyMaterial | undefined {
  const parts = table.parts.filter(({ split }) => need.split === undefined || split === need.split);
  const at = table.keys.findIndex((spec) => idOf(spec) === idOf(need));
  if (parts.length === 0 || at < 0 || !hasColumns(parts, need)) return undefined;
  const collected = parts.flatMap(({ scanned, elsewhere = [] }) => [
    ...(scanned?.parts ?? []).flatMap(({ keys }) => keys[at] ?? []),
    ...(elsewhere[at] ? [elsewhere[at]] : []),
  ]);
  return {
    index: keyIndex(
      collected.flatMap(({ runs }) => runs),
      collected.every(({ bijective }) => bijective),
      readSpilled,
    ),
    rows: rowLookup(kernels, lookupParts(parts), absentFiles(parts)),
  };
}

const lookupParts = (parts: ReadTable['parts']): readonly LookupPart[] =>
  parts.flatMap(({ scanned, again, files }) => {
    const scan = scanned ? async () => scanned : again;
    return scan ? [{ files: files.map(({ plan }) => plan.index), scan }] : [];
  });

const absentFiles = (parts: ReadTable['parts']) =>
  parts.flatMap(({ scanned, again, files }) => (scanned || again ? [] : files.map(({ plan }) => plan)));

function hasColumns(parts: ReadTable['parts'], need: KeySpec): boolean {
  if (need.columns === 'all') return true;
  const names = new Set(parts.flatMap(({ columns }) => columns.map(({ name }) => name)));
  return need.columns.every((name) => names.has(name));
}
