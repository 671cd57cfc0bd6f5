import type { Rule, TableSpec } from '../../lib/checks/check.ts';
import { joinTypes, typeOfText } from '../../lib/columns/infer-type.ts';
import type { KeySpec } from '../../lib/columns/key-index.ts';
import type { ColumnPlan } from '../../lib/columns/table-scan.ts';
import { profileCapacity } from '../../lib/profile/capacity.ts';
import { type FilePlan, fileColumns } from '../../lib/scan/file-plan.ts';
import type { ScanJob } from '../../lib/scan/scan-job.ts';
import type { ColumnType } from '../../lib/tabular/column-type.ts';
import { runThreads, type ScanEnd, type ThreadOptions } from './run-threads.ts';

/** A table, or a split of it, and what is to be looked at while it is read. */
export interface ScanRequest {
  readonly files: readonly FilePlan[];
  readonly spec: TableSpec;
  readonly rules: readonly Rule[];
  readonly keys: readonly KeySpec[];
  readonly nullTexts: readonly string[];
  readonly maxFindings: number;
  readonly profile: boolean;
  /** Types that were found out before, by column. */
  readonly types?: ReadonlyMap<string, ColumnType>;
}

/** Everything that reading a table gave, with what it takes to read parts of it again. */
export interface Scanned extends Extract<ScanEnd, { kind: 'done' }> {
  readonly job: ScanJob;
}

/** A type is widened at most this often for each column: there are no longer chains of types. */
const WIDENINGS = 4;

/**
 * Reads a table once; again from the start where a column turns out to hold values that its type, inferred from the
 * first rows, does not.
 *
 * @throws ActionError invalid-file, limit-exceeded, cancelled
 */
export async function scanTable(request: ScanRequest, options: ThreadOptions): Promise<Scanned> {
  const types = new Map<string, ColumnType>(request.types);
  let { files } = request;
  const attempts = 1 + WIDENINGS * (columnNames(files).length + request.spec.columns.length);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const job = { ...jobOf({ ...request, files }, types), spillFolder: options.spillFolder ?? '' };
    const end = await runThreads(job, options);
    if (end.kind === 'done') return { ...end, job };
    for (const { column, type } of end.types) {
      const before = job.columns.find(({ name }) => name === column);
      const known = before?.declared === false && types.has(column) ? before.type : undefined;
      types.set(column, joinTypes(known, type));
    }
    files = files.map((file) =>
      withColumns(
        file,
        end.columns.filter((late) => late.file === file.index),
      ),
    );
  }
  throw new Error('types of columns were widened without end');
}

const withColumns = (file: FilePlan, late: readonly { readonly column: string }[]): FilePlan => ({
  ...file,
  columns: [...file.columns, ...late.map(({ column }) => column)],
  types: [...file.types, ...late.map(() => undefined)],
});

function jobOf(request: ScanRequest, types: Map<string, ColumnType>): Omit<ScanJob, 'spillFolder'> {
  const { files, spec, rules, keys, nullTexts, maxFindings } = request;
  const names = columnNames(files);
  infer(files, types);
  const declared = new Map(spec.columns.map((column) => [column.name, column]));
  const columns = names.map((name): ColumnPlan => {
    const column = declared.get(name);
    if (column?.type === undefined) return { name, type: types.get(name) ?? 'integer', declared: false };
    const format = column.type !== 'string' && column.format !== undefined ? { format: column.format } : {};
    return { name, type: column.type, declared: true, ...format };
  });
  const capacity = request.profile ? profileCapacity(names.length) : 0;
  return { files, columns, nullTexts, keys, profileCapacity: capacity, spec, rules, maxFindings };
}

/** What the beginnings of the files say, where nothing is known better. */
function infer(files: readonly FilePlan[], types: Map<string, ColumnType>): void {
  const seen = new Map<string, ColumnType>();
  for (const { partitions } of files)
    for (const { name, value } of partitions)
      if (value !== null) seen.set(name, joinTypes(seen.get(name), typeOfText(value)));
  for (const file of files)
    for (const [cell, name] of file.columns.entries()) {
      const type = file.types[cell];
      if (type !== undefined) seen.set(name, joinTypes(seen.get(name), type));
    }
  for (const [name, type] of seen) if (!types.has(name)) types.set(name, type);
}

function columnNames(files: readonly FilePlan[]): readonly string[] {
  return [...new Set(files.flatMap(fileColumns))];
}
