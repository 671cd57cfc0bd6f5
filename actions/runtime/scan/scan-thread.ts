import type { FileBytes } from '../../lib/columns/block-buffer.ts';
import type { ColumnBatch, FileView } from '../../lib/columns/column-batch.ts';
import { CsvBlocks } from '../../lib/columns/csv-blocks.ts';
import { CsvStream } from '../../lib/columns/csv-stream.ts';
import { TypeSurprise } from '../../lib/columns/infer-type.ts';
import { ColumnSurprise } from '../../lib/columns/json-keys.ts';
import { Kernel } from '../../lib/columns/kernel.ts';
import type { KeyRun } from '../../lib/columns/key-collector.ts';
import { PlacedError } from '../../lib/columns/placed-error.ts';
import { type BatchConsumer, TableScan } from '../../lib/columns/table-scan.ts';
import type { LineEnds } from '../../lib/columns/text-survey.ts';
import { ActionError, errorMessage } from '../../lib/errors.ts';
import { BatchRun } from '../../lib/scan/batch-run.ts';
import type { BlockRing } from '../../lib/scan/block-ring.ts';
import { type SharedProgress, Stopped } from '../../lib/scan/chain.ts';
import { type FilePlan, fileColumns } from '../../lib/scan/file-plan.ts';
import type { ScanFailure, ScanPart } from '../../lib/scan/part.ts';
import type { ScanJob } from '../../lib/scan/scan-job.ts';
import { withCompiler } from '../../lib/schema/schema-compiler.ts';
import { openDisk } from './disk-file.ts';
import { Spill } from './spill.ts';
import { textChunks } from './text-stream.ts';
import type { TypedReader } from './typed-rows-reader.ts';

/** How a thread ended; one that unpacked for others knows nothing. */
export type ThreadEnd =
  | { readonly part: ScanPart }
  | { readonly failure: ScanFailure }
  | { readonly unpacked: true };

/** Called between two pieces of work; may wait, so that others get a turn. Gives false when the run is cancelled. */
export type Breathe = () => Promise<boolean> | boolean;

/** What takes parts of one file: blocks in any order, or its only part as a stream. */
interface PartReader {
  /** Gives false where the file ends before the part. */
  take(part: number): Promise<boolean> | boolean;
  close(): void;
  readonly lineEnds?: LineEnds;
  readonly notes?: readonly string[];
}

/**
 * Takes tasks of a scan until there are none, and sums up what they gave.
 *
 * @param ring - what another thread unpacks, where the job is one file that is read so
 */
export async function runThread(
  module: WebAssembly.Module,
  job: ScanJob,
  progress: SharedProgress,
  breathe: Breathe,
  ring?: BlockRing,
): Promise<ThreadEnd> {
  const thread = await withCompiler(
    () => new ScanThread(module, job, progress, (scan) => new BatchRun(job, scan), ring),
  );
  try {
    for (let task = progress.claim(); task !== undefined; task = progress.claim()) {
      if (!(await thread.take(task.file, task.part))) progress.exhaust();
      if (!(await breathe())) progress.stop();
    }
    const part = thread.finish();
    return { part: { ...part, checks: thread.consumer.state(), files: thread.consumer.tallies() } };
  } catch (error) {
    progress.stop();
    return { failure: failureOf(error, thread.at) };
  } finally {
    thread.close();
  }
}

/** Reads some parts of one file again and looks at their batches. The blocks before them must have been read once. */
export async function captureParts(
  module: WebAssembly.Module,
  job: ScanJob,
  progress: SharedProgress,
  file: FilePlan,
  parts: readonly number[],
  capture: (batch: ColumnBatch) => void,
): Promise<void> {
  const bare: ScanJob = { ...job, keys: [], rules: [], profileCapacity: 0 };
  const thread = new ScanThread(module, bare, progress, () => ({
    openFile() {},
    batch: capture,
    closeFile() {},
  }));
  try {
    for (const part of parts) await thread.take(file.index, part);
  } finally {
    thread.close();
  }
}

/** What is told of every batch and of the end of each file. */
interface ThreadConsumer extends BatchConsumer {
  closeFile(file: FileView, lineEnds?: LineEnds, notes?: readonly string[]): void;
}

class ScanThread<Consumer extends ThreadConsumer> {
  readonly #kernel: Kernel;
  readonly #job: ScanJob;
  readonly #progress: SharedProgress;
  readonly #scan: TableScan;
  readonly consumer: Consumer;
  readonly #runs: KeyRun[][];
  readonly #spill: Spill;
  readonly #plans: ReadonlyMap<number, FilePlan>;
  /** Columns that must not be lost when they come late. */
  readonly #wanted: ReadonlySet<string>;
  readonly #ring: BlockRing | undefined;
  readonly #readers = new Map<number, { readonly view: FileView; readonly reader: PartReader }>();
  at = { file: 0, part: 0 };

  constructor(
    module: WebAssembly.Module,
    job: ScanJob,
    progress: SharedProgress,
    consumer: (scan: TableScan) => Consumer,
    ring?: BlockRing,
  ) {
    this.#ring = ring;
    this.#kernel = new Kernel(module);
    this.#job = job;
    this.#progress = progress;
    this.#runs = job.keys.map(() => []);
    this.#spill = new Spill(job.spillFolder);
    this.#plans = new Map(job.files.map((plan) => [plan.index, plan]));
    this.#wanted = new Set(job.spec.columns.map(({ name }) => name));
    this.#scan = new TableScan(this.#kernel, job, (key, run) => this.#runs[key]?.push(this.#spill.keep(run)));
    this.consumer = consumer(this.#scan);
  }

  /** @returns false where the file ends before the part */
  async take(file: number, part: number): Promise<boolean> {
    this.at = { file, part };
    const plan = this.#plans.get(file);
    if (plan === undefined) throw new RangeError(`no file ${file}`);
    const reader = this.#readers.get(file)?.reader ?? (await this.#open(plan));
    return reader.take(part);
  }

  finish(): Omit<ScanPart, 'checks' | 'files'> {
    this.#closeReaders();
    this.#scan.finish();
    const { keys } = this.#scan;
    return {
      rows: this.#scan.rows,
      columns: this.#scan.states(),
      keys: keys.map(({ bijective }, key) => ({ bijective, runs: this.#runs[key] ?? [] })),
    };
  }

  close(): void {
    this.#spill.close();
    for (const { reader } of this.#readers.values()) reader.close();
    this.#readers.clear();
  }

  /** Files come in order: what was open before is done. */
  async #open(plan: FilePlan): Promise<PartReader> {
    this.#closeReaders();
    const view = { index: plan.index, name: plan.name, format: plan.format, columns: plan.columns };
    this.#kernel.quote = plan.csv?.quote ?? '"';
    const seen = { ...view, columns: fileColumns(plan) };
    this.#scan.openFile(
      seen,
      plan.partitions.map(({ value }) => value),
    );
    this.consumer.openFile(seen);
    const reader = await this.#reader(plan, view);
    this.#readers.set(plan.index, { view: seen, reader });
    return reader;
  }

  #closeReaders(): void {
    for (const { view, reader } of this.#readers.values()) {
      this.consumer.closeFile(view, reader.lineEnds, reader.notes);
      reader.close();
    }
    this.#readers.clear();
  }

  async #reader(plan: FilePlan, view: FileView): Promise<PartReader> {
    if (plan.groups !== undefined) return this.#typed(plan);
    if (!plan.blocks) return this.#stream(plan, view);
    const ring = this.#ring;
    const bytes = ring ?? openDisk(plan.path, plan.name);
    const blocks = await this.#blocks(plan, view, bytes);
    return {
      take(part) {
        const taken = blocks.take(part);
        ring?.done(part);
        return taken;
      },
      get lineEnds() {
        return blocks.lineEnds;
      },
      get notes() {
        return 'notes' in blocks ? blocks.notes : [];
      },
      close() {
        blocks.close();
        if ('close' in bytes) bytes.close();
      },
    };
  }

  async #blocks(plan: FilePlan, view: FileView, bytes: FileBytes) {
    const chain = this.#progress.chain(plan.index);
    const { csv } = plan;
    if (csv) return new CsvBlocks(this.#kernel, this.#scan, this.consumer, view, csv, bytes, chain);
    const { JsonBlocks } = await import('../../lib/columns/json-blocks.ts');
    return new JsonBlocks(
      this.#kernel,
      this.#scan,
      this.consumer,
      view,
      bytes,
      chain,
      plan.mark,
      this.#wanted,
    );
  }

  async #stream(plan: FilePlan, view: FileView): Promise<PartReader> {
    const { csv } = plan;
    const stream = csv
      ? new CsvStream(this.#kernel, this.#scan, this.consumer, view, csv)
      : await this.#jsonStream(view);
    return {
      async take() {
        for await (const chunk of textChunks(plan)) stream.push(chunk);
        stream.end();
        return true;
      },
      get lineEnds() {
        return stream.lineEnds;
      },
      get notes() {
        return 'notes' in stream ? stream.notes : [];
      },
      close: () => stream.close(),
    };
  }

  async #jsonStream(view: FileView) {
    const { JsonStream } = await import('../../lib/columns/json-stream.ts');
    return new JsonStream(this.#kernel, this.#scan, this.consumer, view, this.#wanted);
  }

  /** Each reader is loaded where there is a file for it. */
  async #typed(plan: FilePlan): Promise<PartReader> {
    const { openTyped } = await import('./typed-file.ts');
    const { TypedLoader } = await import('../../lib/columns/typed-rows.ts');
    const { readGroup } = await import('./typed-rows-reader.ts');
    const opened = await openTyped(plan, this.#kernel);
    const loader = new TypedLoader(this.#kernel);
    const reader: TypedReader = {
      plan,
      columns: opened.columns,
      loader,
      kernel: this.#kernel,
      scan: this.#scan,
      run: this.consumer,
      job: this.#job,
    };
    return {
      take(part) {
        readGroup(reader, part);
        return true;
      },
      close: () => opened.close(),
    };
  }
}

/** What an error that ended a thread's work is to those who sum it up. */
export function failureOf(
  error: unknown,
  { file, part }: { readonly file: number; readonly part: number },
): ScanFailure {
  if (error instanceof TypeSurprise) return { kind: 'surprise', column: error.column, type: error.type };
  if (error instanceof ColumnSurprise) return { kind: 'column', file, column: error.column };
  if (error instanceof PlacedError)
    return {
      kind: 'placed',
      file,
      block: error.block,
      line: error.line,
      code: error.code,
      message: error.words,
    };
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
