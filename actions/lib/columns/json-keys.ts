import type { Kernel } from './kernel.ts';

/** A key of a record that the beginning of its file did not have, but the plan does: the file is to be read anew with it. */
export class ColumnSurprise extends Error {
  readonly column: string;

  constructor(column: string) {
    super(`${column} is a column`);
    this.column = column;
  }
}

/** One way to write a key: in the kernel's memory with quotes and colon. */
interface Spelling {
  readonly at: number;
  readonly length: number;
  readonly column: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The keys that the kernel knows in records of one file: those of its columns, and others that it passes over. */
export class JsonKeys {
  readonly #kernel: Kernel;
  readonly #columns: number;
  readonly #numbers = new Map<string, number>();
  readonly #spellings: Spelling[] = [];
  #capacity: number;
  #table: number;

  constructor(kernel: Kernel, columns: readonly string[]) {
    this.#kernel = kernel;
    this.#columns = columns.length;
    this.#capacity = columns.length + 16;
    this.#table = kernel.run.newJsonKeys(columns.length, this.#capacity);
    for (const name of columns) this.learn(name, JSON.stringify(name));
  }

  /** Address of the kernel's table. */
  get table(): number {
    return this.#table;
  }

  /** Different keys. */
  get size(): number {
    return this.#numbers.size;
  }

  get spellings(): number {
    return this.#spellings.length;
  }

  has(name: string): boolean {
    return this.#numbers.has(name);
  }

  /** @param spelling - the key as a file writes it, with its quotes */
  learn(name: string, spelling: string): void {
    const column = this.#numbers.get(name) ?? this.#numbers.size;
    this.#numbers.set(name, column);
    const bytes = encoder.encode(`${spelling}:`);
    this.#spellings.push({ at: this.#kernel.put(bytes), length: bytes.length, column });
    if (this.#spellings.length <= this.#capacity) this.#add(this.#spellings.slice(-1));
    else this.#grow();
  }

  close(): void {
    this.#kernel.run.releaseJsonKeys(this.#table);
    for (const { at } of this.#spellings) this.#kernel.run.release(at);
  }

  #grow(): void {
    const { run } = this.#kernel;
    run.releaseJsonKeys(this.#table);
    this.#capacity *= 2;
    this.#table = run.newJsonKeys(this.#columns, this.#capacity);
    this.#add(this.#spellings);
  }

  #add(spellings: readonly Spelling[]): void {
    for (const { at, length, column } of spellings)
      this.#kernel.run.addJsonKey(this.#table, at, length, column);
  }
}

/** A key as the kernel's memory holds it, with its quotes. */
export function keyAt(kernel: Kernel, from: number, to: number): { name: string; spelling: string } {
  const spelling = decoder.decode(kernel.bytes.subarray(from, to));
  return { name: String(JSON.parse(spelling)), spelling };
}
