import { closeSync, mkdtempSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyRun, ReadSpilled } from '../../lib/columns/key-collector.ts';

/** Bytes of keys that one thread keeps in memory. */
const IN_MEMORY = 256 << 20;
const ENTRY_BYTES = 16;

/** Writes runs of keys to disk once a thread has more of them than memory should hold. */
export class Spill {
  readonly #folder: string;
  readonly #limit: number;
  #path = '';
  #kept = 0;
  #descriptor: number | undefined;
  #offset = 0;

  /** @param folder - may be that of other threads too; empty for none */
  constructor(folder: string, limit: number = IN_MEMORY) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /** The run as it is to be kept. */
  keep(run: KeyRun): KeyRun {
    if (this.#folder === '' || this.#kept + run.bytes.byteLength <= this.#limit) {
      this.#kept += run.bytes.byteLength;
      return run;
    }
    this.#descriptor ??= this.#open();
    const bytes = new Uint8Array(run.bytes);
    for (let written = 0; written < bytes.length; )
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written, this.#offset + written);
    const spilled = { path: this.#path, offset: this.#offset };
    this.#offset += bytes.length;
    return { entries: run.entries, bytes: new ArrayBuffer(0), spilled };
  }

  /** In a folder of its own, so that threads need not agree on names. */
  #open(): number {
    this.#path = join(mkdtempSync(join(this.#folder, 'keys-')), 'keys.bin');
    return openSync(this.#path, 'wx', 0o600);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/** Reads entries of a run that was spilled. @throws Error when the file is gone or cut off */
export const readSpilled: ReadSpilled = ({ path, offset }, from, entries) => {
  const bytes = new Uint8Array(entries * ENTRY_BYTES);
  const descriptor = openSync(path, 'r');
  try {
    const count = readSync(descriptor, bytes, 0, bytes.length, offset + from * ENTRY_BYTES);
    if (count < bytes.length) throw new Error(`${path} was cut off`);
  } finally {
    closeSync(descriptor);
  }
  return bytes.buffer;
};

/** All entries of a run, wherever it lies. */
export const wholeRun = (run: KeyRun): ArrayBuffer =>
  run.spilled === undefined ? run.bytes : readSpilled(run.spilled, 0, run.entries);
