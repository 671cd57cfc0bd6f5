import { planRules } from '../lib/checks/plan-rules.ts';
import type { ReadOptions } from '../lib/scan/file-plan.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { keysFor } from '../runtime/scan/key-source.ts';
import type { TableRequest } from '../runtime/scan/read-part.ts';
import { readTable, threadOptions } from '../runtime/scan/read-table.ts';
import type { ThreadOptions } from '../runtime/scan/run-threads.ts';
import type { ReadTable } from '../runtime/scan/table-parts.ts';
import { watched } from '../runtime/watchdog.ts';
import type { Inputs } from './inputs.ts';
import type { TableToRead } from './tables.ts';

type Tables = readonly [main: TableToRead, ...others: TableToRead[]];

/** What was read, and the means to read on. */
export interface Read {
  readonly tables: readonly [ReadTable, ...ReadTable[]];
  readonly threads: ThreadOptions;
}

/** Reads all tables, each once, for all checks at the same time. */
export async function readTables(runtime: Runtime, inputs: Inputs, tables: Tables): Promise<Read> {
  return watched(watchedFile(tables), async (beat) => {
    const threads = await threadOptions(runtime, inputs.threads, beat);
    const read: ReadTable[] = [];
    for (const table of tables) {
      runtime.log.progress('tables', read.length, tables.length);
      read.push(await readTable(runtime, tableRequest(inputs, table, tables), threads));
    }
    const [main, ...others] = read;
    if (main === undefined) throw new Error('there is no table to read');
    return { tables: [main, ...others], threads };
  });
}

/** What is asked of a table: its own checks, and the keys that checks of any table need of it. */
export function tableRequest(
  inputs: Inputs,
  table: TableToRead,
  tables: readonly TableToRead[],
): TableRequest {
  const { spec, rules, parts } = table;
  const needs = tables.flatMap((other) =>
    planRules(other.rules, other.spec)
      .flatMap(({ work }) => (work.kind === 'keys' ? work.keys : []))
      .filter((need) => (need.table ?? other.spec.name) === spec.name),
  );
  return {
    spec,
    rules,
    parts,
    keys: keysFor(needs),
    read: readOptions(inputs, table),
    maxFindings: inputs.maxFindings,
    profile: true,
    cache: inputs.cache,
  };
}

/** How the files of a table are read: the inputs first, then what the contract says of them. */
export function readOptions(
  inputs: Inputs,
  { dialect, nullTexts, spec }: Pick<TableToRead, 'dialect' | 'nullTexts' | 'spec'>,
): ReadOptions {
  const delimiter = inputs.delimiter ?? dialect.delimiter;
  const quote = inputs.quote ?? dialect.quote;
  return {
    format: inputs.format === 'auto' ? (dialect.format ?? 'auto') : inputs.format,
    ...(delimiter !== undefined && { delimiter }),
    ...(quote !== undefined && { quote }),
    ...(inputs.quotes === 'relaxed' && { relaxed: true }),
    header: inputs.header,
    encoding: inputs.encoding,
    partitions: spec.columns.length === 0 ? 'all' : spec.columns.map(({ name }) => name),
    declared: spec.columns.flatMap(({ name, type }) => (type === undefined ? [] : [name])),
    nullTexts: [...new Set([...inputs.nullValues, ...nullTexts])].filter((text) => text !== ''),
  };
}

/** A file for the watchdog to name: the first of a format whose decoder could be kept busy, else the first. */
function watchedFile(tables: Tables): string {
  const names = tables.flatMap(({ parts }) => parts.flatMap(({ files }) => files.map(({ name }) => name)));
  return names.find((name) => /\.(parquet|pq)$/i.test(name)) ?? names[0] ?? '';
}
