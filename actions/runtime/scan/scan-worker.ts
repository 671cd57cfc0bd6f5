import { parentPort, workerData } from 'node:worker_threads';
import { SharedProgress } from '../../lib/scan/chain.ts';
import type { ScanJob } from '../../lib/scan/scan-job.ts';
import { runThread } from './scan-thread.ts';

/** What a thread is started with. */
export interface WorkerStart {
  readonly kernels: WebAssembly.Module;
  readonly job: ScanJob;
  readonly progress: SharedArrayBuffer;
}

/** The program of a thread that reads data beside the main one. */
const { kernels, job, progress }: WorkerStart = workerData;
const end = await runThread(kernels, job, new SharedProgress(job.files, progress), () => true);
const buffers = 'part' in end ? end.part.keys.flatMap(({ runs }) => runs.map(({ bytes }) => bytes)) : [];
parentPort?.postMessage(end, buffers);
