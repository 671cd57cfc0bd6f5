import type { CellLayout } from './cells.ts';
import type { Kernel } from './kernel.ts';
import type { KeySpec } from './key-index.ts';

/** Entries of a run: 4 MiB. */
const RUN_ENTRIES = 1 << 18;
export const ENTRY_BYTES = 16;

/** A sorted run of keys: pairs of a hash and a position (file · 2^48 + byte offset or row), 16 bytes each. */
export interface KeyRun {
  readonly entries: number;
  /** Empty where the run lies on disk. */
  readonly bytes: ArrayBuffer;
  readonly spilled?: SpilledRun;
}

/** Where a run lies that memory should not hold. */
export interface SpilledRun {
  readonly path: string;
  /** In bytes. */
  readonly offset: number;
}

/** Reads entries of a run from disk. */
export type ReadSpilled = (run: SpilledRun, from: number, entries: number) => ArrayBuffer;

/** Collects the keys of one spec in one thread. */
export class KeyCollector {
  readonly spec: KeySpec;
  readonly #kernel: Kernel;
  readonly #keys: number;
  readonly #emit: (run: KeyRun) => void;
  #run: number;
  #capacity: number;
  #entries = 0;
  /** Every key so far came from a single column of doubles. */
  bijective = true;
  rows = 0;

  constructor(kernel: Kernel, spec: KeySpec, maxRows: number, emit: (run: KeyRun) => void) {
    this.#kernel = kernel;
    this.spec = spec;
    this.#emit = emit;
    this.#keys = kernel.alloc(maxRows * 8);
    // Small tables need no run of full length: it grows.
    this.#capacity = Math.max(maxRows * 2, 1 << 14);
    this.#run = kernel.alloc(this.#capacity * ENTRY_BYTES);
  }

  /**
   * Takes the keys of a batch.
   *
   * @param hashes - addresses of the hashes of each column, in the order of the spec
   * @param base - position of row 0 (`where` absent), or what is added to the address before a row
   */
  take(hashes: readonly number[], rows: number, base: bigint, where: CellLayout | undefined): void {
    const { run } = this.#kernel;
    const [only] = hashes;
    let keys = this.#keys;
    if (only !== undefined && hashes.length === 1 && this.spec.skipNulls) keys = only;
    else {
      this.bijective = false;
      for (const [index, address] of hashes.entries())
        run.joinHashes(keys, address, rows, index === 0 ? 1 : 0, this.spec.skipNulls ? 1 : 0);
    }
    if (this.#entries + rows > this.#capacity) this.#makeRoom(rows);
    const at = this.#run + this.#entries * ENTRY_BYTES;
    const added = run.appendKeys(at, keys, rows, base, where?.at ?? 0, where?.stride ?? 0);
    this.#entries += added;
    this.rows += added;
  }

  /** Hands out what is left. */
  finish(): void {
    if (this.#entries > 0) this.#flush();
  }

  #makeRoom(rows: number): void {
    if (this.#capacity >= RUN_ENTRIES) {
      this.#flush();
      return;
    }
    const capacity = Math.min(RUN_ENTRIES, Math.max(this.#capacity * 4, this.#entries + rows));
    const grown = this.#kernel.alloc(capacity * ENTRY_BYTES);
    this.#kernel.bytes.copyWithin(grown, this.#run, this.#run + this.#entries * ENTRY_BYTES);
    this.#kernel.run.release(this.#run);
    this.#run = grown;
    this.#capacity = capacity;
  }

  #flush(): void {
    this.#kernel.run.sortKeys(this.#run, this.#entries);
    const bytes = this.#kernel.bytes.slice(this.#run, this.#run + this.#entries * ENTRY_BYTES).buffer;
    this.#emit({ entries: this.#entries, bytes });
    this.#entries = 0;
  }
}
