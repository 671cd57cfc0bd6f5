import { median, type Sample } from './measure-processes.ts';

/** All that was measured, by name of the contestant. */
export type Measured = ReadonlyMap<string, readonly Sample[]>;

/** One line of the table: what must hold between two contestants, or of one. */
export interface Target {
  readonly claim: string;
  readonly ours: string;
  /** Absent when ours is held to a number of its own. */
  readonly peer?: string;
  readonly measure: 'wall' | 'memory';
  /** `most`: ours divided by the peer's (or ours, in MiB) is at most `limit`; `least`: the peer's by ours. */
  readonly sense: 'most' | 'least';
  readonly limit: number;
}

/** A target against what was measured. */
export interface Outcome {
  readonly target: Target;
  /** Medians, in seconds or MiB. */
  readonly ours: number;
  readonly peer: number | undefined;
  /** Median over the rounds of the ratio in one round, where both met the same weather; without a peer, ours. */
  readonly value: number;
  /** Smallest and largest of those ratios. */
  readonly range: readonly [number, number];
  /** The same ratio of processor time, which a busy machine disturbs less; absent where that is unknown. */
  readonly cpu: number | undefined;
  readonly met: boolean;
}

const BYTES_PER_KEY = 32;
const MEBIBYTE = 1 << 20;

/** 160 MiB for the main thread, 80 for each worker beside it, and 32 bytes a row for the one unique column. */
const memoryLimit = (rows: number, threads: number): number =>
  Math.floor(160 + 80 * (threads - 1) + (BYTES_PER_KEY * rows) / MEBIBYTE);

const ratio = (claim: string, ours: string, peer: string, limit: number): Target => ({
  claim,
  ours,
  peer,
  measure: 'wall',
  sense: 'most',
  limit,
});

const memory = (claim: string, ours: string, rows: number, threads: number): Target => ({
  claim,
  ours,
  measure: 'memory',
  sense: 'most',
  limit: memoryLimit(rows, threads),
});

/** What validate-data promises of its speed. */
export const TARGETS: readonly Target[] = [
  ratio('CSV, contract + profile', 'ours, contract + profile, 2 threads', 'DuckDB, contract + profile', 0.3),
  ratio('CSV, contract, one thread', 'ours, contract, 1 thread', 'DuckDB, contract', 0.8),
  ratio(
    'CSV, contract + profile, to contract alone',
    'ours, contract + profile, 2 threads',
    'polars + pandera, contract',
    0.45,
  ),
  ratio(
    'CSV, contract + profile, to a bare scan',
    'ours, contract + profile, 2 threads',
    'newline scan in Node',
    6,
  ),
  ratio('csv.gz, to unpacking alone', 'ours, csv.gz', 'gzip -dc', 1),
  ratio('JSONL, one thread, to parsing alone', 'ours, JSONL, 1 thread', 'JSON.parse loop', 0.6),
  ratio('Parquet (zstd)', 'ours, Parquet, 2 threads', 'DuckDB, Parquet, contract + profile', 0.5),
  ratio(
    'Parquet (zstd), one thread, to decoding alone',
    'ours, Parquet, 1 thread',
    'hyparquet, decoding',
    0.4,
  ),
  ratio('10,000 rows, to an empty Node', 'ours, 10,000 rows', 'node -e 0', 4),
  {
    claim: '1 GB, one thread to two',
    ours: 'ours, 5M rows, 2 threads',
    peer: 'ours, 5M rows, 1 thread',
    measure: 'wall',
    sense: 'least',
    limit: 1.7,
  },
  memory('Memory, 1M rows, 1 thread', 'ours, contract + profile, 1 thread', 1e6, 1),
  memory('Memory, 1M rows, 2 threads', 'ours, contract + profile, 2 threads', 1e6, 2),
  memory('Memory, 5M rows, 2 threads', 'ours, 5M rows, 2 threads', 5e6, 2),
  memory('Memory, 20M rows, 2 threads', 'ours, 20M rows, 2 threads', 20e6, 2),
];

/** `undefined` when one of the two was not measured. */
export function judge(target: Target, measured: Measured): Outcome | undefined {
  const mine = measured.get(target.ours) ?? [];
  const theirs = target.peer === undefined ? undefined : (measured.get(target.peer) ?? []);
  const read: Reading = ({ seconds, mebibytes }) => (target.measure === 'wall' ? seconds : mebibytes);
  const values = theirs ? ratios(target.sense, mine, theirs, read) : known(mine.map(read));
  if (values.length === 0) return undefined;
  const value = median(values);
  const cpu = theirs ? ratios(target.sense, mine, theirs, (sample) => sample.cpu) : [];
  return {
    target,
    ours: median(known(mine.map(read))),
    peer: theirs && median(known(theirs.map(read))),
    value,
    range: [Math.min(...values), Math.max(...values)],
    cpu: cpu.length === 0 ? undefined : median(cpu),
    met: target.sense === 'most' ? value <= target.limit : value >= target.limit,
  };
}

type Reading = (sample: Sample) => number | undefined;

/** Round by round, ours to the peer's, or the other way round when more is better. */
function ratios(
  sense: Target['sense'],
  ours: readonly Sample[],
  peers: readonly Sample[],
  read: Reading,
): readonly number[] {
  return known(
    ours.map((sample, round) => {
      const peer = peers[round];
      const [mine, theirs] = [read(sample), peer && read(peer)];
      if (mine === undefined || theirs === undefined) return undefined;
      return sense === 'most' ? mine / theirs : theirs / mine;
    }),
  );
}

/** The numbers there are. */
export const known = (numbers: readonly (number | undefined)[]): readonly number[] =>
  numbers.filter((number) => number !== undefined);
