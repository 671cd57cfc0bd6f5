import type { FetchedRow, KeyIndex, Position, RowLookup } from '../columns/key-index.ts';
import { NONE } from '../stats/threshold.ts';
import { type Arguments, readArguments } from './arguments.ts';
import type { CheckDefinition, Discovery, Evidence, Measurement, Rule, TableSpec } from './check.ts';
import { columnWithRole, profileOf, unmeasured } from './evidence.ts';
import { planned, refusal } from './planned.ts';
import {
  allColumns,
  byPosition,
  contentOf,
  fetchAll,
  hashNote,
  type KeyColumns,
  keyColumns,
  MAX_COMPARED,
  MAX_SHOWN,
  takeGroups,
  whereIs,
} from './row-keys.ts';

/** Counts rows that are alike in all features and differ in their label. */
export const conflictingLabels: CheckDefinition = {
  name: 'conflictingLabels',
  about:
    'Rows that are alike in every feature and differ in their label, each of them counted. Features are all columns ' +
    'but the label and those with the role id, group, time or weight; rows without a label are left out',
  level: ['table'],
  aliases: [['deepchecks', 'ConflictingLabels']],
  dimension: 'accuracy',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [
    { name: 'label', kind: 'column', about: 'The label; the column with the role `label` when absent' },
    {
      name: 'features',
      kind: 'columns',
      about: 'The columns that must differ; all but those named above when absent',
    },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: conflictingLabels, label: churned, mustBe: 0 }`,
  plan(rule, table) {
    const given = readArguments(rule, conflictingLabels.parameters, table);
    const question = questionOf(rule, given, table);
    const { label, features, except } = question;
    const key = features ?? ('all' as const);
    return {
      ...planned(conflictingLabels, rule, `one ${label} for equal features`),
      field: label,
      work: {
        kind: 'keys',
        keys: [
          { columns: key, ...(features === undefined && { except: [...except, label] }), skipNulls: false },
          {
            columns: features === undefined ? 'all' : [...features, label],
            ...(features === undefined && { except }),
            skipNulls: false,
          },
        ],
        decide: ([plain, labelled], [lookup], evidence) =>
          decide(question, plain, labelled, lookup, evidence),
      },
    };
  },
};

interface Question {
  readonly label: string;
  readonly features: readonly string[] | undefined;
  readonly except: readonly string[];
  readonly table: TableSpec;
}

const NO_FEATURES: readonly string[] = ['id', 'group', 'time', 'weight'];

function questionOf(rule: Rule, given: Arguments, table: TableSpec): Question {
  const label = given.text('label') ?? columnWithRole(table, 'label');
  if (label === undefined)
    throw refusal(rule, 'name the label in "label", or give a column the role label in the contract');
  const features = given.texts('features');
  if (features?.includes(label)) throw refusal(rule, `the label "${label}" cannot be a feature`);
  const except = table.columns.filter(({ role }) => NO_FEATURES.includes(role ?? '')).map(({ name }) => name);
  return { label, features, except: except.filter((name) => name !== label), table };
}

async function decide(
  question: Question,
  plain: KeyIndex | undefined,
  labelled: KeyIndex | undefined,
  lookup: RowLookup | undefined,
  evidence: Evidence,
): Promise<Measurement> {
  const { label, table } = question;
  if (plain === undefined || labelled === undefined || profileOf(evidence.table, label) === undefined)
    return unmeasured(`the data lacks the label "${label}" or a feature`);
  const of = evidence.table.rows;
  if (plain.distinct() === labelled.distinct()) return { count: 0, of };
  if (lookup?.elsewhere) return decideByHash(question, plain, labelled, lookup, evidence);
  const features = question.features ?? allColumns(evidence, [...question.except, label]);
  const columns = keyColumns([...features, label], table, evidence.table);
  const { groups, left } = takeGroups(plain.repeats(), MAX_COMPARED, (rows) => rows);
  const positions = groups.flatMap((group) => group.positions).sort(byPosition);
  const conflicts = conflictsAmong(await fetchAll(lookup, positions, columns), columns);
  const note =
    left === 0 ? undefined : `at least: ${hashNote(left) ?? ''} and their labels were not compared`;
  return {
    count: conflicts.length,
    of,
    discoveries: conflicts.slice(0, MAX_SHOWN).map((conflict) => describe(conflict, label)),
    ...(note !== undefined && { note }),
  };
}

/**
 * The same at the word of the hashes, where the rows are not here: rows of a group that are not all one group with
 * their label, too. Which of them have no label is not to be seen, so that then only their absence is certain.
 */
async function decideByHash(
  { label }: Question,
  plain: KeyIndex,
  labelled: KeyIndex,
  lookup: RowLookup,
  evidence: Evidence,
): Promise<Measurement> {
  const of = evidence.table.rows;
  const groupOf = new Map<string, number>();
  let groups = 0;
  for (const { positions } of labelled.repeats()) {
    for (const { file, at } of positions) groupOf.set(`${file}:${at}`, groups);
    groups += 1;
  }
  const pairs: { readonly own: Position; readonly other: Position }[] = [];
  for (const { positions } of plain.repeats()) {
    const group = ({ file, at }: Position): number | string =>
      groupOf.get(`${file}:${at}`) ?? `${file}:${at}`;
    const [first] = positions;
    const other = first && positions.find((position) => group(position) !== group(first));
    if (first === undefined || other === undefined) continue;
    pairs.push(...positions.map((own) => ({ own, other: group(own) === group(first) ? other : first })));
  }
  if (pairs.length > 0 && (profileOf(evidence.table, label)?.missing ?? 0) > 0)
    return {
      count: undefined,
      note: 'rows that other jobs read cannot be looked at, and some have no label: read all of the data in one job',
      verdict: { status: 'inconclusive' },
    };
  const shown = pairs.sort((a, b) => byPosition(a.own, b.own)).slice(0, MAX_SHOWN);
  const rows = await lookup.fetch(
    shown.flatMap(({ own, other }) => [own, other]),
    [],
  );
  const note = hashNote(pairs.length);
  return {
    count: pairs.length,
    of,
    discoveries: shown.flatMap((_, at) => {
      const [row, other] = [rows[2 * at], rows[2 * at + 1]];
      return row && other ? [describe({ row, other }, label)] : [];
    }),
    ...(note !== undefined && { note }),
  };
}

/** A row, and an earlier (for the first: a later) row with the same features and another label. */
interface Conflict {
  readonly row: FetchedRow;
  readonly other: FetchedRow;
}

const labelOf = (row: FetchedRow): string | null => row.texts.at(-1) ?? null;

function conflictsAmong(rows: readonly FetchedRow[], columns: KeyColumns): readonly Conflict[] {
  const features: KeyColumns = { names: columns.names.slice(0, -1), readings: columns.readings.slice(0, -1) };
  const own: KeyColumns = { names: columns.names.slice(-1), readings: columns.readings.slice(-1) };
  const value = (row: FetchedRow): string => contentOf([labelOf(row)], own);
  const alike = Map.groupBy(
    rows.filter((row) => labelOf(row) !== null),
    (row) => contentOf(row.texts, features),
  );
  return [...alike.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const other = group.find((row) => value(row) !== value(first));
      if (other === undefined) return [];
      return group.map((row) => ({ row, other: value(row) === value(first) ? other : first }));
    })
    .sort((a, b) => byPosition(a.row.position, b.row.position));
}

const describe = ({ row, other }: Conflict, label: string): Discovery => ({
  file: row.file,
  place: {
    ...(row.line !== undefined && { line: row.line }),
    ...(row.row !== undefined && { row: row.row }),
  },
  field: label,
  ...(row.texts.length > 0 && { value: labelOf(row) ?? '' }),
  expected: 'the same label as for equal features',
  hint: `${whereIs(other, row)} has another`,
});
