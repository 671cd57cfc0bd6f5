import { Kernel } from '../../lib/columns/kernel.ts';
import type { ColumnFile } from '../../lib/columns/parquet-columns.ts';
import type { FilePlan } from '../../lib/scan/file-plan.ts';
import { codecs } from './codecs.ts';
import { type DiskFile, openDisk } from './disk-file.ts';

/** A typed file that is open for reading columns. */
export interface OpenTyped {
  readonly columns: ColumnFile;
  close(): void;
}

/** Opens Parquet or Arrow. @throws ActionError invalid-file, limit-exceeded */
export async function openTyped(
  file: Pick<FilePlan, 'path' | 'name' | 'format'>,
  kernel: Kernel,
): Promise<OpenTyped> {
  const disk = openDisk(file.path, file.name);
  try {
    const columns = await FORMATS[file.format === 'arrow' ? 'arrow' : 'parquet'](disk, kernel);
    return {
      columns,
      close() {
        columns.close();
        disk.close();
      },
    };
  } catch (error) {
    disk.close();
    throw error;
  }
}

/** Each reader is loaded where there is a file for it. */
const FORMATS = {
  parquet: async (disk: DiskFile, kernel: Kernel): Promise<ColumnFile> => {
    const { openParquetColumns } = await import('../../lib/columns/parquet-columns.ts');
    return openParquetColumns(disk.source(), kernel.run, codecs);
  },
  arrow: async (disk: DiskFile, kernel: Kernel): Promise<ColumnFile> => {
    const { openArrowColumns } = await import('../../lib/columns/arrow-columns.ts');
    return openArrowColumns(disk.source(), kernel.run, codecs);
  },
};

/** What the footer of a typed file says. */
export async function readTypedHead(
  file: Pick<FilePlan, 'path' | 'name'>,
  format: 'parquet' | 'arrow',
  module: WebAssembly.Module,
) {
  const opened = await openTyped({ ...file, format }, new Kernel(module));
  try {
    const { columns, rowGroups, notes } = opened.columns;
    return {
      columns: columns.map(({ name }) => name),
      types: columns.map(({ type }) => type),
      groups: rowGroups.map(({ rows }) => rows),
      notes,
    };
  } finally {
    opened.close();
  }
}
