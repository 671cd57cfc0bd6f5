import type { Kernel } from '../../lib/columns/kernel.ts';
import type { ColumnRows } from '../../lib/columns/parquet-batch.ts';
import type { ColumnFile } from '../../lib/columns/parquet-columns.ts';
import type { BatchConsumer, TableScan, TypedBatch } from '../../lib/columns/table-scan.ts';
import type { TypedLoader } from '../../lib/columns/typed-rows.ts';
import type { FilePlan } from '../../lib/scan/file-plan.ts';
import type { ScanJob } from '../../lib/scan/scan-job.ts';

/** A typed file at work in a thread. */
export interface TypedReader {
  readonly plan: FilePlan;
  readonly columns: ColumnFile;
  readonly kernel: Kernel;
  readonly loader: TypedLoader;
  readonly scan: TableScan;
  readonly run: BatchConsumer;
  readonly job: ScanJob;
}

const NOT_MALFORMED = { 'extra-cell': 0, 'missing-cell': 0, 'blank-row': 0 } as const;

/** Reads one group of rows of a typed file, batch by batch, all columns side by side. */
export function readGroup(reader: TypedReader, group: number): void {
  const { plan, columns, scan, run, job } = reader;
  const rows = columns.rowGroups[group]?.rows ?? 0;
  if (rows === 0) return;
  const before = (plan.groups ?? []).slice(0, group).reduce((sum, count) => sum + count, 0);
  const declared = new Set(job.columns.filter((column) => column.declared).map(({ name }) => name));
  const wanted = new Set(job.columns.map(({ name }) => name));
  const cursors = plan.columns.map((name, cell) =>
    wanted.has(name) ? columns.open(group, cell) : undefined,
  );
  for (let done = 0; done < rows; ) {
    const count = Math.min(scan.maxRows, rows - done);
    const found: (ColumnRows | undefined)[] = [];
    const first = before + done;
    const batch: TypedBatch = {
      rows: count,
      malformed: [],
      malformedCounts: NOT_MALFORMED,
      controls: [],
      position: (BigInt(plan.index) << 48n) + BigInt(first),
      byAddress: false,
      place: (row) => ({ row: first + row + 1 }),
      load(column, cell) {
        const name = plan.columns[cell] ?? '';
        const values = cursors[cell]?.next(count);
        found[cell] = values;
        if (values === undefined) return;
        const type = columns.columns[cell]?.type ?? 'string';
        reader.loader.load(column, values, type, declared.has(name));
      },
      text(cell, row) {
        const values = found[cell];
        return values === undefined
          ? null
          : reader.loader.text(values, columns.columns[cell]?.type ?? 'string', row);
      },
    };
    scan.take(batch, run);
    done += count;
  }
}
