import type { MalformedRow } from '../columns/column-batch.ts';
import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, Discovery, Evidence, FileEvidence, RowsWork } from './check.ts';
import { planned } from './planned.ts';

type RowKind = MalformedRow['kind'];
type LabelKind = 'duplicate-label' | 'blank-label';

const ROWS: Readonly<Record<RowKind, string>> = {
  'extra-cell': 'no more cells than columns',
  'missing-cell': 'a cell for each column',
  'blank-row': 'no blank line',
};
const LABELS: Readonly<Record<LabelKind, string>> = {
  'duplicate-label': 'a name of its own for each column',
  'blank-label': 'a name for each column',
};
const CONTROL = 'control-character';
const CONTROL_WORDS = 'no NUL character';
const KINDS = [...Object.keys(ROWS), ...Object.keys(LABELS), CONTROL];

/** Counts rows that do not fit the header, and labels that do not name a column. */
export const csvStructure: CheckDefinition = {
  name: 'csvStructure',
  about:
    'Rows with more or fewer cells than there are columns, blank lines, labels that are blank or repeated, and NUL ' +
    'characters. The cells of rows that do not fit are in no column: it is unknown whose they are',
  level: ['table'],
  aliases: [
    ['Frictionless', 'blank-row, extra-cell, missing-cell, duplicate-label, blank-label'],
    ['qsv', 'validate (RFC 4180)'],
  ],
  dimension: 'conformity',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [{ name: 'kinds', kind: { manyOf: KINDS }, about: 'What to look at; all when absent' }],
  example: `quality:
  - type: custom
    engine: validateData
    severity: warning
    implementation: { check: csvStructure, kinds: [blank-row], mustBeLessOrEqualTo: 1 }`,
  plan(rule, table) {
    const kinds = readArguments(rule, csvStructure.parameters, table).texts('kinds') ?? KINDS;
    return {
      ...planned(csvStructure, rule, titleOf(kinds)),
      work: structureWork(new Set(kinds)),
    };
  },
};

const titleOf = (kinds: readonly string[]): string =>
  Object.entries({ ...ROWS, ...LABELS, [CONTROL]: CONTROL_WORDS })
    .filter(([kind]) => kinds.includes(kind))
    .map(([, words]) => words)
    .join(', ');

const structureWork = (kinds: ReadonlySet<string>): RowsWork => ({
  kind: 'rows',
  start(_setup, discoveries) {
    let count = 0;
    let rows = 0;
    return {
      batch(batch) {
        const { file, malformed, malformedCounts } = batch;
        rows += batch.rows + sum(Object.values(malformedCounts));
        const met = sum(ROW_KINDS.filter((kind) => kinds.has(kind)).map((kind) => malformedCounts[kind]));
        count += met;
        let described = 0;
        for (const row of malformed) {
          if (!kinds.has(row.kind)) continue;
          described += 1;
          discoveries.add(() => describeRow(file.name, row));
        }
        discoveries.count(met - described);
        if (!kinds.has(CONTROL)) return;
        count += batch.controls.length;
        for (const place of batch.controls)
          discoveries.add(() => ({ file: file.name, place, expected: CONTROL_WORDS }));
      },
      counted: () => ({ count, of: rows }),
    };
  },
  once: (evidence) => labelProblems(kinds, evidence),
});

const ROW_KINDS: readonly RowKind[] = ['extra-cell', 'missing-cell', 'blank-row'];

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

const describeRow = (file: string, { kind, place, cells, expected }: MalformedRow): Discovery => ({
  file,
  place,
  expected: ROWS[kind],
  hint: kind === 'blank-row' ? 'a blank line' : `${cells} cells, ${expected} columns`,
});

function labelProblems(kinds: ReadonlySet<string>, { table }: Evidence) {
  const discoveries = table.files.flatMap((file) => fileProblems(kinds, file));
  return { count: discoveries.length, discoveries };
}

function fileProblems(kinds: ReadonlySet<string>, { name, labels = [] }: FileEvidence): readonly Discovery[] {
  const found: Discovery[] = [];
  const first = new Map<string, number>();
  for (const [index, label] of labels.entries()) {
    const kind: LabelKind | undefined =
      label.trim() === '' ? 'blank-label' : first.has(label) ? 'duplicate-label' : undefined;
    if (kind === undefined) first.set(label, index);
    if (kind === undefined || !kinds.has(kind)) continue;
    const same = first.get(label);
    found.push({
      file: name,
      place: { line: 1 },
      expected: LABELS[kind],
      hint:
        same === undefined
          ? `column ${index + 1} has none`
          : `columns ${same + 1} and ${index + 1} are both ${JSON.stringify(label)}`,
    });
  }
  return found;
}
