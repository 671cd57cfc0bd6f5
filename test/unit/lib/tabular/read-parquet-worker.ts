import { parentPort } from 'node:worker_threads';
import { bytesSource } from '../../../../actions/lib/tabular/bytes-source.ts';
import { openTable } from '../../../../actions/lib/tabular/open-table.ts';

/** Reads the Parquet files it is sent, answering with the rows read or the name of the error. */
parentPort?.on('message', async (bytes: Uint8Array) => {
  try {
    let rows = 0;
    for await (const batch of (await openTable(bytesSource('a.parquet', bytes))).batches())
      rows += batch.rowCount;
    parentPort?.postMessage({ rows });
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? error.name : String(error) });
  }
});
