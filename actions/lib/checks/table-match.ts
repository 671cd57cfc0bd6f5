import type { KeyGroup, KeyIndex, RowLookup } from '../columns/key-index.ts';
import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, Discovery, Evidence, Measurement, TableSpec } from './check.ts';
import { unmeasured } from './evidence.ts';
import { planned } from './planned.ts';
import { typeClash } from './referential-integrity.ts';
import { byPosition, fetchAll, type KeyColumns, keyColumns, MAX_SHOWN, rowDiscovery } from './row-keys.ts';

/** Counts rows that this table and another do not have in common. */
export const tableMatch: CheckDefinition = {
  name: 'tableMatch',
  about:
    'Rows that this table and another table of the contract do not have in common, whatever their order; rows that ' +
    'one has more often count by the difference',
  level: ['table'],
  aliases: [
    ['Pointblank', 'tbl_match'],
    ['Deequ', 'DatasetMatch'],
    ['Soda', 'reconciliation'],
    ['Great Expectations', 'expect_table_to_match…'],
  ],
  dimension: 'consistency',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [
    { name: 'table', kind: 'table', required: true, about: 'The other table' },
    { name: 'columns', kind: 'columns', about: 'The columns that are compared; all when absent' },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: tableMatch, table: customers_source, columns: [customer_id, plan], mustBe: 0 }`,
  plan(rule, table) {
    const given = readArguments(rule, tableMatch.parameters, table);
    const other = given.text('table') ?? '';
    const columns = given.texts('columns');
    const key = columns ?? ('all' as const);
    return {
      ...planned(tableMatch, rule, `the same rows as ${other}`),
      work: {
        kind: 'keys',
        keys: [
          { columns: key, skipNulls: false },
          { columns: key, skipNulls: false, table: other },
        ],
        decide: ([own, others], lookups, evidence) =>
          decide({ table, other, columns }, [own, others], lookups, evidence),
      },
    };
  },
};

interface Question {
  readonly table: TableSpec;
  readonly other: string;
  readonly columns: readonly string[] | undefined;
}

async function decide(
  { table, other, columns }: Question,
  [own, others]: readonly (KeyIndex | undefined)[],
  [lookup, otherLookup]: readonly (RowLookup | undefined)[],
  evidence: Evidence,
): Promise<Measurement> {
  const matched = evidence.tables.get(other);
  if (matched === undefined || own === undefined || others === undefined)
    return unmeasured(`the table "${other}" was not read, or one of the two lacks a column`);
  const of = evidence.table.rows;
  const names = evidence.table.columns.map(({ name }) => name).sort();
  const lacking = difference(
    names,
    matched.columns.map(({ name }) => name),
  );
  if (columns === undefined && lacking !== undefined)
    return {
      count: Math.max(of, matched.rows),
      of,
      discoveries: [{ field: lacking, expected: `the columns of ${other}`, hint: 'only one table has it' }],
    };
  const compared = columns ?? names;
  const clash = typeClash([evidence.table, compared], [matched, compared]);
  if (clash !== undefined) return unmeasured(clash);
  const key = keyColumns(compared, table, evidence.table);
  const only = [...own.missingFrom(others)];
  const lost = [...others.missingFrom(own)];
  return {
    count: rowsIn(only) + rowsIn(lost) + repeatsApart(own, others),
    of,
    discoveries: [
      ...(await shown(only, lookup, key, `a row of ${other}`)),
      ...(await shown(lost, otherLookup, key, `a row of ${table.name || 'this table'}`)),
    ],
  };
}

/** A name that only one of two lists has. */
function difference(a: readonly string[], b: readonly string[]): string | undefined {
  return a.find((name) => !b.includes(name)) ?? b.find((name) => !a.includes(name));
}

const rowsIn = (groups: readonly KeyGroup[]): number =>
  groups.reduce((sum, { positions }) => sum + positions.length, 0);

/** Both sides give the groups they share in the order of the hashes. */
function repeatsApart(own: KeyIndex, others: KeyIndex): number {
  const theirs = others.common(own)[Symbol.iterator]();
  let apart = 0;
  for (const { positions } of own.common(others)) {
    const next = theirs.next();
    apart += Math.abs(positions.length - (next.done ? 0 : next.value.positions.length));
  }
  return apart;
}

async function shown(
  groups: readonly KeyGroup[],
  lookup: RowLookup | undefined,
  key: KeyColumns,
  expected: string,
): Promise<readonly Discovery[]> {
  const positions = groups.flatMap((group) => group.positions).sort(byPosition);
  const rows = await fetchAll(lookup, positions.slice(0, MAX_SHOWN), key);
  return rows.map((row) => rowDiscovery(row, key, { expected }));
}
