import type { KeyIndex, RowLookup } from '../columns/key-index.ts';
import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, Evidence, Measurement, TableEvidence, TableSpec } from './check.ts';
import { family, profileOf, unmeasured } from './evidence.ts';
import { planned, refusal } from './planned.ts';
import { byPosition, fetchAll, keyColumns, MAX_SHOWN, rowDiscovery } from './row-keys.ts';

/** Counts rows that refer to a row of another table that is not there. */
export const referentialIntegrity: CheckDefinition = {
  name: 'referentialIntegrity',
  about:
    'Rows whose values in some columns no row of another table of the contract has; rows without a value in one of ' +
    'them refer to nothing',
  level: ['column', 'table'],
  aliases: [
    ['ODCS', 'relationships'],
    ['dbt', 'relationships'],
    ['Frictionless', 'foreign-key; foreignKeys'],
    ['Deequ', 'ReferentialIntegrity'],
    ['Pointblank', 'col_vals_in_table'],
    ['Croissant', 'references'],
  ],
  dimension: 'consistency',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [
    { name: 'columns', kind: 'columns', about: 'The columns that refer; for rules on the table' },
    { name: 'table', kind: 'table', about: 'The table that is referred to; this one when absent' },
    { name: 'references', kind: 'values', required: true, about: 'Its columns, in the same order' },
  ],
  example: `properties:
  - name: plan
    quality:
      - { type: custom, engine: validateData, implementation: { check: referentialIntegrity, table: plans, references: [plan_id], mustBe: 0 } }`,
  plan(rule, table) {
    const given = readArguments(rule, referentialIntegrity.parameters, table);
    const columns = given.texts('columns') ?? (rule.column === undefined ? undefined : [rule.column]);
    const references = given.texts('references');
    if (columns === undefined) throw refusal(rule, 'a rule on the table needs the list "columns"');
    if (references === undefined || references.length !== columns.length)
      throw refusal(rule, `references: expected the names of ${columns.length} columns`);
    const other = given.text('table') === table.name ? undefined : given.text('table');
    const target = `${other ?? table.name}.${references.join(' + ')}`;
    const question: Question = { table, columns, references, other, expected: `a value of ${target}` };
    return {
      ...planned(referentialIntegrity, rule, `${columns.join(' + ')} refers to ${target}`),
      ...(columns.length === 1 && { field: columns[0] ?? '' }),
      work: {
        kind: 'keys',
        keys: [
          { columns, skipNulls: true },
          { columns: references, skipNulls: true, ...(other !== undefined && { table: other }) },
        ],
        decide: ([own, target], [lookup], evidence) => decide(question, own, target, lookup, evidence),
      },
    };
  },
};

interface Question {
  readonly table: TableSpec;
  readonly columns: readonly string[];
  readonly references: readonly string[];
  readonly other: string | undefined;
  readonly expected: string;
}

async function decide(
  { table, columns, references, other, expected }: Question,
  own: KeyIndex | undefined,
  target: KeyIndex | undefined,
  lookup: RowLookup | undefined,
  evidence: Evidence,
): Promise<Measurement> {
  if (own === undefined) return unmeasured(`the data lacks a column of ${columns.join(', ')}`);
  const referred = other === undefined ? evidence.table : evidence.tables.get(other);
  if (target === undefined || referred === undefined)
    return unmeasured(
      `the table "${other ?? table.name}" was not read, or lacks a column of ${references.join(', ')}`,
    );
  const clash = typeClash([evidence.table, columns], [referred, references]);
  if (clash !== undefined) return unmeasured(clash);
  // Different hashes are proof of different values: nothing has to be read once more to be sure.
  const orphans = [...own.missingFrom(target)].flatMap((group) => group.positions);
  const shown = orphans.sort(byPosition).slice(0, MAX_SHOWN);
  const key = keyColumns(columns, table, evidence.table);
  const rows = await fetchAll(lookup, shown, key);
  return {
    count: orphans.length,
    of: evidence.table.rows,
    discoveries: rows.map((row) => rowDiscovery(row, key, { expected })),
  };
}

type Side = readonly [table: TableEvidence, columns: readonly string[]];

/** Why the values of two keys cannot be equal whatever they are: numbers on one side, texts on the other. */
export function typeClash([table, columns]: Side, [other, others]: Side): string | undefined {
  for (const [index, name] of columns.entries()) {
    const [a, b] = [profileOf(table, name)?.type, profileOf(other, others[index] ?? '')?.type];
    if (a === undefined || b === undefined || a === 'empty' || b === 'empty') continue;
    if (family(a) !== family(b))
      return `"${name}" is of type ${a} and "${others[index] ?? ''}" of type ${b}; declare one type in the contract`;
  }
  return undefined;
}
