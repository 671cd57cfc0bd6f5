import { LIMITS } from '../tabular/limits.ts';
import { CELLS, type CellLayout } from './cells.ts';
import type { FileView, Place } from './column-batch.ts';
import { explainStop, JsonFault, type JsonForm, STOP } from './json-fault.ts';
import { SAMPLE_RECORDS } from './json-head.ts';
import { ColumnSurprise, JsonKeys, keyAt } from './json-keys.ts';
import type { Kernel } from './kernel.ts';
import type { BatchConsumer, CellBatch, TableScan } from './table-scan.ts';
import { placeIn, type TextStretch } from './text-stretch.ts';

/** A key that is first met after the columns were settled: its values are in no column. */
export interface LateKey {
  readonly name: string;
  readonly place: Place;
}

/** A batch of records. */
interface JsonBatch extends CellBatch {
  /** Address of the word before each row's cells that holds the address before the row; as far apart as the rows. */
  readonly rowsAt: number;
}

/** Bytes of a pair of words. */
const PAIR = 8;
/** Characters around a fault that tell what it is. */
const AROUND = 64;
/** A token that begins so close to the end of what was read may go on behind it. */
const TOKEN = 8;
const NO_MALFORMED = { 'extra-cell': 0, 'missing-cell': 0, 'blank-row': 0 } as const;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Cuts stretches of JSON Lines, or of one array, into batches for a scan. */
export class JsonCutter {
  readonly #kernel: Kernel;
  readonly #scan: TableScan;
  readonly #consumer: BatchConsumer;
  readonly #file: FileView;
  readonly #wanted: ReadonlySet<string>;
  readonly #form: JsonForm;
  readonly #keys: JsonKeys;
  readonly #rows: number;
  readonly #cut: number;
  /** Keys met after the columns were settled, in their order. */
  readonly lateKeys: LateKey[] = [];

  /** @param wanted - names of the plan's columns: no value of these may be passed over */
  constructor(
    kernel: Kernel,
    scan: TableScan,
    consumer: BatchConsumer,
    file: FileView,
    wanted: ReadonlySet<string>,
  ) {
    this.#kernel = kernel;
    this.#scan = scan;
    this.#consumer = consumer;
    this.#file = file;
    this.#wanted = wanted;
    this.#form = file.format === 'json' ? 'json' : 'jsonl';
    this.#keys = new JsonKeys(kernel, file.columns);
    this.#rows = kernel.alloc((scan.maxRows + 1) * this.#stride);
    this.#cut = kernel.alloc(32);
    kernel.words[(this.#cut >> 2) + 7] = LIMITS.recordLength;
  }

  /** Gives its memory back. */
  close(): void {
    this.#keys.close();
    for (const at of [this.#rows, this.#cut]) this.#kernel.run.release(at);
  }

  /**
   * Takes the records of [from, end). Lines are whole and end with a line feed; an array may go on later, where it
   * stopped, unless this is its end.
   *
   * @returns the address of the first byte that was not used
   * @throws JsonFault, ColumnSurprise
   */
  records(from: number, end: number, stretch: TextStretch, final = true): number {
    for (let at = from; ; ) {
      const cut = this.#batch(at, end, stretch);
      const { stop, stoppedAt, token, consumed } = cut;
      if (cut.rows > 0) this.#deliver(cut.rows, stretch, cut.escaped);
      const waits = stop !== STOP.none && !final && stoppedAt + TOKEN >= end;
      if (stop !== STOP.none && !waits) throw this.#fault(stop, stoppedAt, token, end, stretch);
      if (waits || consumed === at) return this.#ended(consumed, end, final, stretch);
      at = consumed;
    }
  }

  get #stride(): number {
    return (this.#file.columns.length + 1) * PAIR;
  }

  /** Cuts a batch of rows; keys that are not known are learnt on the way. */
  #batch(from: number, end: number, stretch: TextStretch) {
    let rows = 0;
    let escaped = false;
    for (let at = from; ; ) {
      this.#run(at, end, rows);
      const word = this.#cut >> 2;
      const [consumed = 0, cut = 0, stop = 0, stoppedAt = 0, token = 0, escapes = 0] =
        this.#kernel.words.slice(word, word + 6);
      rows += cut;
      escaped ||= escapes !== 0;
      if (stop !== STOP.unfamiliar) return { consumed, rows, stop, stoppedAt, token, escaped };
      this.#learn(token, stoppedAt, stretch);
      at = consumed;
    }
  }

  #run(at: number, end: number, rows: number): void {
    const { run } = this.#kernel;
    const cut = this.#form === 'json' ? run.cutJsonArray : run.cutJsonLines;
    const layout = this.#rows + rows * this.#stride;
    cut(at, end, layout, this.#scan.maxRows - rows, this.#keys.table, this.#cut);
  }

  #deliver(rows: number, stretch: TextStretch, escaped: boolean): void {
    const layout: CellLayout = {
      at: this.#rows + PAIR,
      stride: this.#stride,
      step: PAIR,
      rows,
      form: CELLS.json,
      ascii: stretch.ascii && !escaped,
    };
    const batch: JsonBatch = {
      layout,
      malformed: [],
      malformedCounts: NO_MALFORMED,
      controls: [],
      position: stretch.position + 1n,
      byAddress: true,
      rowsAt: this.#rows,
      place: (row, cell) => this.#placeOf(row, cell, stretch),
    };
    this.#scan.take(batch, this.#consumer);
  }

  /** A value that is not there is where its record is. */
  #placeOf(row: number, cell: number | undefined, stretch: TextStretch): Place {
    const { words } = this.#kernel;
    const word = (this.#rows + row * this.#stride) >> 2;
    const value = cell === undefined ? 0 : (words[word + (cell + 1) * 2 + 1] ?? 0);
    if (cell !== undefined && value !== 0)
      return placeIn(this.#kernel, (words[word + (cell + 1) * 2] ?? 0) + 1, stretch);
    const { column: _, ...line } = placeIn(this.#kernel, (words[word] ?? 0) + 1, stretch);
    return line;
  }

  #learn(from: number, to: number, stretch: TextStretch): void {
    const { name, spelling } = keyAt(this.#kernel, from, to);
    if (!this.#keys.has(name)) {
      if (this.#wanted.has(name)) throw new ColumnSurprise(name);
      this.lateKeys.push({ name, place: placeIn(this.#kernel, from, stretch) });
    }
    this.#keys.learn(name, spelling);
    if (this.#keys.size > LIMITS.columns || this.#keys.spellings > 2 * LIMITS.columns)
      throw new JsonFault(
        this.#file.name,
        placeIn(this.#kernel, from, stretch),
        `more than ${LIMITS.columns} different keys`,
        'limit-exceeded',
      );
  }

  #fault(stop: number, at: number, token: number, end: number, stretch: TextStretch): JsonFault {
    const text = (from: number, to: number): string => decoder.decode(this.#kernel.bytes.subarray(from, to));
    const rest = text(at, Math.min(end, at + 4 * AROUND));
    const inLine = this.#form === 'jsonl' && /^\r?\n/.test(rest) && stop !== STOP.text;
    const message = explainStop({
      stop,
      form: this.#form,
      token: text(Math.max(token, at - AROUND), at),
      rest,
      before: text(Math.max(stretch.start, at - AROUND), at).trimEnd(),
      ended: at >= end || inLine,
    });
    const code = stop === STOP.deep || stop === STOP.long ? 'limit-exceeded' : 'invalid-file';
    return new JsonFault(this.#file.name, placeIn(this.#kernel, Math.min(at, end), stretch), message, code);
  }

  #ended(consumed: number, end: number, final: boolean, stretch: TextStretch): number {
    const part = this.#kernel.words[(this.#cut >> 2) + 6];
    if (!final || this.#form !== 'json' || part === BEHIND) return consumed;
    const message = 'the file ends inside the array; is it cut off?';
    throw new JsonFault(this.#file.name, placeIn(this.#kernel, end, stretch), message);
  }
}

/** An array was read to its end; numbered as the kernel numbers it. */
const BEHIND = 4;

/** What a report says of a late key; the same in every thread, so that it is said once. */
export const lateKeyNote = ({ name }: LateKey): string =>
  `the key ${JSON.stringify(name)} is in none of the first ${SAMPLE_RECORDS} records, which settle the columns: ` +
  'its values were passed over. Name it in the contract to have it read';
