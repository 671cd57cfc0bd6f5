import type { Worker } from 'node:worker_threads';
import type { BlockRing } from '../../lib/scan/block-ring.ts';
import type { SharedProgress } from '../../lib/scan/chain.ts';
import type { ScanJob } from '../../lib/scan/scan-job.ts';
import { workerProgram } from './kernel-module.ts';
import type { ThreadEnd } from './scan-thread.ts';
import type { WorkerTask } from './scan-worker.ts';
import { THREAD_ARGUMENT } from './thread-argument.ts';

/** Threads that read beside the main one. Starting one takes longer than reading a small file: they are kept. */
export class ThreadPool {
  readonly #kernels: WebAssembly.Module;
  readonly #folder: string;
  readonly #idle: Worker[] = [];

  /** @param folder - of the bundle */
  constructor(kernels: WebAssembly.Module, folder: string) {
    this.#kernels = kernels;
    this.#folder = folder;
  }

  /** Starts threads before there is work for them. */
  warm(threads: number): void {
    while (this.#idle.length < threads) this.#idle.push(this.#start());
  }

  /**
   * Has a thread take part in a scan.
   *
   * @param ring - where the file of the job is unpacked for all threads
   * @param unpacks - this thread does it
   */
  async run(job: ScanJob, progress: SharedProgress, ring?: BlockRing, unpacks = false): Promise<ThreadEnd> {
    const worker = this.#idle.pop() ?? this.#start();
    worker.ref();
    try {
      const end = await answerOf(worker, { job, progress: progress.memory, ring: ring?.memory, unpacks });
      worker.unref();
      this.#idle.push(worker);
      return end;
    } catch (error) {
      progress.stop();
      await worker.terminate();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((worker) => worker.terminate()));
  }

  /** An idle thread does not keep the process alive. */
  #start(): Worker {
    // Loaded with the first thread: it takes as long as reading a small file, which needs none.
    const threads = process.getBuiltinModule('node:worker_threads');
    const worker = new threads.Worker(workerProgram(this.#folder), {
      argv: [THREAD_ARGUMENT],
      workerData: this.#kernels,
      execArgv: [],
    });
    worker.unref();
    return worker;
  }
}

function answerOf(worker: Worker, task: WorkerTask): Promise<ThreadEnd> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error('a thread ended without a result'));
    worker.once('error', reject).once('exit', onExit);
    worker.once('message', (end: ThreadEnd) => {
      worker.off('error', reject).off('exit', onExit);
      resolve(end);
    });
    worker.postMessage(task);
  });
}
