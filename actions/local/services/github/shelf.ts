/** Records of one kind, numbered from 1 in the order in which they were made. */
export class Shelf<T extends { readonly id: number }> {
  readonly #records: T[] = [];
  #last = 0;

  nextId(): number {
    this.#last += 1;
    return this.#last;
  }

  add(record: T): T {
    this.#records.push(record);
    return record;
  }

  find(id: number): T | undefined {
    return this.#records.find((record) => record.id === id);
  }

  /** Oldest first; a copy. */
  all(): readonly T[] {
    return [...this.#records];
  }
}
