import type { ColumnBatch, Place } from '../../lib/columns/column-batch.ts';
import { joinTypes, TypeSurprise } from '../../lib/columns/infer-type.ts';
import { ColumnSurprise } from '../../lib/columns/json-keys.ts';
import { PlacedError } from '../../lib/columns/placed-error.ts';
import type { ColumnPlan } from '../../lib/columns/table-scan.ts';
import { ActionError } from '../../lib/errors.ts';
import { SharedProgress } from '../../lib/scan/chain.ts';
import { type FilePlan, fileColumns } from '../../lib/scan/file-plan.ts';
import type { ScanJob } from '../../lib/scan/scan-job.ts';
import type { ColumnType } from '../../lib/tabular/column-type.ts';
import type { DataTable } from '../../lib/tabular/data-table.ts';
import type { LocatedFile } from '../locations.ts';
import type { Runtime } from '../runtime.ts';
import { ColumnCollector } from './column-collector.ts';
import { loadKernels } from './kernel-module.ts';
import { planFile } from './plan-file.ts';
import { RowPlaces } from './row-places.ts';
import { captureParts } from './scan-thread.ts';

/** What is read of a table. */
export interface CollectRequest {
  /** What to call all files together in messages. */
  readonly name: string;
  readonly files: readonly LocatedFile[];
  /** Of the columns there are, those to read. */
  readonly wanted: (columns: readonly string[]) => readonly string[];
  /** Columns whose values are names, even where they look like numbers: ids. */
  readonly texts: readonly string[];
}

/** A type is widened at most this often for each column. */
const WIDENINGS = 4;

/**
 * Reads chosen columns of files whole, the files one after the other as if they were one.
 *
 * @throws ActionError invalid-file for what cannot be read, for rows that do not fit their header, and for files
 *   without rows
 */
export async function collectColumns(runtime: Runtime, request: CollectRequest): Promise<DataTable> {
  const kernels = loadKernels(runtime.context.actionPath);
  let plans: readonly FilePlan[] = await planAll(runtime, request, kernels);
  const types = new Map<string, ColumnType>(request.texts.map((name) => [name, 'string']));
  const fixed = new Set(request.texts);
  for (const plan of plans)
    for (const [at, name] of plan.columns.entries()) {
      const type = plan.types[at];
      if (type !== undefined && !fixed.has(name)) types.set(name, joinTypes(types.get(name), kept(type)));
    }
  const attempts = 1 + WIDENINGS * Math.max(1, new Set(plans.flatMap(fileColumns)).size);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const read = await readAll(runtime, request, plans, types, kernels);
    if (!('surprise' in read)) return read;
    const { surprise } = read;
    if (surprise.kind === 'type')
      types.set(surprise.column, joinTypes(types.get(surprise.column), surprise.type));
    else
      plans = plans.map((plan) => (plan.index === surprise.file ? withColumn(plan, surprise.column) : plan));
  }
  throw new Error('types of columns were widened without end');
}

const planAll = (
  runtime: Runtime,
  { files }: CollectRequest,
  kernels: WebAssembly.Module,
): Promise<readonly FilePlan[]> =>
  Promise.all(
    files.map(async ({ name, path }, index) =>
      planFile(
        { index, name, path: await runtime.files.resolve(path) },
        { format: 'auto', encoding: 'auto', nullTexts: [] },
        kernels,
      ),
    ),
  );

/** Dates and nested values are kept as texts: nothing here reckons with them. */
const kept = (type: ColumnType): ColumnType =>
  type === 'integer' || type === 'number' || type === 'boolean' ? type : 'string';

const withColumn = (plan: FilePlan, column: string): FilePlan => ({
  ...plan,
  columns: [...plan.columns, column],
  types: [...plan.types, undefined],
});

type Surprise =
  | { readonly kind: 'type'; readonly column: string; readonly type: ColumnType }
  | { readonly kind: 'column'; readonly file: number; readonly column: string };

async function readAll(
  runtime: Runtime,
  request: CollectRequest,
  plans: readonly FilePlan[],
  types: ReadonlyMap<string, ColumnType>,
  kernels: WebAssembly.Module,
): Promise<DataTable | { readonly surprise: Surprise }> {
  const all = [...new Set(plans.flatMap(fileColumns))];
  const wanted = request.wanted(all);
  const job = jobOf(plans, wanted, types);
  const progress = new SharedProgress(plans);
  const collectors = new Map(wanted.map((name) => [name, new ColumnCollector()]));
  const places = new RowPlaces(progress);
  let rows = 0;
  const take = (batch: ColumnBatch): void => {
    if (runtime.signal.aborted)
      throw new ActionError('cancelled', 'the run was cancelled while reading the data');
    refuseMalformed(batch, places);
    places.take(batch);
    for (const [name, collector] of collectors) collector.take(batch.column(name), batch.rows, name);
    rows += batch.rows;
  };
  for (const plan of plans) {
    const surprise = await readFile(kernels, job, progress, plan, take);
    if (surprise) return { surprise };
    runtime.log.progress('Reading', plan.index + 1, plans.length);
  }
  if (rows === 0) throw new ActionError('invalid-file', `${request.name}: it holds no rows`);
  const columns = new Map([...collectors].map(([name, collector]) => [name, collector.column(rows)]));
  return {
    name: request.name,
    files: request.files.map(({ name, path }) => ({ name, path })),
    format: plans[0]?.format ?? 'csv',
    columns: all,
    rowCount: rows,
    column: (name) => columns.get(name),
    placeOf: (row) => places.of(row),
  };
}

function jobOf(
  files: readonly FilePlan[],
  wanted: readonly string[],
  types: ReadonlyMap<string, ColumnType>,
): ScanJob {
  const columns = wanted.map((name): ColumnPlan => {
    const type = types.get(name) ?? 'integer';
    // What is a text already cannot be surprised by anything wider.
    return { name, type, declared: type === 'string' };
  });
  const spec = { name: '', columns: wanted.map((name) => ({ name, classified: false })), splits: [] };
  const nothing = { nullTexts: [], keys: [], profileCapacity: 0, rules: [], maxFindings: 0, spillFolder: '' };
  const hashed = columns.flatMap(({ name, type }) => (type === 'string' ? [name] : []));
  return { ...nothing, files, columns, spec, hashed };
}

async function readFile(
  kernels: WebAssembly.Module,
  job: ScanJob,
  progress: SharedProgress,
  plan: FilePlan,
  take: (batch: ColumnBatch) => void,
): Promise<Surprise | undefined> {
  const parts = Array.from({ length: plan.tasks }, (_, part) => part);
  try {
    await captureParts(kernels, job, progress, plan, parts, take);
    return undefined;
  } catch (error) {
    if (error instanceof TypeSurprise) return { kind: 'type', column: error.column, type: kept(error.type) };
    if (error instanceof ColumnSurprise) return { kind: 'column', file: plan.index, column: error.column };
    if (!(error instanceof PlacedError)) throw error;
    const line = error.line + (error.block === 0 ? 0 : progress.linesBefore(plan.index, error.block));
    throw new ActionError(error.code, `${error.words[0]}${line}${error.words[1]}`);
  }
}

/** A row that does not fit the header may be missing anything: it is refused, not guessed at. Blank lines do no harm. */
function refuseMalformed({ malformed, file }: ColumnBatch, places: RowPlaces): void {
  const ragged = malformed.find(({ kind }) => kind !== 'blank-row');
  if (!ragged) return;
  const { line, row } = places.resolved(file.index, ragged.place satisfies Place);
  throw new ActionError(
    'invalid-file',
    `${file.name}${line === undefined ? `, row ${row}` : `:${line}`}: ${ragged.cells} cells in a row, but the header has ${ragged.expected} columns`,
  );
}
