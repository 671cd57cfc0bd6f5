import { join } from 'node:path';
import type { BenchData } from './bench-data.ts';
import type { Contestant } from './measure-processes.ts';
import type { Peers } from './peers.ts';

/** Contestants that are measured together, in turns. */
export interface Heat {
  readonly name: string;
  /** Rounds, as a share of those asked for: the slow ones run fewer. */
  readonly share: number;
  readonly contestants: readonly Contestant[];
}

const here = (...path: readonly string[]): string => join(import.meta.dirname, ...path);
const node = (script: string, ...args: readonly string[]): readonly string[] => [
  process.execPath,
  here('peers', script),
  ...args,
];

/** Our engine in a process of its own, bundled as the action is. */
const engineOf =
  (engine: string) =>
  (name: string, file: string, threads: number, ...flags: readonly string[]): Contestant => ({
    name,
    command: [process.execPath, engine, file, '--threads', String(threads), ...flags],
  });

const limit = (name: string, script: string, file: string): Contestant => ({
  name,
  command: node('limits.mjs', script, file),
});

const shell = (peers: Peers, name: string, command: readonly string[]): readonly Contestant[] =>
  peers.shellTools ? [{ name, command, discardOutput: true }] : [];

const duckdb = (peers: Peers, name: string, file: string, mode: string): readonly Contestant[] =>
  peers.duckdb === undefined
    ? []
    : [{ name, command: node('duckdb.mjs', file, mode), env: { BENCH_PEERS: peers.duckdb } }];

const pandera = (peers: Peers, name: string, library: string, file: string): readonly Contestant[] =>
  peers.python === undefined
    ? []
    : [{ name, command: [peers.python, here('peers', 'validate.py'), library, file] }];

/** Every comparison of the benchmark; the names are those that `targets.ts` and the printed table use. */
export function heats(data: BenchData, peers: Peers, engine: string): readonly Heat[] {
  const ours = engineOf(engine);
  const { parquet, huge } = data;
  return [
    {
      name: 'csv',
      share: 1,
      contestants: [
        ours('ours, contract + profile, 2 threads', data.csv, 2),
        ours('ours, contract + profile, 1 thread', data.csv, 1),
        ours('ours, contract, 1 thread', data.csv, 1, '--no-profile'),
        ...duckdb(peers, 'DuckDB, contract + profile', data.csv, 'profile'),
        ...duckdb(peers, 'DuckDB, contract', data.csv, 'validate'),
        ...pandera(peers, 'polars + pandera, contract', 'polars', data.csv),
        limit('newline scan in Node', 'newline-scan', data.csv),
      ],
    },
    {
      name: 'pandas',
      share: 0.4,
      contestants: pandera(peers, 'pandas (pyarrow reader) + pandera, contract', 'pandas', data.csv),
    },
    {
      name: 'gzip',
      share: 1,
      contestants: [
        ours('ours, csv.gz', data.gzip, 2),
        ...shell(peers, 'gzip -dc', ['gzip', '-dc', data.gzip]),
        limit('gunzip stream in Node', 'gunzip', data.gzip),
      ],
    },
    {
      name: 'jsonl',
      share: 1,
      contestants: [
        ours('ours, JSONL, 1 thread', data.jsonLines, 1),
        { name: 'JSON.parse loop', command: node('json-parse.mjs', data.jsonLines) },
      ],
    },
    {
      name: 'parquet',
      share: 1,
      contestants:
        parquet === undefined
          ? []
          : [
              ours('ours, Parquet, 2 threads', parquet, 2),
              ours('ours, Parquet, 1 thread', parquet, 1),
              ...duckdb(peers, 'DuckDB, Parquet, contract + profile', parquet, 'profile'),
              { name: 'hyparquet, decoding', command: node('hyparquet.mjs', parquet) },
            ],
    },
    {
      name: 'small',
      share: 2,
      contestants: [
        ours('ours, 10,000 rows', data.small, 1),
        { name: 'node -e 0', command: [process.execPath, '-e', '0'] },
      ],
    },
    {
      name: 'gigabyte',
      share: 0.4,
      contestants: [
        ours('ours, 5M rows, 1 thread', data.gigabyte, 1),
        ours('ours, 5M rows, 2 threads', data.gigabyte, 2),
      ],
    },
    {
      name: 'huge',
      share: 0.1,
      contestants: huge === undefined ? [] : [ours('ours, 20M rows, 2 threads', huge, 2)],
    },
    { name: 'limits', share: 0.4, contestants: physicalLimits(data, peers) },
  ];
}

/** What no reader of the million rows can beat, whatever it does with them. */
const physicalLimits = (data: BenchData, peers: Peers): readonly Contestant[] => [
  ...shell(peers, 'cat > /dev/null', ['cat', data.csv]),
  ...shell(peers, 'wc -l', ['wc', '-l', data.csv]),
  limit('readSync, blocks of 1 MiB', 'read-sync', data.csv),
  limit('createReadStream, 1 MiB', 'read-stream', data.csv),
  limit('newlines, Buffer.indexOf', 'newline-scan', data.csv),
  limit('newlines, JavaScript loop', 'newline-loop', data.csv),
  limit('cells with quotes, JavaScript loop', 'cell-loop', data.csv),
];
