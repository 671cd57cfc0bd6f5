import type { CheckState } from '../lib/checks/run-checks.ts';
import { canonicalJson, type Digest, sha256 } from '../lib/digest.ts';
import type { PartDocument, PartOfTable } from '../lib/documents/part.ts';
import { summarizeColumn } from '../lib/profile/summarize.ts';
import { formatQuantity } from '../lib/report/format-number.ts';
import { envelope, saveDocument } from '../runtime/documents.ts';
import { handOver } from '../runtime/hand-over.ts';
import type { Outcome, Runtime } from '../runtime/runtime.ts';
import type { ReadPart, ReadTable } from '../runtime/scan/read-table.ts';
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
  const keys: Uint8Array[] = [];
  const document: PartDocument = {
    ...envelope(runtime, 'part', [], 'pass'),
    shard,
    plan: planDigest(inputs, tables),
    parts: read.flatMap((table) => table.parts.map((part) => partOf(table, part, keys))),
    keys: KEYS_FILE,
  };
  const files = [`${inputs.outputDir}/${PART_FILE}`, `${inputs.outputDir}/${KEYS_FILE}`] as const;
  await saveDocument(runtime, files[0], document);
  await runtime.files.write(files[1], joined(keys));
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

/** What all shards must have been asked alike. */
export function planDigest(inputs: Inputs, tables: readonly TableToRead[]): Digest {
  const asked = tables.map((table) => {
    const { spec, rules, keys, read } = tableRequest(inputs, table, tables);
    return JSON.parse(JSON.stringify({ spec, rules, keys, read }));
  });
  return sha256(canonicalJson(asked));
}

/** Findings wait for the merge with their values; those of classified columns must not. */
function redacted(check: CheckState, classified: ReadonlySet<string>): CheckState {
  if (check.kind !== 'rows') return check;
  const kept = check.kept.map(({ file, discovery }) => {
    const { field, columns = field === undefined ? [] : [field], value, ...rest } = discovery;
    const shown = value !== undefined && columns.some((name) => classified.has(name)) ? '[redacted]' : value;
    return { file, discovery: { ...discovery, ...rest, ...(shown !== undefined && { value: shown }) } };
  });
  return { ...check, kept };
}

function partOf({ spec, keys: specs }: ReadTable, part: ReadPart, bytes: Uint8Array[]): PartOfTable {
  const classified = new Set(spec.columns.filter((column) => column.classified).map(({ name }) => name));
  let offset = bytes.reduce((sum, { length }) => sum + length, 0);
  return {
    table: spec.name,
    split: part.split ?? null,
    rows: part.rows,
    columns: part.columns.map((state) => summarizeColumn(state, classified.has(state.name))),
    files: part.files.map(({ plan: { path: _, ...plan }, digest, tally }) => ({ plan, digest, tally })),
    checks: part.checks.map((check) => redacted(check, classified)),
    keys: specs.map((spec, at) => {
      const collected = (part.scanned?.parts ?? []).flatMap(({ keys }) => keys[at] ?? []);
      const runs = collected.flatMap((key) => key.runs);
      const saved = runs.map((run) => {
        bytes.push(new Uint8Array(run.bytes));
        const place = { offset, entries: run.entries };
        offset += run.bytes.byteLength;
        return place;
      });
      return { spec, bijective: collected.every(({ bijective }) => bijective), runs: saved };
    }),
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
