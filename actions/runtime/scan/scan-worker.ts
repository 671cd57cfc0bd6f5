import { parentPort, workerData } from 'node:worker_threads';
import { SharedProgress } from '../../lib/scan/chain.ts';
import type { ScanJob } from '../../lib/scan/scan-job.ts';
import { runThread } from './scan-thread.ts';

/** A scan that a thread takes part in. */
export interface WorkerTask {
  readonly job: ScanJob;
  readonly progress: SharedArrayBuffer;
}

/** The program of a thread that reads data beside the main one: it takes part in one scan after the other. */
const kernels: WebAssembly.Module = workerData;
parentPort?.on('message', async ({ job, progress }: WorkerTask) => {
  const end = await runThread(kernels, job, new SharedProgress(job.files, progress), () => true);
  const buffers = 'part' in end ? end.part.keys.flatMap(({ runs }) => runs.map(({ bytes }) => bytes)) : [];
  parentPort?.postMessage(end, buffers);
});
