import { ActionError } from '../errors.ts';
import { jsonArrayElements, jsonLines } from './json-records.ts';
import { type JsonRecord, parseJsonRecord } from './json-value.ts';
import { batchRows, LIMITS } from './limits.ts';
import type { Batch, Cell, ReaderNote, TableOptions, TableReader } from './table.ts';

/** A record and the line on which it begins. */
interface Located {
  readonly record: JsonRecord;
  readonly line: number;
}

/**
 * Opens an array of JSON objects, or JSON Lines. The columns are the keys of all objects in order of appearance, so
 * the file is read once to find them and once for the rows; an object without a key has no value there.
 *
 * @param texts - the decoded file in pieces, from the start at each call
 * @throws ActionError invalid-file, limit-exceeded
 */
export async function openJson(
  name: string,
  texts: (notes: ReaderNote[]) => AsyncIterable<string>,
  notes: ReaderNote[],
  options: TableOptions & { readonly format: 'json' | 'jsonl' },
): Promise<TableReader> {
  const checkpoint = options.checkpoint ?? (() => {});
  const records = (to: ReaderNote[]) => recordsOf(name, options.format, texts(to));
  const keys = new Set<string>();
  let seen = 0;
  for await (const { record } of records([])) {
    for (const key of record.keys()) keys.add(key);
    if (keys.size > LIMITS.columns)
      throw new ActionError('limit-exceeded', `${name}: more than ${LIMITS.columns} different keys`);
    seen += 1;
    if (seen % 8_192 === 0) checkpoint();
  }
  if (seen === 0 && options.format === 'jsonl')
    throw new ActionError('invalid-file', `${name}: the file is empty; expected one JSON object a line`);
  const columns = [...keys];
  return {
    format: options.format,
    columns,
    notes,
    batches: () => batchesOf(records(notes), columns, checkpoint),
  };
}

async function* recordsOf(
  name: string,
  format: 'json' | 'jsonl',
  texts: AsyncIterable<string>,
): AsyncIterable<Located> {
  const pieces = format === 'json' ? jsonArrayElements(name, texts) : jsonLines(name, texts);
  for await (const { text, line } of pieces) yield { record: parseJsonRecord(`${name}:${line}`, text), line };
}

async function* batchesOf(
  records: AsyncIterable<Located>,
  names: readonly string[],
  checkpoint: () => void,
): AsyncIterable<Batch> {
  const capacity = batchRows(names.length);
  let firstRow = 0;
  let columns: Cell[][] = names.map(() => []);
  let lines: number[] = [];
  const take = (): Batch => {
    checkpoint();
    const batch = {
      firstRow,
      rowCount: lines.length,
      columns,
      lines: Uint32Array.from(lines),
      locate: lineOnly(lines),
    };
    firstRow += lines.length;
    columns = names.map(() => []);
    lines = [];
    return batch;
  };
  for await (const { record, line } of records) {
    for (const [index, name] of names.entries()) columns[index]?.push(toCell(record.get(name)));
    lines.push(line);
    if (lines.length === capacity) yield take();
  }
  if (lines.length > 0) yield take();
}

const lineOnly = (lines: readonly number[]) => (row: number) => ({ line: lines[row] ?? 1, column: 1 });

function toCell(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return value;
  return Array.isArray(value) ? value : { ...value };
}
