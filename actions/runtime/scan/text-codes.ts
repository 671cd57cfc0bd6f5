import type { ColumnView } from '../../lib/columns/column-batch.ts';

/** Gives each different text of a column a number, by the engine's 64-bit hashes: a text is decoded once. */
export class TextCodes {
  readonly texts: string[] = [];
  #slots = new Int32Array(1024).fill(-1);
  /** Hashes of the texts, in two words each. */
  #hashes = new Uint32Array(1024);
  /** Codes of values that are no texts where the file has types: JSON's numbers and lists among texts. */
  readonly #others = new Map<string, number>();

  /** The codes of a batch; −1 for no value. */
  take(view: ColumnView, rows: number): Int32Array {
    const hashes = view.hashes();
    const words = new Uint32Array(hashes.buffer, hashes.byteOffset, rows * 2);
    const codes = new Int32Array(rows);
    for (let row = 0; row < rows; row += 1) {
      const low = words[row * 2] ?? 0;
      const high = words[row * 2 + 1] ?? 0;
      codes[row] = low === 0 && high === 0 ? -1 : this.#codeOf(low, high, view, row);
    }
    // The engine hashes texts alone.
    for (const row of view.misfits) codes[row] = this.#codeOfOther(view.text(row));
    return codes;
  }

  #codeOfOther(text: string | null): number {
    if (text === null) return -1;
    const known = this.#others.get(text) ?? this.texts.length;
    if (known === this.texts.length) {
      this.texts.push(text);
      this.#others.set(text, known);
    }
    return known;
  }

  #codeOf(low: number, high: number, view: ColumnView, row: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = (low ^ high) & mask; ; slot = (slot + 1) & mask) {
      const code = this.#slots[slot] ?? -1;
      if (code < 0) return this.#add(low, high, view.text(row) ?? '', slot);
      if (this.#hashes[code * 2] === low && this.#hashes[code * 2 + 1] === high) return code;
    }
  }

  #add(low: number, high: number, text: string, slot: number): number {
    const code = this.texts.length;
    this.texts.push(text);
    if ((code + 1) * 2 > this.#hashes.length) {
      const larger = new Uint32Array((code + 1) * 4);
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes[code * 2] = low;
    this.#hashes[code * 2 + 1] = high;
    this.#slots[slot] = code;
    if (this.texts.length * 2 > this.#slots.length) this.#grow();
    return code;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let code = 0; code < this.texts.length; code += 1) {
      const low = this.#hashes[code * 2] ?? 0;
      const high = this.#hashes[code * 2 + 1] ?? 0;
      if (low === 0 && high === 0) continue;
      let slot = (low ^ high) & mask;
      while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
      slots[slot] = code;
    }
    this.#slots = slots;
  }
}
