import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Longest time between two signs of life. */
const LIMIT_MS = 120_000;

/** Formats whose decoder can be kept busy without end by a damaged file. */
const AT_RISK = /\.(parquet|pq)(\.gz)?$/i;

/**
 * Runs in a thread of its own, because the thread it watches may be stuck. It can only end the process: there is no
 * other way to interrupt a loop in JavaScript.
 */
const WATCH = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const { beats, limit, message } = workerData;
for (;;) {
  const seen = Atomics.load(beats, 0);
  if (Atomics.wait(beats, 0, seen, limit) !== 'timed-out') continue;
  writeSync(1, message);
  process.kill(process.pid, 'SIGKILL');
}`;

/**
 * Does work on a file and ends the step with an error when it gives no sign of life for two minutes. Only files of
 * formats that are at risk are watched.
 *
 * @param work - gets a function to call as a sign of life
 */
export async function watched<T>(
  file: string,
  work: (beat: () => void) => Promise<T>,
  limitMs: number = LIMIT_MS,
): Promise<T> {
  if (!AT_RISK.test(file)) return work(() => {});
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const message = `\n::error::limit-exceeded: ${file.replace(/[%\r\n]/g, '?')}: decoding stood still for ${limitMs / 1000} s; the file is damaged, write it again\n`;
  const workerData = { beats, limit: limitMs, message };
  // Options of the process, such as the kind of module it evaluates, are not meant for this thread.
  const worker = new Worker(WATCH, { eval: true, workerData, execArgv: [] });
  await once(worker, 'online');
  worker.unref();
  try {
    return await work(() => {
      Atomics.add(beats, 0, 1);
      Atomics.notify(beats, 0);
    });
  } finally {
    await worker.terminate();
  }
}
