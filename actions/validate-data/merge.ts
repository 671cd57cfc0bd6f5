import type { PartDocument } from '../lib/documents/part.ts';
import { ActionError } from '../lib/errors.ts';
import { formatQuantity } from '../lib/report/format-number.ts';
import { loadDocument } from '../runtime/documents.ts';
import { type LocatedFile, locate } from '../runtime/locations.ts';
import type { Outcome, Runtime } from '../runtime/runtime.ts';
import { keysFor } from '../runtime/scan/key-source.ts';
import { MOST_FILES } from '../runtime/scan/plan-parts.ts';
import { threadOptions } from '../runtime/scan/read-table.ts';
import { ownKeys, restoredPart } from '../runtime/scan/saved-part.ts';
import type { ReadPart, ReadTable } from '../runtime/scan/table-parts.ts';
import type { Inputs } from './inputs.ts';
import { load } from './load.ts';
import { tableRequest } from './read.ts';
import { numberInAll, PART_FILE, planDigest } from './shard.ts';
import { describedTables, type TableToRead } from './tables.ts';
import { report } from './validate.ts';

/** A part document with the bytes of its keys. */
interface Shard {
  readonly name: string;
  readonly document: PartDocument;
  readonly keys: Uint8Array;
}

/** Most bytes of keys of one shard. */
const MOST_KEYS = 1024 * 1024 * 1024;

/** Joins what the shards of a matrix know, and decides as one job that reads all of the data. */
export async function mergeShards(runtime: Runtime, inputs: Inputs): Promise<Outcome> {
  if (inputs.parts.length === 0)
    throw new ActionError(
      'invalid-input',
      `parts: mode merge needs the artifacts or files of all shards (${PART_FILE} and what lies beside it)`,
    );
  const shards = await readShards(runtime, inputs.parts);
  const loaded = await load(runtime, inputs);
  const tables = describedTables(inputs, loaded);
  refuseStrangers(shards, planDigest(inputs, tables));
  const read = tables.map((table) => joinTable(inputs, table, tables, shards));
  const [main, ...others] = read;
  if (main === undefined) throw new Error('there is no table to merge');
  runtime.log.info(
    `Merged ${formatQuantity(shards.length, 'shard')}; rows are compared by 64-bit hashes of their values, since the data is not here.`,
  );
  const threads = await threadOptions(runtime, inputs.threads, () => {});
  return report(runtime, inputs, { loaded, tables, read: { tables: [main, ...others], threads } });
}

async function readShards(runtime: Runtime, locations: readonly string[]): Promise<readonly Shard[]> {
  const files: LocatedFile[] = [];
  for (const location of locations) files.push(...(await locate(runtime, location)));
  const documents = files.filter(({ name }) => name === PART_FILE || name.endsWith(`/${PART_FILE}`));
  if (documents.length === 0)
    throw new ActionError(
      'not-found',
      `parts: no ${PART_FILE} in ${locations.join(', ')}; a shard saves one with the input shard`,
    );
  const shards: Shard[] = [];
  for (const file of documents) shards.push(await readShard(runtime, file, files));
  return shards.sort((a, b) => a.document.shard.index - b.document.shard.index);
}

async function readShard(runtime: Runtime, file: LocatedFile, files: readonly LocatedFile[]): Promise<Shard> {
  const { document } = await loadDocument<PartDocument>(runtime, 'part', file);
  const wanted = file.path.replace(/[^/\\]*$/, document.keys);
  const keys = files.find(({ path }) => path === wanted);
  if (keys === undefined)
    throw new ActionError(
      'not-found',
      `${file.name}: ${document.keys} is not beside it; upload the whole folder of the shard`,
    );
  const bytes = await runtime.files.read(keys.path, MOST_KEYS);
  return { name: file.name, document, keys: ownKeys(document, bytes, file.name) };
}

/** All shards of one matrix, each once, asked the same as this job. */
function refuseStrangers(shards: readonly Shard[], plan: string): void {
  const problems: string[] = [];
  const of = shards[0]?.document.shard.of ?? 0;
  for (const { name, document } of shards) {
    if (document.shard.of !== of)
      problems.push(`${name}: shard of ${document.shard.of}, others are of ${of}`);
    if (document.plan !== plan)
      problems.push(
        `${name}: was read for other rules than this job has; give contract, row-schema and the inputs for reading alike to all jobs`,
      );
  }
  for (let index = 1; index <= of; index += 1) {
    const found = shards.filter(({ document }) => document.shard.index === index).length;
    if (found !== 1) problems.push(`shard ${index} of ${of} was found ${found} times, expected once`);
  }
  if (problems.length > 0) throw new ActionError('invalid-input', problems.join('\n'));
}

function joinTable(
  inputs: Inputs,
  table: TableToRead,
  tables: readonly TableToRead[],
  shards: readonly Shard[],
): ReadTable {
  const request = tableRequest(inputs, table, tables);
  const parts = shards.flatMap(({ name, document, keys }): readonly ReadPart[] =>
    document.parts
      .filter((part) => part.table === table.spec.name)
      .map((part) => restoredPart(part, keys, name, (file) => numberInAll(file, document.shard))),
  );
  const first = ({ files }: ReadPart): number => Math.min(...files.map(({ plan }) => plan.index));
  const last = Math.max(...parts.flatMap(({ files }) => files.map(({ plan }) => plan.index)));
  if (last >= MOST_FILES)
    throw new ActionError(
      'limit-exceeded',
      `parts: more than ${MOST_FILES} files of one table cannot be merged; join small files`,
    );
  parts.sort((a, b) => first(a) - first(b));
  return { spec: request.spec, rules: request.rules, keys: keysFor(request.keys), parts };
}
