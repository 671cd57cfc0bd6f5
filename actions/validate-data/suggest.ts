import type { TableEvidence } from '../lib/checks/check.ts';
import { formatQuantity } from '../lib/report/format-number.ts';
import { code, codeBlock, sections } from '../lib/report/markdown.ts';
import { suggestContract } from '../lib/suggest/suggest-contract.ts';
import { handOver } from '../runtime/hand-over.ts';
import type { Outcome, Runtime } from '../runtime/runtime.ts';
import { keySource } from '../runtime/scan/key-source.ts';
import { readTable } from '../runtime/scan/read-table.ts';
import type { ThreadOptions } from '../runtime/scan/run-threads.ts';
import { evidenceOf } from '../runtime/scan/table-parts.ts';
import { dataDigest } from './drift.ts';
import type { Inputs } from './inputs.ts';
import { load } from './load.ts';
import { readTables, tableRequest } from './read.ts';
import { type TableToRead, tablesToRead } from './tables.ts';

const FILE = 'suggested.odcs.yaml';

/** Writes a contract that data like this will keep. */
export async function suggest(runtime: Runtime, inputs: Inputs): Promise<Outcome> {
  const loaded = await load(runtime, {
    ...inputs,
    contract: undefined,
    reference: undefined,
    baseline: undefined,
  });
  const [main] = await tablesToRead(runtime, inputs, loaded);
  const { tables, threads } = await readTables(runtime, inputs, [main]);
  const [table] = tables;
  const evidence = evidenceOf(table.parts);
  const source = inputs.data ?? '';
  const unique = await uniqueColumns(runtime, inputs, main, evidence, threads);
  const name = inputs.schemaObject ?? nameOf(source);
  const yaml = suggestContract(evidence, { name, source, unique });
  const path = `${inputs.outputDir}/${FILE}`;
  await runtime.files.write(path, yaml);
  const message = `Suggested a contract for ${formatQuantity(evidence.columns.length, 'column')} from ${formatQuantity(evidence.rows, 'row')}: ${path}`;
  if (inputs.summary)
    await runtime.summary(
      sections(`### Suggested contract for ${code(source)}`, message, codeBlock(yaml, 'yaml')),
    );
  runtime.output('contract-path', path);
  runtime.output('data-digest', dataDigest(table));
  runtime.output('rows', String(evidence.rows));
  runtime.output('artifact-id', await handOver(runtime, { ...inputs, files: [path] }));
  return { verdict: 'pass', failOn: inputs.failOn, message };
}

/** From so large a share of different values on, a column is looked through for values that occur twice. */
const NEARLY_ALL = 0.95;

/** Columns of which every value was compared and none occurs twice, where the profile only estimates. */
async function uniqueColumns(
  runtime: Runtime,
  inputs: Inputs,
  table: TableToRead,
  { columns }: TableEvidence,
  threads: ThreadOptions,
): Promise<ReadonlySet<string>> {
  const candidates = columns.filter(
    ({ distinct, rows, missing, invalid }) =>
      !distinct.exact && distinct.count >= NEARLY_ALL * (rows - missing - invalid),
  );
  const keys = candidates.map(({ name }) => ({ columns: [name], skipNulls: true }));
  if (keys.length === 0) return new Set();
  const request = { ...tableRequest(inputs, table, [table]), rules: [], keys, profile: false };
  const read = await readTable(runtime, request, threads);
  const material = await keySource(threads.kernels, read, [read])(keys);
  const unique = candidates.filter((_, at) => {
    const index = material[at]?.index;
    return index !== undefined && index.distinct() === index.rows;
  });
  return new Set(unique.map(({ name }) => name));
}

/** A file's name without folders, endings and pattern characters. */
function nameOf(data: string): string {
  const name = data
    .replaceAll('\\', '/')
    .replace(/^.*\//, '')
    .replace(/\..*$/, '')
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-');
  return name.replaceAll(/^-+|-+$/g, '') || 'data';
}
