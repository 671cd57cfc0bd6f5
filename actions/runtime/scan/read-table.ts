import type { Rule, TableEvidence, TableSpec } from '../../lib/checks/check.ts';
import { planRules } from '../../lib/checks/plan-rules.ts';
import { mergeRuns, type RunState } from '../../lib/checks/run-checks.ts';
import { joinTypes } from '../../lib/columns/infer-type.ts';
import type { KeySpec } from '../../lib/columns/key-index.ts';
import type { Digest } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import type { ColumnState } from '../../lib/profile/column-state.ts';
import { conflictText } from '../../lib/profile/merge-state.ts';
import { mergeTables } from '../../lib/profile/merge-tables.ts';
import { summarizeColumn } from '../../lib/profile/summarize.ts';
import { type FilePlan, fileColumns, type ReadOptions } from '../../lib/scan/file-plan.ts';
import type { FileTally } from '../../lib/scan/part.ts';
import type { ColumnType } from '../../lib/tabular/column-type.ts';
import { fileDigest } from '../file-digest.ts';
import type { LocatedFile } from '../locations.ts';
import type { Runtime } from '../runtime.ts';
import { fileNotes } from './file-notes.ts';
import { loadKernels } from './kernel-module.ts';
import { partCache } from './part-cache.ts';
import { planFile } from './plan-file.ts';
import { type ThreadOptions, threadsThatPay } from './run-threads.ts';
import { type Scanned, type ScanRequest, scanTable } from './scan-table.ts';
import { ThreadPool } from './thread-pool.ts';

/** A table, in the parts that its files come in. */
export interface TableRequest {
  readonly spec: TableSpec;
  readonly rules: readonly Rule[];
  readonly keys: readonly KeySpec[];
  readonly parts: readonly { readonly split: string | undefined; readonly files: readonly LocatedFile[] }[];
  readonly read: ReadOptions;
  readonly maxFindings: number;
  readonly profile: boolean;
  /** Keep what is known of each file for later runs. */
  readonly cache?: boolean;
}

/** A file that was read, with what became known of it. */
export interface ReadFile {
  readonly plan: FilePlan;
  readonly digest: Digest;
  readonly tally: FileTally;
}

/** One part of a table after reading. */
export interface ReadPart {
  readonly split: string | undefined;
  readonly rows: number;
  readonly columns: readonly ColumnState[];
  readonly files: readonly ReadFile[];
  readonly checks: RunState;
  /** What it takes to read rows again; of a part that another job read, only its keys are here. */
  readonly scanned?: Scanned;
  readonly elsewhere?: Scanned['parts'][number]['keys'];
  /** Reads a part from the cache after all, for its rows. */
  readonly again?: () => Promise<Scanned>;
}

/** A table after reading. */
export interface ReadTable {
  readonly spec: TableSpec;
  readonly rules: readonly Rule[];
  readonly keys: readonly KeySpec[];
  readonly parts: readonly ReadPart[];
}

/** What the kernels and threads of a step are. */
export async function threadOptions(
  runtime: Runtime,
  threads: number,
  beat: () => void,
): Promise<ThreadOptions> {
  const folder = runtime.context.actionPath;
  const kernels = loadKernels(folder);
  return {
    kernels,
    folder,
    ...(threads > 0 && { threads }),
    signal: runtime.signal,
    beat,
    spillFolder: await runtime.files.temporaryFolder('keys'),
    pool: new ThreadPool(kernels, folder),
  };
}

/**
 * Reads a table, each of its parts once. A column whose type is only inferred has the same type in all parts: a part
 * that was read with a narrower one is read again.
 *
 * @throws ActionError invalid-file, limit-exceeded, cancelled
 */
export async function readTable(
  runtime: Runtime,
  request: TableRequest,
  options: ThreadOptions,
): Promise<ReadTable> {
  await warmThreads(runtime, request, options);
  const planned = await planParts(runtime, request, options);
  if (request.cache) return readWithCache(runtime, request, planned, options);
  const parts: ReadPart[] = [];
  const types = new Map<string, ColumnType>();
  for (const part of planned) {
    const read = await readPart(request, part, types, options);
    if (read.scanned) widen(types, read.scanned);
    parts.push(read);
  }
  for (const [at, part] of planned.entries())
    if (isNarrower(parts[at], types)) parts[at] = await readPart(request, part, types, options);
  return { spec: request.spec, rules: request.rules, keys: request.keys, parts };
}

/**
 * Reads file by file, so that each can be kept, and only those that are not in the cache as they are. A file that shows
 * a narrower type than the others is read again with theirs, and kept that way, too.
 */
async function readWithCache(
  runtime: Runtime,
  request: TableRequest,
  planned: readonly PlannedPart[],
  options: ThreadOptions,
): Promise<ReadTable> {
  const cache = await partCache(runtime, request);
  const alone = planned.flatMap(({ split, files }) => files.map((file) => ({ split, file, files: [file] })));
  const anew = new Set<FilePlan>();
  const read = async (part: (typeof alone)[number], types: ReadonlyMap<string, ColumnType>) => {
    const { plan, digest } = part.file;
    let known = await cache?.restore({ plan, digest, types }, part.split);
    if (known === undefined) {
      anew.add(plan);
      known = await readPart(request, part, types, options);
      await cache?.save({ plan, digest, types }, known);
    }
    return { ...known, again: async () => scanAgain(request, part, types, options) };
  };
  const parts: ReadPart[] = [];
  for (const part of alone) parts.push(await read(part, new Map()));
  const types = typesOf(parts);
  for (const [at, part] of alone.entries())
    if (parts[at]?.columns.some(({ name, type }) => (types.get(name) ?? type) !== type))
      parts[at] = await read(part, types);
  runtime.log.info(
    `${parts.length - anew.size} of ${parts.length} files were known from the cache and not read again.`,
  );
  return { spec: request.spec, rules: request.rules, keys: request.keys, parts };
}

/** The types of columns over all parts, where the contract does not give them. */
function typesOf(parts: readonly ReadPart[]): ReadonlyMap<string, ColumnType> {
  const types = new Map<string, ColumnType>();
  for (const { columns } of parts)
    for (const { name, type, declared } of columns)
      if (!declared && type !== 'empty') types.set(name, joinTypes(types.get(name), type));
  return types;
}

/** Reads a part for its rows alone. */
async function scanAgain(
  request: TableRequest,
  part: PlannedPart,
  types: ReadonlyMap<string, ColumnType>,
  options: ThreadOptions,
): Promise<Scanned> {
  const bare = await readPart({ ...request, rules: [], keys: [], profile: false }, part, types, options);
  if (bare.scanned === undefined) throw new Error('a part that was read has no scan');
  return bare.scanned;
}

/** Threads are started while files are still looked at and their digests taken. */
async function warmThreads(runtime: Runtime, { parts }: TableRequest, options: ThreadOptions): Promise<void> {
  let bytes = 0;
  for (const { files } of parts)
    for (const file of files) bytes += (await runtime.files.open(file.path)).size;
  options.pool?.warm((options.threads ?? threadsThatPay(bytes)) - 1);
}

interface PlannedPart {
  readonly split: string | undefined;
  readonly files: readonly { readonly plan: FilePlan; readonly digest: Digest }[];
}

/** The number of a file takes 16 bits of the position of a row. */
export const MOST_FILES = 65_536;

async function planParts(
  runtime: Runtime,
  { parts, read }: TableRequest,
  { kernels }: ThreadOptions,
): Promise<readonly PlannedPart[]> {
  const count = parts.reduce((sum, { files }) => sum + files.length, 0);
  if (count > MOST_FILES)
    throw new ActionError(
      'limit-exceeded',
      `${parts[0]?.files[0]?.name ?? 'data'} and others: ${count} files of one table, at most ${MOST_FILES} are read; join small files`,
    );
  let index = 0;
  const planned: PlannedPart[] = [];
  for (const { split, files } of parts) {
    const plans: { readonly plan: FilePlan; readonly digest: Digest }[] = [];
    for (const file of files) {
      const path = await runtime.files.resolve(file.path);
      const plan = await planFile({ index, name: file.name, path }, read, kernels);
      const source = await runtime.files.open(file.path);
      plans.push({ plan, digest: await fileDigest(source.stream()) });
      index += 1;
    }
    planned.push({ split, files: plans });
  }
  return planned;
}

async function readPart(
  { spec, rules, keys, read, maxFindings, profile }: TableRequest,
  { split, files }: PlannedPart,
  types: ReadonlyMap<string, ColumnType>,
  options: ThreadOptions,
): Promise<ReadPart> {
  const plans = files.map(({ plan }) => plan);
  // Files keep their numbers: positions of rows hold them.
  const request: ScanRequest = {
    files: plans,
    spec,
    rules,
    keys,
    nullTexts: read.nullTexts,
    maxFindings,
    profile,
    types,
  };
  const scanned = await scanTable(request, options);
  const merged = mergeColumns(
    scanned.parts.map(({ rows, columns }, at) => ({ name: `thread ${at + 1}`, rows, columns })),
  );
  return {
    split,
    ...merged,
    files: files.map(({ digest }, at) => {
      const plan = scanned.job.files[at] ?? plans[at];
      if (plan === undefined) throw new RangeError(`no file ${at}`);
      return { plan, digest, tally: tallyOf(scanned, plan) };
    }),
    checks: mergeChecks(scanned, { spec, rules, maxFindings }),
    scanned,
  };
}

/** What the checks know of all threads' parts, with lines counted from the beginning of the file. */
export function mergeChecks(
  { parts, progress }: Scanned,
  { spec, rules, maxFindings }: Pick<TableRequest, 'spec' | 'rules' | 'maxFindings'>,
): RunState {
  return mergeRuns(
    planRules(rules, spec),
    parts.map(({ checks }) => checks),
    {
      maxFindings,
      resolve(file, { block, ...place }) {
        if (block === undefined || place.line === undefined) return place;
        return { ...place, line: place.line + progress.linesBefore(file, block) };
      },
    },
  );
}

function tallyOf({ parts }: Scanned, { index }: FilePlan): FileTally {
  const tallies = parts.flatMap(({ files }) => files.filter(({ file }) => file === index));
  const sum = (of: (tally: FileTally) => number): number =>
    tallies.reduce((total, tally) => total + of(tally), 0);
  return {
    file: index,
    rows: sum(({ rows }) => rows),
    malformed: sum(({ malformed }) => malformed),
    lineFeeds: sum(({ lineFeeds }) => lineFeeds),
    pairs: sum(({ pairs }) => pairs),
    bareReturns: sum(({ bareReturns }) => bareReturns),
    notes: [...new Set(tallies.flatMap(({ notes }) => notes))],
  };
}

/** Parts as one; an error where they show types that exclude each other. @throws ActionError invalid-file */
export function mergeColumns(
  parts: readonly {
    readonly name: string;
    readonly rows: number;
    readonly columns: readonly ColumnState[];
  }[],
): { readonly rows: number; readonly columns: readonly ColumnState[] } {
  const { rows, columns, conflicts } = mergeTables(parts);
  if (conflicts.length > 0)
    throw new ActionError(
      'invalid-file',
      conflicts.map(({ conflict, parts: names }) => conflictText(conflict, names)).join('\n'),
    );
  return { rows, columns };
}

function widen(types: Map<string, ColumnType>, { job }: Scanned): void {
  for (const { name, type, declared } of job.columns)
    if (!declared) types.set(name, joinTypes(types.get(name), type));
}

const isNarrower = (part: ReadPart | undefined, types: ReadonlyMap<string, ColumnType>): boolean =>
  part?.scanned?.job.columns.some(({ name, type, declared }) => !declared && types.get(name) !== type) ??
  false;

/** The files of parts in the order that one job would read them in: parts of shards hold every n-th file. */
export const filesOf = (parts: readonly ReadPart[]): readonly ReadFile[] =>
  parts.flatMap(({ files }) => files).sort((a, b) => a.plan.index - b.plan.index);

/** What the checks are shown of some parts of a table. */
export function evidenceOf(parts: readonly ReadPart[]): TableEvidence {
  const { rows, columns } = mergeColumns(
    parts.map((part, at) => ({
      name: part.split ?? `part ${at + 1}`,
      rows: part.rows,
      columns: part.columns,
    })),
  );
  const files = filesOf(parts);
  return {
    rows,
    malformed: files.reduce((sum, { tally }) => sum + tally.malformed, 0),
    files: files.map(({ plan, digest, tally }) => ({
      name: plan.name,
      format: plan.format,
      bytes: plan.size,
      sha256: digest.replace('sha256:', ''),
      ...(plan.groups === undefined && { encoding: plan.encoding }),
      columns: fileColumns(plan),
      notes: fileNotes(plan, tally),
    })),
    columns: columns.map((state) => summarizeColumn(state)),
  };
}
