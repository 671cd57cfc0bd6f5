import { bytesSource } from '../../actions/lib/tabular/bytes-source.ts';
import { openTable } from '../../actions/lib/tabular/open-table.ts';
import type { MalformedRow, TableOptions } from '../../actions/lib/tabular/table.ts';

/** What a reader found in a file: its rows as texts, `null` where there is no value. */
export interface FoundRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Physical line on which each row starts; empty where a format has no lines. */
  readonly lines: readonly number[];
  readonly malformed: readonly MalformedRow[];
  /** Line and column of each NUL. */
  readonly controls: readonly (readonly [number, number])[];
}

/**
 * A file through the row reader, which knows neither encodings nor kinds of quotes, refuses a NUL and takes a line of
 * two quotes for a blank one.
 */
export async function readRows(
  name: string,
  bytes: Uint8Array,
  options: TableOptions = {},
): Promise<FoundRows> {
  const reader = await openTable(bytesSource(name, bytes), options);
  const rows: (string | null)[][] = [];
  const lines: number[] = [];
  const malformed: MalformedRow[] = [];
  for await (const batch of reader.batches()) {
    for (let row = 0; row < batch.rowCount; row += 1)
      rows.push(batch.columns.map((cells) => textOf(cells[row] ?? null)));
    lines.push(...(batch.lines ?? []));
    malformed.push(...(batch.malformed ?? []));
  }
  return { columns: reader.columns, rows, lines, malformed, controls: [] };
}

function textOf(value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
