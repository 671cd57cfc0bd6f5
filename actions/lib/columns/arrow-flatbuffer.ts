/** Bytes that are not the FlatBuffers they should be. */
export class FlatBufferError extends Error {}

/** Members of one vector; what describes a batch has some for each column. */
const MAX_MEMBERS = 1_000_000;

/** A table of FlatBuffers in untrusted bytes; fields go by their number in the schema of the format. */
export class FlatTable {
  private readonly view: DataView;
  private readonly at: number;

  private constructor(view: DataView, at: number) {
    this.view = view;
    this.at = at;
  }

  /** The table that a buffer holds. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return guarded(() => new FlatTable(view, view.getUint32(0, true)));
  }

  /** A whole number of 8 to 64 bits. */
  integer(field: number, bits: 8 | 16 | 32 | 64, absent = 0): number {
    const at = this.find(field);
    return at === undefined ? absent : guarded(() => this.integerAt(at, bits));
  }

  text(field: number): string | undefined {
    const at = this.target(field);
    if (at === undefined) return undefined;
    return guarded(() => {
      const length = this.view.getUint32(at, true);
      if (length > this.view.byteLength - at - 4)
        throw new FlatBufferError('a text that reaches past the end');
      return new TextDecoder().decode(
        new Uint8Array(this.view.buffer, this.view.byteOffset + at + 4, length),
      );
    });
  }

  table(field: number): FlatTable | undefined {
    const at = this.target(field);
    return at === undefined ? undefined : new FlatTable(this.view, at);
  }

  /** The tables of a vector. */
  tables(field: number): FlatTable[] {
    return this.members(
      field,
      4,
      (at) => new FlatTable(this.view, at + guarded(() => this.view.getUint32(at, true))),
    );
  }

  /** The 64-bit numbers of a vector of structs of `words` such numbers each. */
  words(field: number, words: number): number[][] {
    return this.members(field, 8 * words, (at) =>
      Array.from({ length: words }, (_, index) => this.integerAt(at + 8 * index, 64)),
    );
  }

  /** How many members a vector has. */
  count(field: number): number {
    const at = this.target(field);
    return at === undefined ? 0 : guarded(() => this.view.getUint32(at, true));
  }

  private members<T>(field: number, size: number, member: (at: number) => T): T[] {
    const at = this.target(field);
    if (at === undefined) return [];
    const count = this.count(field);
    if (count > MAX_MEMBERS || count * size > this.view.byteLength - at - 4)
      throw new FlatBufferError(`a vector of ${count} members that reaches past the end`);
    return Array.from({ length: count }, (_, index) => member(at + 4 + index * size));
  }

  private integerAt(at: number, bits: 8 | 16 | 32 | 64): number {
    if (bits === 8) return this.view.getUint8(at);
    if (bits === 16) return this.view.getInt16(at, true);
    return bits === 32 ? this.view.getInt32(at, true) : Number(this.view.getBigInt64(at, true));
  }

  private find(field: number): number | undefined {
    return guarded(() => {
      const slots = this.at - this.view.getInt32(this.at, true);
      const slot = 4 + 2 * field;
      const offset = slot < this.view.getUint16(slots, true) ? this.view.getUint16(slots + slot, true) : 0;
      return offset === 0 ? undefined : this.at + offset;
    });
  }

  private target(field: number): number | undefined {
    const at = this.find(field);
    return at === undefined ? undefined : guarded(() => at + this.view.getUint32(at, true));
  }
}

function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new FlatBufferError('an offset that leads outside');
    throw error;
  }
}
