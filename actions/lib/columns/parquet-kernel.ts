import { ActionError } from '../errors.ts';

/** Parquet's part of the WebAssembly kernels (`actions/kernels/parquet-*.ts` and `codecs.ts` say what each does). */
export interface ParquetKernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Zeroed memory with 64 readable and writable bytes past its end. */
  alloc(bytes: number): number;
  release(pointer: number): void;
  levelRuns(p: number, end: number, width: number, n: number, max: number, out: number): number;
  packedLevels(p: number, end: number, width: number, n: number, max: number, out: number): number;
  codeRuns(p: number, end: number, width: number, n: number, limit: number, out: number): number;
  presence(levels: number, n: number, max: number, out: number): number;
  countOnes(p: number, n: number): number;
  scatterNumbers(values: number, present: number, n: number, out: number): number;
  scatterWords(values: number, present: number, n: number, out: number): number;
  scatter32(values: number, present: number, n: number, out: number): number;
  gatherNumbers(codes: number, n: number, dictionary: number, out: number): void;
  gatherWords(codes: number, n: number, dictionary: number, out: number): void;
  int32s(p: number, n: number, out: number, factor: number, divisor: number): void;
  uint32s(p: number, n: number, out: number): void;
  int64s(p: number, n: number, out: number, divisor: number): number;
  uint64s(p: number, n: number, out: number): number;
  ticks(p: number, n: number, out: number, perMilli: number): void;
  int96s(p: number, n: number, out: number): void;
  doubles(p: number, n: number, out: number): number;
  floats(p: number, n: number, out: number): number;
  halves(p: number, n: number, out: number): number;
  bigEndians(pairs: number, n: number, out: number): number;
  spreadBooleans(p: number, n: number, out: number): void;
  bytesToNumbers(p: number, n: number, out: number): void;
  plainTexts(p: number, end: number, n: number, pairs: number): number;
  fixedTexts(p: number, n: number, width: number, pairs: number): void;
  lengthTexts(p: number, end: number, lengths: number, n: number, pairs: number): number;
  frontCodedSize(prefixes: number, suffixes: number, n: number): number;
  frontCoded(
    p: number,
    end: number,
    prefixes: number,
    suffixes: number,
    n: number,
    out: number,
    pairs: number,
  ): number;
  textBytes(pairs: number, n: number): number;
  firstNotUtf8(pairs: number, n: number): number;
  hexTexts(pairs: number, n: number, out: number): void;
  uuidTexts(pairs: number, n: number, out: number): void;
  joinStreams(p: number, n: number, width: number, out: number): void;
  deltas(p: number, end: number, n: number, size: number, out: number): number;
  snappyLength(p: number, size: number): number;
  snappy(source: number, size: number, out: number, capacity: number): number;
  lz4(source: number, size: number, out: number, capacity: number, history: number): number;
}

/** A buffer in the memory of the kernels that grows when it has to. What it held is lost then. */
export class Room {
  /** Address; changes with `reserve`. */
  at = 0;
  private size = 0;
  private readonly kernel: ParquetKernel;

  constructor(kernel: ParquetKernel) {
    this.kernel = kernel;
  }

  /**
   * Makes room for some bytes. Even none have an address, because 0 means that there is no value.
   *
   * @returns the address
   * @throws ActionError limit-exceeded when there is no memory
   */
  reserve(bytes: number, where: string): number {
    if (this.at !== 0 && bytes <= this.size) return this.at;
    if (this.at !== 0) this.kernel.release(this.at);
    this.at = 0;
    const wanted = Math.max(1024, Math.ceil(bytes * 1.25));
    this.size = wanted;
    try {
      this.at = this.kernel.alloc(wanted);
    } catch (cause) {
      throw new ActionError(
        'limit-exceeded',
        `${where}: ${wanted} bytes more than there is memory for; write smaller pages`,
        { cause },
      );
    }
    return this.at;
  }

  /** Gives the memory back. */
  release(): void {
    if (this.at !== 0) this.kernel.release(this.at);
    this.at = 0;
    this.size = 0;
  }
}

/** All the memory of the kernels as bytes; valid until memory grows. */
export const bytesOf = (kernel: ParquetKernel): Uint8Array => new Uint8Array(kernel.memory.buffer);

/** Doubles at an address, which is a multiple of eight; valid until memory grows. */
export const doublesAt = (kernel: ParquetKernel, at: number, count: number): Float64Array =>
  new Float64Array(kernel.memory.buffer, at, count);

/** 64-bit integers at an address, which is a multiple of eight; valid until memory grows. */
export const integersAt = (kernel: ParquetKernel, at: number, count: number): BigInt64Array =>
  new BigInt64Array(kernel.memory.buffer, at, count);

/** 32-bit words at an address, which is a multiple of four; valid until memory grows. */
export const wordsAt = (kernel: ParquetKernel, at: number, count: number): Uint32Array =>
  new Uint32Array(kernel.memory.buffer, at, count);
