import { BatchRun } from '../../lib/scan/batch-run.ts';
import { CsvBlocks } from '../../lib/columns/csv-blocks.ts';
import { CsvStream } from '../../lib/columns/csv-stream.ts';
import { TypeSurprise } from '../../lib/columns/infer-type.ts';
import { Kernel } from '../../lib/columns/kernel.ts';
import type { KeyRun } from '../../lib/columns/key-collector.ts';
import { PlacedError } from '../../lib/columns/placed-error.ts';
import { TableScan } from '../../lib/columns/table-scan.ts';
import { ActionError, errorMessage } from '../../lib/errors.ts';
import { type SharedProgress, Stopped } from '../../lib/scan/chain.ts';
import type { FilePlan } from '../../lib/scan/file-plan.ts';
import type { ScanFailure, ScanPart } from '../../lib/scan/part.ts';
import type { ScanJob } from '../../lib/scan/scan-job.ts';
import { type DiskFile, openDisk } from './disk-file.ts';
import { JsonBlocks } from '../../lib/columns/json-blocks.ts';
import { JsonStream } from '../../lib/columns/json-stream.ts';
import { TypedLoader } from '../../lib/columns/typed-rows.ts';
import { textChunks } from './text-stream.ts';
import { readGroup, type TypedReader } from './typed-rows-reader.ts';

/** How a thread ended. */
export type ThreadEnd = { readonly part: ScanPart } | { readonly failure: ScanFailure };

/** Called between two pieces of work; may wait, so that others get a turn. Gives false when the run is cancelled. */
export type Breathe = () => Promise<boolean> | boolean;

/** What takes parts of one file: blocks in any order, or its only part as a stream. */
interface PartReader {
  take(part: number): Promise<void> | void;
  close(): void;
  readonly lineEnds?: { readonly lineFeeds: number; readonly pairs: number; readonly bareReturns: number };
  readonly notes?: readonly string[];
}

/** Takes tasks of a scan until there are none, and sums up what they gave. */
export async function runThread(
  module: WebAssembly.Module,
  job: ScanJob,
  progress: SharedProgress,
  breathe: Breathe,
): Promise<ThreadEnd> {
  const thread = new ScanThread(module, job, progress);
  try {
    for (let task = progress.claim(); task !== undefined; task = progress.claim()) {
      await thread.take(task.file, task.part);
      if (!(await breathe())) progress.stop();
    }
    return { part: thread.finish() };
  } catch (error) {
    progress.stop();
    return { failure: failureOf(error, thread.at) };
  } finally {
    thread.close();
  }
}

class ScanThread {
  readonly #kernel: Kernel;
  readonly #job: ScanJob;
  readonly #progress: SharedProgress;
  readonly #scan: TableScan;
  readonly #run: BatchRun;
  readonly #runs: KeyRun[][];
  readonly #readers = new Map<number, PartReader>();
  at = { file: 0, part: 0 };

  constructor(module: WebAssembly.Module, job: ScanJob, progress: SharedProgress) {
    this.#kernel = new Kernel(module);
    this.#job = job;
    this.#progress = progress;
    this.#runs = job.keys.map(() => []);
    this.#scan = new TableScan(this.#kernel, job, (key, run) => this.#runs[key]?.push(run));
    this.#run = new BatchRun(job, this.#scan);
  }

  async take(file: number, part: number): Promise<void> {
    this.at = { file, part };
    const plan = this.#job.files[file];
    if (plan === undefined) throw new RangeError(`no file ${file}`);
    const reader = this.#readers.get(file) ?? (await this.#open(plan));
    await reader.take(part);
  }

  finish(): ScanPart {
    this.#closeReaders();
    this.#scan.finish();
    const { keys } = this.#scan;
    return {
      rows: this.#scan.rows,
      columns: this.#scan.states(),
      keys: keys.map(({ bijective }, key) => ({ bijective, runs: this.#runs[key] ?? [] })),
      checks: this.#run.state(),
      files: this.#run.tallies(),
    };
  }

  close(): void {
    for (const reader of this.#readers.values()) reader.close();
    this.#readers.clear();
  }

  /** Files come in order: what was open before is done. */
  async #open(plan: FilePlan): Promise<PartReader> {
    this.#closeReaders();
    const view = { index: plan.index, name: plan.name, format: plan.format, columns: plan.columns };
    this.#kernel.quote = plan.csv?.quote ?? '"';
    this.#scan.openFile(view);
    this.#run.openFile(view);
    const reader = await this.#reader(plan);
    this.#readers.set(plan.index, reader);
    return reader;
  }

  #closeReaders(): void {
    for (const [file, reader] of this.#readers) {
      this.#run.closeFile(file, reader.lineEnds, reader.notes);
      reader.close();
    }
    this.#readers.clear();
  }

  async #reader(plan: FilePlan): Promise<PartReader> {
    if (plan.groups !== undefined) return this.#typed(plan);
    if (!plan.blocks) return this.#stream(plan);
    const disk = openDisk(plan.path, plan.name);
    const blocks = this.#blocks(plan, disk);
    return {
      take: (part) => blocks.take(part),
      get lineEnds() {
        return blocks.lineEnds;
      },
      get notes() {
        return blocks.notes;
      },
      close() {
        blocks.close();
        disk.close();
      },
    };
  }

  #blocks(plan: FilePlan, disk: DiskFile) {
    const view = { index: plan.index, name: plan.name, format: plan.format, columns: plan.columns };
    const chain = this.#progress.chain(plan.index);
    const { csv } = plan;
    return csv
      ? new CsvBlocks(this.#kernel, this.#scan, this.#run, view, csv, disk, chain)
      : new JsonBlocks(this.#kernel, this.#scan, this.#run, view, disk, chain, plan.mark);
  }

  #stream(plan: FilePlan): PartReader {
    const view = { index: plan.index, name: plan.name, format: plan.format, columns: plan.columns };
    const { csv } = plan;
    const stream = csv
      ? new CsvStream(this.#kernel, this.#scan, this.#run, view, csv)
      : new JsonStream(this.#kernel, this.#scan, this.#run, view);
    return {
      async take() {
        for await (const chunk of textChunks(plan)) stream.push(chunk);
        stream.end();
      },
      get lineEnds() {
        return stream.lineEnds;
      },
      get notes() {
        return stream.notes;
      },
      close: () => stream.close(),
    };
  }

  async #typed(plan: FilePlan): Promise<PartReader> {
    const { openTyped } = await import('./typed-file.ts');
    const opened = await openTyped(plan, this.#kernel);
    const loader = new TypedLoader(this.#kernel);
    const reader: TypedReader = { plan, columns: opened.columns, loader, kernel: this.#kernel, scan: this.#scan, run: this.#run, job: this.#job };
    return { take: (part) => readGroup(reader, part), close: () => opened.close() };
  }
}

function failureOf(error: unknown, { file, part }: { readonly file: number; readonly part: number }): ScanFailure {
  if (error instanceof TypeSurprise) return { kind: 'surprise', column: error.column, type: error.type };
  if (error instanceof PlacedError)
    return { kind: 'placed', file, block: error.block, line: error.line, code: 'invalid-file', message: error.words };
  if (error instanceof Stopped) return { kind: 'stopped' };
  return {
    kind: 'error',
    file,
    part,
    code: error instanceof ActionError ? error.code : undefined,
    message: errorMessage(error),
    stack: error instanceof Error ? error.stack : undefined,
  };
}
