import type { ParquetKernel } from './parquet-kernel.ts';

/** What the cutters of CSV take. */
type CutArguments = [
  p: number,
  end: number,
  layout: number,
  maxRows: number,
  columns: number,
  delimiter: number,
  malformed: number,
  maxMalformed: number,
  cut: number,
];

/** What actions/kernels exports. Addresses are bytes in its memory; what a function does stands beside its source. */
export interface KernelFunctions extends ParquetKernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  alloc(bytes: number): number;
  release(at: number): void;
  useQuote(byte: number): void;
  cutCsv(...args: CutArguments): void;
  cutRelaxed(...args: CutArguments): void;
  newJsonKeys(columns: number, capacity: number): number;
  releaseJsonKeys(keys: number): void;
  addJsonKey(keys: number, at: number, length: number, column: number): void;
  cutJsonLines(p: number, end: number, layout: number, maxRows: number, keys: number, cut: number): void;
  cutJsonArray(p: number, end: number, layout: number, maxRows: number, keys: number, cut: number): void;
  nextRow(p: number, end: number, inside: number): number;
  survey(p: number, end: number, result: number): void;
  countLines(p: number, end: number): number;
  mendReturns(p: number, end: number, inside: number): void;
  invalidUtf8(p: number, end: number, limit: number): number;
  find(p: number, end: number, byte: number): number;
  parseNumbers(
    ...args: [
      layout: number,
      stride: number,
      rows: number,
      out: number,
      cells: number,
      whole: number,
      names: number,
      slow: number,
      parsed: number,
    ]
  ): void;
  parseDates(
    ...args: [
      layout: number,
      stride: number,
      rows: number,
      out: number,
      cells: number,
      time: number,
      slow: number,
      parsed: number,
    ]
  ): void;
  parseBooleans(
    ...args: [
      layout: number,
      stride: number,
      rows: number,
      out: number,
      cells: number,
      slow: number,
      parsed: number,
    ]
  ): void;
  countOutside(values: number, rows: number, low: number, high: number, open: number): number;
  countMisfits(values: number, rows: number): number;
  newNumberSketch(capacity: number): number;
  readNumberSketch(sketch: number, bins: number, counts: number): void;
  addNumbers(sketch: number, values: number, rows: number): void;
  newTextColumn(capacity: number, capacityBytes: number, seeds: number, seedBytes: number): number;
  addRule(column: number, kind: number, a: number, b: number, c: number): void;
  seedText(column: number, p: number, length: number, valid: number): void;
  sealSeeds(column: number): void;
  addTexts(
    ...args: [
      column: number,
      layout: number,
      stride: number,
      rows: number,
      cells: number,
      ascii: number,
      flags: number,
      hashes: number,
      slow: number,
      weights: number,
    ]
  ): void;
  settleEntry(column: number, entry: number, flags: number): void;
  countFlag(flags: number, rows: number, bit: number): number;
  hashNumbers(values: number, rows: number, out: number): void;
  joinHashes(keys: number, hashes: number, rows: number, first: number, strict: number): void;
  appendKeys(run: number, keys: number, rows: number, base: bigint, layout: number, stride: number): number;
  sortKeys(run: number, n: number): void;
  sortDoubles(values: number, other: number, n: number): void;
}

const isKernel = (exports: object): exports is KernelFunctions => 'memory' in exports && 'cutCsv' in exports;

/** A byte that is in no UTF-8. */
const NO_QUOTE = 255;

/** One instance of the kernels with its memory. Growing the memory detaches views: ask for them after each call. */
export class Kernel {
  readonly run: KernelFunctions;
  #quote = '"';
  #bytes = new Uint8Array(0);
  #halves = new Uint16Array(0);
  #words = new Uint32Array(0);
  #longs = new BigUint64Array(0);
  #doubles = new Float64Array(0);

  constructor(module: WebAssembly.Module) {
    const abort = (): never => {
      throw new Error('a kernel stopped: out of memory');
    };
    const { exports } = new WebAssembly.Instance(module, { env: { abort } });
    if (!isKernel(exports)) throw new Error('these are not the kernels');
    this.run = exports;
  }

  get bytes(): Uint8Array {
    this.#refresh();
    return this.#bytes;
  }

  get halves(): Uint16Array {
    this.#refresh();
    return this.#halves;
  }

  get words(): Uint32Array {
    this.#refresh();
    return this.#words;
  }

  get longs(): BigUint64Array {
    this.#refresh();
    return this.#longs;
  }

  get doubles(): Float64Array {
    this.#refresh();
    return this.#doubles;
  }

  /** The character that quotes cells of CSV; empty where none does. */
  get quote(): string {
    return this.#quote;
  }

  set quote(character: string) {
    this.#quote = character;
    this.run.useQuote(character === '' ? NO_QUOTE : character.charCodeAt(0));
  }

  /** Memory filled with zeros; 64 bytes behind it may be read. */
  alloc(bytes: number): number {
    return this.run.alloc(bytes);
  }

  /** Copies bytes into new memory. */
  put(bytes: Uint8Array): number {
    const at = this.run.alloc(bytes.length);
    this.bytes.set(bytes, at);
    return at;
  }

  #refresh(): void {
    const { buffer } = this.run.memory;
    if (this.#bytes.buffer === buffer) return;
    this.#bytes = new Uint8Array(buffer);
    this.#halves = new Uint16Array(buffer);
    this.#words = new Uint32Array(buffer);
    this.#longs = new BigUint64Array(buffer);
    this.#doubles = new Float64Array(buffer);
  }
}
