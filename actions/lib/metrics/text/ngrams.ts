/** The number of n-grams in a sequence. */
export const ngramCount = (length: number, order: number): number => Math.max(0, length - order + 1);

/** A sequence, and for each place the number of the n-gram that begins there; -1 where it is of no account. */
interface Numbered {
  symbols: Int32Array;
  numbers: Int32Array;
}

const longer = (array: Int32Array, length: number): Int32Array =>
  array.length < length ? new Int32Array(2 * length) : array;

/**
 * Counts the n-grams that predictions share with their references. An n-gram is known by the number of the one that
 * is shorter by a symbol and by its last symbol; the numbers of such pairs are in a hash table with open
 * addressing. Tables are kept from call to call, as making them takes longer than filling them.
 */
export class NgramMatcher {
  readonly #orders: number;
  readonly #own: Numbered = { symbols: new Int32Array(), numbers: new Int32Array() };
  readonly #others: Numbered[] = [];
  /** For each number its pair, and how often it stands in the prediction, in a reference, and in both. */
  #lefts: Int32Array = new Int32Array();
  #rights: Int32Array = new Int32Array();
  #have: Int32Array = new Int32Array();
  #seen: Int32Array = new Int32Array();
  #best: Int32Array = new Int32Array();
  #size = 0;
  /** Number of a pair plus one; 0 for an empty slot. */
  #slots: Int32Array = new Int32Array();
  #bits = 0;

  constructor(orders: number) {
    this.#orders = orders;
  }

  /**
   * For each order from 1 how many n-grams of the prediction the references hold. An n-gram counts as often as it
   * stands in the prediction and in the reference that has most of it (BLEU's clipped counts).
   */
  matches(predicted: Int32Array, references: readonly Int32Array[]): Float64Array {
    const matches = new Float64Array(this.#orders);
    this.#open(this.#own, predicted);
    const others = references.map((reference, index) => {
      const other = this.#others[index] ?? { symbols: reference, numbers: new Int32Array() };
      this.#others[index] = other;
      this.#open(other, reference);
      return other;
    });
    for (let order = 1; order <= Math.min(this.#orders, predicted.length); order++) {
      this.#enter(order);
      let found = 0;
      for (const other of others) found += this.#raise(other, order);
      // Runs that match hold shorter ones that match.
      if (found === 0) break;
      matches[order - 1] = found;
      this.#forgetUnmatched(order);
    }
    return matches;
  }

  #open(sequence: Numbered, symbols: Int32Array): void {
    sequence.symbols = symbols;
    sequence.numbers = longer(sequence.numbers, symbols.length);
    sequence.numbers.fill(0, 0, symbols.length);
  }

  /** Numbers the prediction's n-grams of an order and counts them. */
  #enter(order: number): void {
    const { symbols, numbers } = this.#own;
    this.#clear(symbols.length);
    for (let at = 0; at + order <= symbols.length; at++) {
      const left = numbers[at] ?? -1;
      if (left < 0) continue;
      const right = symbols[at + order - 1] ?? 0;
      const slot = this.#slotOf(left, right);
      if (this.#slots[slot] === 0) {
        this.#lefts[this.#size] = left;
        this.#rights[this.#size] = right;
        this.#have[this.#size] = 0;
        this.#best[this.#size] = 0;
        this.#slots[slot] = ++this.#size;
      }
      const number = (this.#slots[slot] ?? 0) - 1;
      numbers[at] = number;
      this.#have[number] = (this.#have[number] ?? 0) + 1;
    }
  }

  /** Counts a reference's n-grams, lifts `best` to them, at most to what the prediction has, and says by how many. */
  #raise({ symbols, numbers }: Numbered, order: number): number {
    const seen = this.#seen.fill(0, 0, this.#size);
    let more = 0;
    for (let at = 0; at + order <= symbols.length; at++) {
      const left = numbers[at] ?? -1;
      if (left < 0) continue;
      const number = (this.#slots[this.#slotOf(left, symbols[at + order - 1] ?? 0)] ?? 0) - 1;
      numbers[at] = number;
      if (number < 0) continue;
      const count = (seen[number] ?? 0) + 1;
      seen[number] = count;
      if (count <= (this.#best[number] ?? 0) || count > (this.#have[number] ?? 0)) continue;
      this.#best[number] = count;
      more++;
    }
    return more;
  }

  /** An n-gram that no reference holds cannot begin a longer one that does. */
  #forgetUnmatched(order: number): void {
    const { symbols, numbers } = this.#own;
    for (let at = 0; at + order <= symbols.length; at++)
      if (this.#best[numbers[at] ?? -1] === 0) numbers[at] = -1;
  }

  /** Makes room for as many pairs and forgets those of before. */
  #clear(room: number): void {
    this.#lefts = longer(this.#lefts, room);
    this.#rights = longer(this.#rights, room);
    this.#have = longer(this.#have, room);
    this.#seen = longer(this.#seen, room);
    this.#best = longer(this.#best, room);
    this.#bits = 32 - Math.clz32(2 * room);
    this.#slots = longer(this.#slots, 2 ** this.#bits);
    this.#slots.fill(0, 0, 2 ** this.#bits);
    this.#size = 0;
  }

  /** Where the number of a pair stands, or would stand. */
  #slotOf(left: number, right: number): number {
    const mask = (1 << this.#bits) - 1;
    let slot = Math.imul(Math.imul(left, 0x9e3779b1) ^ right, 0x85ebca6b) >>> (32 - this.#bits);
    for (;;) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number < 0 || (this.#lefts[number] === left && this.#rights[number] === right)) return slot;
      slot = (slot + 1) & mask;
    }
  }
}
