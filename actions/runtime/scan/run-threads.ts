import { availableParallelism } from 'node:os';
import { ActionError } from '../../lib/errors.ts';
import { BlockRing } from '../../lib/scan/block-ring.ts';
import { SharedProgress } from '../../lib/scan/chain.ts';
import type { ScanFailure, ScanPart } from '../../lib/scan/part.ts';
import type { ScanJob } from '../../lib/scan/scan-job.ts';
import type { ColumnType } from '../../lib/tabular/column-type.ts';
import { runThread, type ThreadEnd } from './scan-thread.ts';
import { ThreadPool } from './thread-pool.ts';
import { textBytes, unpackedJob } from './unpacking.ts';

/** A thread costs about 50 ms: below so many bytes it does not pay. */
const BYTES_FOR_A_THREAD = 16 << 20;
const MOST_THREADS = 8;
/** How often the main thread looks for signals, in seconds. */
const BREATH = 0.05;

/** What all threads know together, or why the scan must begin anew. */
export type ScanEnd =
  | { readonly kind: 'done'; readonly parts: readonly ScanPart[]; readonly progress: SharedProgress }
  | {
      readonly kind: 'surprise';
      readonly types: readonly { readonly column: string; readonly type: ColumnType }[];
      /** Columns that files have besides those that they seemed to have. */
      readonly columns: readonly { readonly file: number; readonly column: string }[];
    };

/** How a scan is run. */
export interface ThreadOptions {
  readonly kernels: WebAssembly.Module;
  /** Folder of the bundle. */
  readonly folder: string;
  /** Threads at most; by the machine when absent. */
  readonly threads?: number;
  readonly signal: AbortSignal;
  /** Called between pieces of work. */
  readonly beat: () => void;
  /** Folder for what memory should not hold; without one it holds all. */
  readonly spillFolder?: string;
  /** Threads that are kept from scan to scan; without one they are started for each. */
  readonly pool?: ThreadPool;
}

/**
 * Reads a table with as many threads as pay, the main one among them.
 *
 * @throws ActionError of the earliest fault in the files; cancelled
 */
export async function runThreads(job: ScanJob, options: ThreadOptions): Promise<ScanEnd> {
  const unpacked = unpackedJob(job);
  const threads = threadsFor(unpacked ?? job, options.threads);
  const shared = threads > 1 ? (unpacked ?? job) : job;
  const progress = new SharedProgress(shared.files);
  const ring = shared === unpacked ? new BlockRing(() => progress.stopped) : undefined;
  const pool = options.pool ?? new ThreadPool(options.kernels, options.folder);
  try {
    const others = ring === undefined ? [] : [pool.run(job, progress, ring, true)];
    while (others.length < threads - (ring === undefined ? 1 : 0))
      others.push(pool.run(shared, progress, ring));
    for (const other of others) other.catch(() => {}); // awaited when the main thread is done with its own part
    const own = await runThread(options.kernels, shared, progress, breathing(options), ring);
    const ends = [own, ...(await Promise.all(others))];
    if (options.signal.aborted)
      throw new ActionError('cancelled', 'the run was cancelled while reading the data');
    return sumUp(ends, progress);
  } finally {
    if (options.pool === undefined) await pool.close();
  }
}

function threadsFor(job: ScanJob, wanted: number | undefined): number {
  const tasks = job.files.reduce((sum, file) => sum + file.tasks, 0);
  const bytes = job.files.reduce((sum, file) => sum + textBytes(file), 0);
  return Math.max(1, Math.min(wanted ?? threadsThatPay(bytes), tasks));
}

/** Threads, the main one among them, that pay for so many bytes on this machine. */
export const threadsThatPay = (bytes: number): number =>
  Math.min(availableParallelism(), MOST_THREADS, 1 + Math.floor(bytes / BYTES_FOR_A_THREAD));

/** Lets signals and timers through now and then: reading blocks the thread. */
function breathing({ signal, beat }: ThreadOptions): () => Promise<boolean> | boolean {
  let last = process.uptime();
  return () => {
    beat();
    const now = process.uptime();
    if (now - last < BREATH) return !signal.aborted;
    last = now;
    return new Promise((resolve) => setImmediate(() => resolve(!signal.aborted)));
  };
}

function sumUp(ends: readonly ThreadEnd[], progress: SharedProgress): ScanEnd {
  const failures = ends.flatMap((end) => ('failure' in end ? [end.failure] : []));
  const parts = ends.flatMap((end) => ('part' in end ? [end.part] : []));
  if (failures.length === 0) return { kind: 'done', parts, progress };
  const errors = failures.filter((failure) => failure.kind === 'placed' || failure.kind === 'error');
  const [first] = errors.sort((a, b) => a.file - b.file || partOf(a) - partOf(b) || lineOf(a) - lineOf(b));
  if (first) throw errorOf(first, progress);
  return {
    kind: 'surprise',
    types: failures.filter((failure) => failure.kind === 'surprise'),
    columns: failures.filter((failure) => failure.kind === 'column'),
  };
}

type Fault = Extract<ScanFailure, { kind: 'placed' | 'error' }>;

const partOf = (fault: Fault): number => (fault.kind === 'placed' ? fault.block : fault.part);
const lineOf = (fault: Fault): number => (fault.kind === 'placed' ? fault.line : 0);

function errorOf(fault: Fault, progress: SharedProgress): Error {
  if (fault.kind === 'placed') {
    const line = fault.line + (fault.block === 0 ? 0 : progress.linesBefore(fault.file, fault.block));
    return new ActionError(fault.code, `${fault.message[0]}${line}${fault.message[1]}`);
  }
  if (fault.code !== undefined) return new ActionError(fault.code, fault.message);
  const error = new Error(fault.message);
  if (fault.stack !== undefined) error.stack = fault.stack;
  return error;
}
