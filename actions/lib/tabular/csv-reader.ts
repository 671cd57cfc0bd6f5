import { ActionError } from '../errors.ts';
import { checkColumnNames } from './column-names.ts';
import { CsvBatch } from './csv-batch.ts';
import { CsvScanner, END, INCOMPLETE } from './csv-scanner.ts';
import { detectDelimiter } from './detect-delimiter.ts';
import { batchRows } from './limits.ts';
import type { Batch, ReaderNote, TableOptions, TableReader } from './table.ts';

/** Characters looked at to find the delimiter. */
const SAMPLE = 64 * 1024;

/**
 * Opens CSV or TSV: reads the header and, unless it is given, finds the delimiter.
 *
 * @param texts - the decoded file in pieces
 * @throws ActionError invalid-file for an empty file and for column names that are blank or equal
 */
export async function openCsv(
  name: string,
  texts: AsyncIterable<string>,
  notes: ReaderNote[],
  options: TableOptions & { readonly format: 'csv' | 'tsv' },
): Promise<TableReader> {
  const feed = new Feed(texts);
  const sample = await feed.read(SAMPLE);
  if (sample.trim() === '' && feed.done)
    throw new ActionError('invalid-file', `${name}: the file is empty; expected a header and rows`);
  const delimiter =
    options.delimiter ?? (options.format === 'tsv' ? '\t' : detectDelimiter(sample, feed.done));
  const scanner = new CsvScanner(name, delimiter);
  scanner.feed(sample, feed.done);
  const count = await nextRecord(scanner, feed);
  const columns = scanner.cells.slice(0, Math.max(0, count));
  checkColumnNames(`${name}:${scanner.recordLine}`, columns);
  return {
    format: options.format,
    columns,
    notes,
    async *batches() {
      yield* readBatches(scanner, feed, {
        name,
        delimiter,
        columns: columns.length,
        nulls: new Set(options.nullValues),
        checkpoint: options.checkpoint ?? (() => {}),
      });
      noteLineEnds(scanner, notes);
    },
  };
}

interface Plan {
  readonly name: string;
  readonly delimiter: string;
  readonly columns: number;
  readonly nulls: ReadonlySet<string>;
  readonly checkpoint: () => void;
}

async function* readBatches(scanner: CsvScanner, feed: Feed, plan: Plan): AsyncIterable<Batch> {
  const capacity = batchRows(plan.columns);
  const begin = (row: number) => new CsvBatch(plan.name, plan.delimiter, plan.columns, row, plan.nulls);
  let batch = begin(0);
  let row = 0;
  for (;;) {
    const count = scanner.next();
    if (count >= 0) {
      batch.add(scanner, count);
      if (batch.size < capacity) continue;
    } else if (count === INCOMPLETE) {
      scanner.feed(await feed.read(Math.max(SAMPLE, scanner.waiting)), feed.done);
      continue;
    }
    if (batch.size > 0) {
      plan.checkpoint();
      row += batch.rows;
      yield batch.finish();
      batch = begin(row);
    }
    if (count === END) return;
  }
}

async function nextRecord(scanner: CsvScanner, feed: Feed): Promise<number> {
  for (;;) {
    const count = scanner.next();
    if (count !== INCOMPLETE) return count;
    // At least doubling the text keeps re-reading an unfinished record linear in its length.
    scanner.feed(await feed.read(Math.max(SAMPLE, scanner.waiting)), feed.done);
  }
}

function noteLineEnds(scanner: CsvScanner, notes: ReaderNote[]): void {
  const used = Object.entries(scanner.lineEnds).filter(([, times]) => times > 0);
  if (used.length > 1)
    notes.push({
      level: 'suspicious',
      message: `mixed line ends: ${used.map(([end, times]) => `${times} ${end}`).join(', ')}`,
    });
}

/** Hands out the pieces of a text in portions of at least a wanted size. */
class Feed {
  done = false;
  readonly #pieces: AsyncIterator<string>;

  constructor(texts: AsyncIterable<string>) {
    this.#pieces = texts[Symbol.asyncIterator]();
  }

  async read(atLeast: number): Promise<string> {
    let text = '';
    while (!this.done && text.length < atLeast) {
      const piece = await this.#pieces.next();
      if (piece.done) this.done = true;
      else text += piece.value;
    }
    return text;
  }
}
