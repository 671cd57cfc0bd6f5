import { batchView } from '../lib/checks/batch-view.ts';
import type { PlannedCheck } from '../lib/checks/check.ts';
import { type ChecksOutcome, ChecksRun } from '../lib/checks/run-checks.ts';
import type { ContractObject } from '../lib/contract/contract.ts';
import { canonicalJson, type Digest, sha256 } from '../lib/digest.ts';
import type { ColumnProfile } from '../lib/documents/profile.ts';
import type { CheckedFile } from '../lib/documents/validation.ts';
import { ActionError } from '../lib/errors.ts';
import { type DeclaredColumn, TableProfiler } from '../lib/profile/table-profiler.ts';
import { conversion } from '../lib/tabular/column-type.ts';
import { compileDateFormat } from '../lib/tabular/date-format.ts';
import { openTable } from '../lib/tabular/open-table.ts';
import type { TableReader } from '../lib/tabular/table.ts';
import { fileDigest } from '../runtime/file-digest.ts';
import { gunzip } from '../runtime/gunzip.ts';
import type { LocatedFile } from '../runtime/locations.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { watched } from '../runtime/watchdog.ts';
import type { Inputs } from './inputs.ts';

/** What one pass over the data gave. */
export interface Scan extends ChecksOutcome {
  /** sha256 of the canonical list of names and digests of the files. */
  readonly digest: Digest;
  readonly files: readonly CheckedFile[];
  readonly rows: number;
  readonly columns: readonly string[];
  readonly profile: readonly ColumnProfile[];
  readonly notes: readonly string[];
}

/** Reads all files once, batch by batch, checking and profiling their rows. */
export async function scan(
  runtime: Runtime,
  inputs: Inputs,
  files: readonly LocatedFile[],
  object: ContractObject | undefined,
  plans: readonly PlannedCheck[],
): Promise<Scan> {
  const classified = new Set(object?.columns.filter((column) => column.classified).map(({ name }) => name));
  const checks = new ChecksRun(plans, { maxFindings: inputs.maxFindings, classified });
  let profiler: TableProfiler | undefined;
  const checked: CheckedFile[] = [];
  const digests: { readonly name: string; readonly digest: Digest }[] = [];
  const notes: string[] = [];
  for (const [index, file] of files.entries()) {
    const source = await runtime.files.open(file.path);
    const named = { ...source, name: file.name };
    digests.push({ name: file.name, digest: await fileDigest(source.stream()) });
    const { reader, rows } = await watched(file.name, async (beat) => {
      const opened = await openTable(named, tableOptions(runtime, inputs, object, beat));
      const declared = declaredColumns(object, isTextual(opened));
      profiler ??= new TableProfiler(declared);
      return { reader: opened, rows: await scanFile(opened, file.name, declared, checks, profiler) };
    });
    runtime.log.progress('files', index + 1, files.length);
    const columns = reader.columns.length;
    checked.push({ name: file.name, format: reader.format, bytes: source.size, rows, columns });
    notes.push(
      ...reader.notes
        .filter(({ level }) => level === 'census')
        .map(({ message }) => `${file.name}: ${message}`),
    );
  }
  return {
    ...checks.finish(),
    digest: sha256(canonicalJson(digests)),
    files: checked,
    rows: checked.reduce((sum, { rows }) => sum + rows, 0),
    columns: profiler?.columns ?? [],
    profile: profiler?.finish() ?? [],
    notes,
  };
}

const tableOptions = (
  runtime: Runtime,
  inputs: Inputs,
  object: ContractObject | undefined,
  beat: () => void,
) => ({
  format: inputs.format,
  ...(inputs.delimiter !== undefined && { delimiter: inputs.delimiter }),
  nullValues: [...inputs.nullValues, ...(object?.nullTexts ?? [])],
  gunzip,
  checkpoint: () => {
    beat();
    if (runtime.signal.aborted)
      throw new ActionError('cancelled', 'the run was cancelled while reading the data');
  },
});

async function scanFile(
  reader: TableReader,
  name: string,
  declared: ReadonlyMap<string, DeclaredColumn>,
  checks: ChecksRun,
  profiler: TableProfiler,
): Promise<number> {
  const view = { name, format: reader.format, columns: reader.columns, notes: reader.notes };
  const conversions = new Map([...declared].map(([column, { convert }]) => [column, convert]));
  checks.openFile(view);
  profiler.openFile(reader);
  let rows = 0;
  for await (const batch of reader.batches()) {
    checks.batch(batchView(view, batch, conversions));
    profiler.batch(batch);
    rows += batch.rowCount;
  }
  checks.closeFile(view);
  return rows;
}

/** How the cells of the columns become values, by the contract's types. */
function declaredColumns(
  object: ContractObject | undefined,
  textual: boolean,
): ReadonlyMap<string, DeclaredColumn> {
  const found = new Map<string, DeclaredColumn>();
  for (const { name, type, options } of object?.columns ?? []) {
    if (type === undefined) continue;
    const custom =
      type !== 'string' && options.format !== undefined ? compileDateFormat(options.format) : undefined;
    const convert = conversion(type, textual, typeof custom === 'function' ? custom : undefined);
    found.set(name, { type, convert });
  }
  return found;
}

const isTextual = (reader: TableReader): boolean => reader.format === 'csv' || reader.format === 'tsv';
