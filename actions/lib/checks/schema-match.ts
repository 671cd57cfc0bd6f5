import { looksAlike, nearestName } from '../nearest-name.ts';
import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, Discovery, FileEvidence } from './check.ts';
import { planned, refusal } from './planned.ts';

const ASPECTS = ['missing', 'extra', 'order', 'disjoint'] as const;
type Aspect = (typeof ASPECTS)[number];

/** What each way to match columns looks at; terms of Table Schema v2. */
const MATCHES: Readonly<Record<string, readonly Aspect[]>> = {
  exact: ['missing', 'extra', 'order'],
  equal: ['missing', 'extra'],
  subset: ['missing'],
  superset: ['extra'],
  partial: ['disjoint'],
};

/** Counts columns that are missing, unknown or in another order, file by file. */
export const schemaMatch: CheckDefinition = {
  name: 'schemaMatch',
  about: 'Columns that are missing, unknown or in another order, file by file',
  level: ['table'],
  aliases: [
    ['Frictionless', 'missing-label, extra-label, incorrect-label; fieldsMatch'],
    [
      'Great Expectations',
      'expect_table_columns_to_match_set, _to_match_ordered_list, expect_column_to_exist',
    ],
    ['TFDV', 'SCHEMA_NEW_COLUMN, SCHEMA_MISSING_COLUMN'],
    ['Soda', 'schema'],
    ['Pandera', 'strict, ordered'],
  ],
  dimension: 'conformity',
  threshold: NONE,
  units: ['columns'],
  parameters: [
    {
      name: 'fieldsMatch',
      kind: { oneOf: Object.keys(MATCHES) },
      about:
        'How the columns of a file relate to those of the contract: `exact` (all, in order), `equal` (all, in any ' +
        'order), `subset` (all, others too), `superset` (no others), `partial` (at least one)',
    },
    { name: 'aspects', kind: { manyOf: ASPECTS }, about: 'What to look at, in place of fieldsMatch' },
    { name: 'columns', kind: 'columns', about: "The columns that are expected; the contract's when absent" },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: schemaMatch, fieldsMatch: equal }`,
  plan(rule, table) {
    const given = readArguments(rule, schemaMatch.parameters, table);
    const columns = given.texts('columns') ?? table.columns.map(({ name }) => name);
    if (columns.length === 0) throw refusal(rule, 'no columns to match; list them in the contract');
    const aspects = ASPECTS.filter((aspect) =>
      (given.texts('aspects') ?? MATCHES[given.text('fieldsMatch') ?? 'equal'] ?? []).includes(aspect),
    );
    return {
      ...planned(schemaMatch, rule, aspects.map((aspect) => TITLES[aspect]).join(', ')),
      work: {
        kind: 'profile',
        decide({ table: { files } }) {
          const discoveries = files.flatMap((file) =>
            aspects.flatMap((aspect) =>
              PROBLEMS[aspect](file, columns).map((problem) => located(file, problem)),
            ),
          );
          return { count: discoveries.length, of: files.length * columns.length, discoveries };
        },
      },
    };
  },
};

const TITLES: Readonly<Record<Aspect, string>> = {
  missing: 'all columns are there',
  extra: 'no other columns',
  order: 'columns in the order of the contract',
  disjoint: 'at least one column of the contract',
};

type Problem = Pick<Discovery, 'field' | 'expected' | 'hint'>;

/** Names of columns stand in the first line of formats with a header. */
const located = ({ name, format }: FileEvidence, problem: Problem): Discovery => ({
  file: name,
  ...((format === 'csv' || format === 'tsv') && { place: { line: 1 } }),
  ...problem,
});

const PROBLEMS: Readonly<
  Record<Aspect, (file: FileEvidence, columns: readonly string[]) => readonly Problem[]>
> = {
  missing: (file, columns) => {
    const there = new Set(file.columns);
    const unknown = file.columns.filter((name) => !columns.includes(name));
    return columns
      .filter((name) => !there.has(name))
      .map((name) => ({ field: name, expected: `a column "${name}"`, ...similar(name, unknown) }));
  },
  extra: (file, columns) => {
    const known = new Set(columns);
    return file.columns
      .filter((name) => !known.has(name))
      .map((name) => ({ field: name, expected: 'only columns of the contract', hint: `a column "${name}"` }));
  },
  order: (file, columns) => {
    const at = columns.findIndex((name, index) => file.columns[index] !== name);
    if (at < 0) return [];
    const [name = '', found = ''] = [columns[at], file.columns[at]];
    return [{ field: name, expected: `"${name}" as column ${at + 1}`, hint: `"${found}" there` }];
  },
  disjoint: (file, columns) =>
    columns.some((name) => file.columns.includes(name))
      ? []
      : [{ expected: `a column of ${columns.join(', ')}` }],
};

function similar(name: string, candidates: readonly string[]): { readonly hint?: string } {
  const nearest = nearestName(name, candidates);
  if (nearest === undefined) return {};
  const alike = looksAlike(name, nearest) ? ', which looks alike but is written with other characters' : '';
  return { hint: `there is a column "${nearest}"${alike}` };
}
