import { parentPort, workerData } from 'node:worker_threads';
import { BlockRing } from '../../lib/scan/block-ring.ts';
import { SharedProgress } from '../../lib/scan/chain.ts';
import type { ScanJob } from '../../lib/scan/scan-job.ts';
import { runThread, type ThreadEnd } from './scan-thread.ts';
import { unpackForThreads } from './unpacking.ts';

/** A scan that a thread takes part in. */
export interface WorkerTask {
  readonly job: ScanJob;
  readonly progress: SharedArrayBuffer;
  /** What is unpacked for all threads. */
  readonly ring: SharedArrayBuffer | undefined;
  /** The thread unpacks for the others, rather than reading. */
  readonly unpacks: boolean;
}

/** The program of a thread that reads data beside the main one: it takes part in one scan after the other. */
const kernels: WebAssembly.Module = workerData;
parentPort?.on('message', async (task: WorkerTask) => {
  const end = await work(task);
  const buffers = 'part' in end ? end.part.keys.flatMap(({ runs }) => runs.map(({ bytes }) => bytes)) : [];
  parentPort?.postMessage(end, buffers);
});

async function work({ job, progress: memory, ring: shared, unpacks }: WorkerTask): Promise<ThreadEnd> {
  const progress = new SharedProgress(job.files, memory);
  const ring = shared && new BlockRing(() => progress.stopped, shared);
  if (ring !== undefined && unpacks) return unpackForThreads(ring, job);
  return runThread(kernels, job, progress, () => true, ring);
}
