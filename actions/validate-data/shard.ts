import { canonicalJson, type Digest, sha256 } from '../lib/digest.ts';
import type { PartDocument } from '../lib/documents/part.ts';
import { formatQuantity } from '../lib/report/format-number.ts';
import { envelope, saveDocument } from '../runtime/documents.ts';
import { handOver } from '../runtime/hand-over.ts';
import type { Outcome, Runtime } from '../runtime/runtime.ts';
import { joinedBytes, savedPart } from '../runtime/scan/saved-part.ts';
import type { Inputs, Shard } from './inputs.ts';
import { readTables, tableRequest } from './read.ts';
import type { TableToRead } from './tables.ts';

export const PART_FILE = 'part.json';
const KEYS_FILE = 'keys.bin';

type Tables = readonly [main: TableToRead, ...others: TableToRead[]];

/** Reads the files of one shard and saves what is known of them, for the job that merges. */
export async function saveShard(
  runtime: Runtime,
  inputs: Inputs,
  tables: Tables,
  shard: Shard,
): Promise<Outcome> {
  const [main, ...others] = tables;
  const own: Tables = [forShard(main, shard), ...others.map((table) => forShard(table, shard))];
  const { tables: read } = await readTables(runtime, inputs, own);
  const runs: Uint8Array[] = [];
  const parts = read.flatMap((table) => table.parts.map((part) => savedPart(table, part, runs)));
  const keys = joinedBytes(runs);
  const document: PartDocument = {
    ...envelope(runtime, 'part', [], 'pass'),
    shard,
    plan: planDigest(inputs, tables),
    parts,
    keys: KEYS_FILE,
    keysDigest: sha256(keys),
  };
  const files = [`${inputs.outputDir}/${PART_FILE}`, `${inputs.outputDir}/${KEYS_FILE}`] as const;
  await saveDocument(runtime, files[0], document);
  await runtime.files.write(files[1], keys);
  const rows = document.parts.reduce((sum, part) => sum + part.rows, 0);
  runtime.output('report-path', files[0]);
  runtime.output('rows', String(rows));
  runtime.output('artifact-id', await handOver(runtime, { ...inputs, files }));
  const count = document.parts.reduce((sum, part) => sum + part.files.length, 0);
  const message = `Shard ${shard.index} of ${shard.of}: ${formatQuantity(rows, 'row')} in ${formatQuantity(count, 'file')}; the job with mode merge decides`;
  return { verdict: 'pass', failOn: inputs.failOn, message };
}

/** Every n-th file, in the order of all files; so that shards take about equally many. */
function forShard(table: TableToRead, { index, of }: Shard): TableToRead {
  let at = 0;
  const parts = table.parts.map((part) => ({
    ...part,
    files: part.files.filter(() => at++ % of === index - 1),
  }));
  return { ...table, parts: parts.filter(({ files }) => files.length > 0) };
}

/** The number that a file of a shard has among all files, from 0: the other way round. */
export const numberInAll = (file: number, { index, of }: Shard): number => file * of + index - 1;

/** What all shards must have been asked alike. */
export function planDigest(inputs: Inputs, tables: readonly TableToRead[]): Digest {
  const asked = tables.map((table) => {
    const { spec, rules, keys, read } = tableRequest(inputs, table, tables);
    return JSON.parse(JSON.stringify({ spec, rules, keys, read }));
  });
  return sha256(canonicalJson(asked));
}
