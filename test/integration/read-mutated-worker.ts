import { parentPort, workerData } from 'node:worker_threads';
import { ActionError } from '../../actions/lib/errors.ts';
import { engineReader } from '../support/read-with-engine.ts';

/** Its files lie in the folder of whoever started it, since it may be ended at any time. */
const engine = engineReader(workerData);

/**
 * Says that it is ready, then reads the files it is sent, answering with the rows of CSV, the number of rows of other
 * formats, why it refused, or that something else was thrown.
 */
parentPort?.on('message', async ({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }) => {
  try {
    parentPort?.postMessage(
      name.endsWith('.csv')
        ? { found: await engine.read(name, bytes, { delimiter: ',' }) }
        : { rows: await engine.count(name, bytes) },
    );
  } catch (error) {
    parentPort?.postMessage(
      error instanceof ActionError
        ? { refused: error.message }
        : { crashed: error instanceof Error ? (error.stack ?? error.message) : String(error) },
    );
  }
});
parentPort?.postMessage('ready');
