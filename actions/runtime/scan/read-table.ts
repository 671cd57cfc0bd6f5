import { joinTypes } from '../../lib/columns/infer-type.ts';
import type { ColumnType } from '../../lib/tabular/column-type.ts';
import type { Runtime } from '../runtime.ts';
import { loadKernels } from './kernel-module.ts';
import { partCache } from './part-cache.ts';
import { packingOf } from './plan-file.ts';
import { type PlannedPart, planParts } from './plan-parts.ts';
import { readPart, scanAgain, type TableRequest } from './read-part.ts';
import { type ThreadOptions, threadsThatPay } from './run-threads.ts';
import { someAtOnce } from './some-at-once.ts';
import type { ReadPart, ReadTable } from './table-parts.ts';
import { ThreadPool } from './thread-pool.ts';
import { textBytes } from './unpacking.ts';

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
  const planned = await planParts(runtime, request, options.kernels);
  const reader = request.cache
    ? await throughCache(runtime, request, planned, options)
    : directly(request, planned, options);
  const parts: ReadPart[] = [];
  for (const part of reader.parts) parts.push(await reader.read(part, reader.typesAfter(parts)));
  const types = typesOf(parts);
  for (const [at, part] of reader.parts.entries())
    if (parts[at]?.columns.some(({ name, type }) => (types.get(name) ?? type) !== type))
      parts[at] = await reader.read(part, types);
  reader.done();
  return { spec: request.spec, rules: request.rules, keys: request.keys, parts };
}

type Types = ReadonlyMap<string, ColumnType>;

/** How the parts of a table are read. */
interface PartReader {
  readonly parts: readonly PlannedPart[];
  /** Types that the next part starts from. */
  typesAfter(parts: readonly ReadPart[]): Types;
  read(part: PlannedPart, types: Types): Promise<ReadPart>;
  done(): void;
}

const directly = (
  request: TableRequest,
  parts: readonly PlannedPart[],
  options: ThreadOptions,
): PartReader => ({
  parts,
  typesAfter: typesOf,
  read: (part, types) => readPart(request, part, types, options),
  done() {},
});

/**
 * Reads file by file, so that each can be kept, and only those that are not in the cache as they are. Each starts from
 * no types, lest what is kept of it depends on those before it.
 */
async function throughCache(
  runtime: Runtime,
  request: TableRequest,
  planned: readonly PlannedPart[],
  options: ThreadOptions,
): Promise<PartReader> {
  const cache = await partCache(runtime, request);
  const parts = planned.flatMap(({ split, files }) => files.map((file) => ({ split, files: [file] })));
  const anew = new Set<PlannedPart>();
  return {
    parts,
    typesAfter: () => new Map(),
    async read(part, types) {
      const [file] = part.files;
      if (file === undefined) throw new RangeError('a part without a file');
      let known = await cache?.restore({ ...file, types }, part.split);
      if (known === undefined) {
        anew.add(part);
        known = await readPart(request, part, types, options);
        await cache?.save({ ...file, types }, known);
      }
      return { ...known, again: () => scanAgain(request, part, types, options) };
    },
    done: () =>
      runtime.log.info(
        `${parts.length - anew.size} of ${parts.length} files were known from the cache and not read again.`,
      ),
  };
}

/** The types of columns over all parts, where the contract does not give them. */
function typesOf(parts: readonly ReadPart[]): Types {
  const types = new Map<string, ColumnType>();
  for (const { columns } of parts)
    for (const { name, type, declared } of columns)
      if (!declared && type !== 'empty') types.set(name, joinTypes(types.get(name), type));
  return types;
}

/** Threads are started while files are still looked at and their digests taken. */
async function warmThreads(runtime: Runtime, { parts }: TableRequest, options: ThreadOptions): Promise<void> {
  const files = parts.flatMap((part) => part.files);
  const sizes = await someAtOnce(files, async ({ name, path }) =>
    textBytes({ packing: packingOf(name), size: (await runtime.files.open(path)).size }),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const others = (options.threads ?? threadsThatPay(bytes)) - 1;
  const unpacks = others > 0 && files.length === 1 && packingOf(files[0]?.name ?? '') !== 'none';
  options.pool?.warm(others + (unpacks ? 1 : 0));
}
