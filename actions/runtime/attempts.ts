/**
 * Work that is all to be tried, whatever becomes of its parts: a change has been made, and a disk that is full must
 * not keep people and later steps from hearing of it.
 */
export class Attempts {
  #trouble: { readonly first: unknown } | undefined;

  /** @returns what the work gave; `undefined` when it failed */
  async attempt<T>(work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#trouble ??= { first: error };
      return undefined;
    }
  }

  /** @throws what went wrong first */
  end(): void {
    if (this.#trouble !== undefined) throw this.#trouble.first;
  }
}
