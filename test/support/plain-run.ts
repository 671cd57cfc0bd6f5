import type {
  ColumnSpec,
  Evidence,
  FileEvidence,
  KeyNeed,
  PlannedCheck,
  Rule,
  TableEvidence,
  TableSpec,
} from '../../actions/lib/checks/check.ts';
import {
  type ChecksOutcome,
  finishRun,
  type KeyMaterial,
  withLocated,
} from '../../actions/lib/checks/finish-run.ts';
import { planRules } from '../../actions/lib/checks/plan-rules.ts';
import { mergeRuns, type RunState, ThreadRun } from '../../actions/lib/checks/run-checks.ts';
import type { ColumnProfile } from '../../actions/lib/documents/profile.ts';
import { summarizeColumn } from '../../actions/lib/profile/summarize.ts';
import { loadCompiler } from '../../actions/lib/schema/schema-compiler.ts';
import { type ColumnType, Misfit, type Value } from '../../actions/lib/tabular/column-type.ts';
import { columnState, type PlainCell } from './column-states.ts';
import {
  fileView,
  type PlainFile,
  type PlainReading,
  PlainSetup,
  plainBatches,
  readColumn,
  rowsOf,
} from './plain-batch.ts';
import { type NumberedFile, type PlainHash, plainKeyIndex, plainLookup } from './plain-keys.ts';

// Rules plan without waiting for it.
await loadCompiler();

/** A table as lists, and what the contract says of it. */
export interface PlainTable {
  readonly name?: string;
  readonly files?: readonly PlainFile[];
  readonly splits?: Readonly<Record<string, readonly PlainFile[]>>;
  readonly columns?: readonly (Partial<ColumnSpec> & Pick<ColumnSpec, 'name'>)[];
  readonly nullTexts?: readonly string[];
  /** Facts about the files that reading gives. */
  readonly facts?: Readonly<Record<string, Partial<FileEvidence>>>;
  /** Distinct values that profiles keep. */
  readonly capacity?: number;
}

/** What a run is told besides. */
export interface PlainOptions {
  readonly tables?: readonly PlainTable[];
  readonly baseline?: PlainTable;
  readonly now?: number;
  readonly maxFindings?: number;
  readonly batchRows?: number;
  /** Files are dealt out to so many parts, each in a run of its own. */
  readonly parts?: number;
  readonly hash?: PlainHash;
  /** Do without the second pass. */
  readonly onePass?: boolean;
}

export const specOfTable = (table: PlainTable): TableSpec => ({
  name: table.name ?? 'table',
  columns: (table.columns ?? []).map((column) => ({ classified: false, ...column })),
  splits: Object.keys(table.splits ?? {}),
});

/** All files of a table, those of its splits among them, with their numbers. */
export function filesOf({ files = [], splits = {} }: PlainTable): readonly NumberedFile[] {
  return [...files, ...Object.values(splits).flat()].map((file, index) => ({ index, file }));
}

const splitFiles = (table: PlainTable, split: string): readonly NumberedFile[] =>
  filesOf(table).filter(({ file }) => table.splits?.[split]?.includes(file));

/** Types are the contract's, else those that all files have in common. */
function readingOf(table: PlainTable): PlainReading {
  const declared = (table.columns ?? []).flatMap(({ name, type }) => (type ? [[name, type] as const] : []));
  const formats = (table.columns ?? []).flatMap(({ name, format }) =>
    format ? [[name, format] as const] : [],
  );
  const nullTexts = table.nullTexts ?? [];
  const types: Record<string, ColumnType> = Object.assign(Object.create(null), Object.fromEntries(declared));
  for (const name of columnNames(table)) {
    if (types[name] !== undefined) continue;
    const cells = filesOf(table).flatMap(({ file }) => file.columns[name] ?? []);
    const format = table.files?.[0]?.format;
    types[name] = readColumn({ ...(format && { format }), columns: { [name]: cells } }, name, {
      nullTexts,
    }).type;
  }
  return { types, formats: Object.fromEntries(formats), nullTexts };
}

const columnNames = (table: PlainTable): readonly string[] => [
  ...new Set(filesOf(table).flatMap(({ file }) => Object.keys(file.columns))),
];

function profileOf(table: PlainTable, files: readonly NumberedFile[], name: string): ColumnProfile {
  const reading = readingOf(table);
  const type = reading.types?.[name] ?? 'string'; // has no prototype
  const values = files.flatMap(({ file }): readonly (Value | Misfit | null)[] =>
    file.columns[name] === undefined
      ? new Array<null>(rowsOf(file)).fill(null)
      : readColumn(file, name, reading).values,
  );
  const fitting = values.filter((value) => !(value instanceof Misfit)).map(plainCell);
  const empty =
    fitting.every((cell) => cell === null) &&
    !table.columns?.some((column) => column.name === name && column.type);
  const state = columnState(name, empty ? 'empty' : type, fitting, table.capacity ?? 4096);
  return summarizeColumn({ ...state, rows: values.length, invalid: values.length - fitting.length });
}

function plainCell(value: Value | Misfit | null): PlainCell {
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Misfit || typeof value === 'object'
    ? value === null
      ? null
      : JSON.stringify(value)
    : value;
}

/** What reading the files shows. */
export function evidenceOf(
  table: PlainTable,
  files: readonly NumberedFile[] = filesOf(table),
): TableEvidence {
  const malformed = files
    .flatMap(({ file }) => file.malformed ?? [])
    .filter(({ kind }) => kind !== 'blank-row').length;
  return {
    rows: files.reduce((sum, { file }) => sum + rowsOf(file), 0),
    malformed,
    files: files.map(({ file, index }): FileEvidence => {
      const { name, format, columns } = fileView(file, index);
      return { name, format, bytes: 100, encoding: 'utf-8', columns, notes: [], ...table.facts?.[name] };
    }),
    columns: columnNames(table).map((name) => profileOf(table, files, name)),
  };
}

/** Plans rules, reads a table for them, and has them decide; failed checks name their rows in a second pass. */
export async function runRules(
  rules: readonly Rule[],
  table: PlainTable,
  options: PlainOptions = {},
): Promise<ChecksOutcome> {
  const spec = specOfTable(table);
  const plans = planRules(rules, spec);
  const maxFindings = options.maxFindings ?? 100;
  const state = readAll(plans, table, filesOf(table), options);
  const outcome = await finishRun(plans, state, {
    maxFindings,
    classified: new Set(spec.columns.filter(({ classified }) => classified).map(({ name }) => name)),
    evidence: allEvidence(table, options),
    keys: async (needs) => needs.map((need) => keysOf(table, need, options)),
  });
  if (options.onePass) return outcome;
  const located = outcome.locate.flatMap(({ rule, split }): RunState => {
    const files = split === undefined ? filesOf(table) : splitFiles(table, split);
    return readAll(planRules([rule], spec), table, files, options);
  });
  return withLocated(outcome, located);
}

function readAll(
  plans: readonly PlannedCheck[],
  table: PlainTable,
  files: readonly NumberedFile[],
  { maxFindings = 100, parts = 1, batchRows }: PlainOptions,
): RunState {
  const reading = readingOf(table);
  const states = Array.from({ length: parts }, (_, part): RunState => {
    const setup = new PlainSetup();
    const run = new ThreadRun(plans, setup, { maxFindings });
    for (const { file, index } of files) {
      if (index % parts !== part) continue;
      const view = fileView(file, index);
      run.openFile(view);
      for (const batch of plainBatches(file, setup, reading, { index, ...(batchRows && { batchRows }) }))
        run.batch(batch);
      run.closeFile(view);
    }
    // States travel between threads and jobs as JSON.
    return JSON.parse(JSON.stringify(run.state()));
  });
  return mergeRuns(plans, states.reverse(), { maxFindings });
}

function allEvidence(table: PlainTable, { tables = [], baseline, now = 0 }: PlainOptions): Evidence {
  const splits = Object.keys(table.splits ?? {}).map(
    (split) => [split, evidenceOf(table, splitFiles(table, split))] as const,
  );
  return {
    table: evidenceOf(table),
    splits: new Map(splits),
    tables: new Map(tables.map((other) => [other.name ?? '', evidenceOf(other)])),
    baseline: baseline && evidenceOf(baseline),
    now,
  };
}

function keysOf(
  table: PlainTable,
  need: KeyNeed,
  { tables = [], hash }: PlainOptions,
): KeyMaterial | undefined {
  const owner = need.table === undefined ? table : tables.find(({ name }) => name === need.table);
  if (owner === undefined) return undefined;
  const files = need.split === undefined ? filesOf(owner) : splitFiles(owner, need.split);
  const index = plainKeyIndex(files, need, readingOf(owner), hash);
  return index && { index, rows: plainLookup(files, readingOf(owner)) };
}
