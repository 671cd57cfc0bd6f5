import { parentPort } from 'node:worker_threads';
import { openParquetColumns } from '../../actions/lib/columns/parquet-columns.ts';
import { ActionError } from '../../actions/lib/errors.ts';
import { type FoundRows, readRows } from '../support/read-rows.ts';
import { codecs, parquetKernel, readColumn, sourceOf } from '../unit/lib/columns/parquet-kernel.ts';

const kernel = await parquetKernel();

async function read(name: string, bytes: Uint8Array): Promise<FoundRows> {
  if (!name.endsWith('.parquet'))
    return readRows(name, bytes, name.endsWith('.csv') ? { delimiter: ',' } : {});
  const file = openParquetColumns(sourceOf(name, bytes), kernel, codecs);
  try {
    const columns = file.columns.map((_column, index) => readColumn(kernel, file, index, 64).map(String));
    const rows = (columns[0] ?? []).map((_cell, row) => columns.map((cells) => cells[row] ?? null));
    return {
      columns: file.columns.map((column) => column.name),
      rows,
      lines: [],
      malformed: [],
      controls: [],
    };
  } finally {
    file.close();
  }
}

/** Says that it is ready, then reads the files it is sent, answering with what it found, why it refused, or that something else was thrown. */
parentPort?.on('message', async ({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }) => {
  try {
    parentPort?.postMessage({ found: await read(name, bytes) });
  } catch (error) {
    parentPort?.postMessage(
      error instanceof ActionError
        ? { refused: error.message }
        : { crashed: error instanceof Error ? (error.stack ?? error.message) : String(error) },
    );
  }
});
parentPort?.postMessage('ready');
