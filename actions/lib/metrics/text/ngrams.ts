/** The number of n-grams in a sequence. */
export const ngramCount = (length: number, order: number): number => Math.max(0, length - order + 1);

/** Numbers for pairs of numbers, in a hash table with open addressing: a `Map` of texts takes five times as long. */
interface PairNumbers {
  readonly size: () => number;
  /** The number of a pair, a new one when it has none yet. */
  readonly enter: (left: number, right: number) => number;
  /** The number of a pair, -1 when it has none. */
  readonly find: (left: number, right: number) => number;
}

/** @param room - the most pairs there will be */
function pairNumbers(room: number): PairNumbers {
  const bits = 32 - Math.clz32(2 * room);
  const mask = (1 << bits) - 1;
  const lefts = new Int32Array(room);
  const rights = new Int32Array(room);
  /** Number of the pair plus one; 0 for an empty slot. */
  const slots = new Int32Array(mask + 1);
  let size = 0;
  const slotOf = (left: number, right: number): number => {
    const mixed = Math.imul(Math.imul(left, 0x9e3779b1) ^ right, 0x85ebca6b);
    let slot = mixed >>> (32 - bits);
    for (;;) {
      const number = (slots[slot] ?? 0) - 1;
      if (number < 0 || (lefts[number] === left && rights[number] === right)) return slot;
      slot = (slot + 1) & mask;
    }
  };
  return {
    size: () => size,
    enter: (left, right) => {
      const slot = slotOf(left, right);
      const number = (slots[slot] ?? 0) - 1;
      if (number >= 0) return number;
      lefts[size] = left;
      rights[size] = right;
      slots[slot] = ++size;
      return size - 1;
    },
    find: (left, right) => (slots[slotOf(left, right)] ?? 0) - 1,
  };
}

/**
 * How many n-grams of a prediction its references hold, for the orders 1 to `orders`. An n-gram matches as often
 * as it stands in the prediction and in the reference that has most of it (BLEU's clipped counts).
 */
export function matchedNgrams(
  predicted: Int32Array,
  references: readonly Int32Array[],
  orders: number,
): Float64Array {
  const matched = new Float64Array(orders);
  const own = new Int32Array(predicted.length);
  const others = references.map((reference) => new Int32Array(reference.length));
  for (let order = 1; order <= orders && order <= predicted.length; order++) {
    const numbers = pairNumbers(predicted.length);
    lengthen(own, predicted, order, numbers.enter);
    const have = new Int32Array(numbers.size());
    for (let at = 0; at + order <= own.length; at++) have[own[at] ?? 0] = (have[own[at] ?? 0] ?? 0) + 1;
    const best = new Int32Array(have.length);
    for (const [index, reference] of references.entries()) {
      const theirs = others[index] ?? new Int32Array();
      lengthen(theirs, reference, order, (left, right) => (left < 0 ? -1 : numbers.find(left, right)));
      matched[order - 1] = (matched[order - 1] ?? 0) + raise(best, have, theirs, order);
    }
  }
  return matched;
}

/** Makes the numbers of n-grams of one order out of those of the order below. */
function lengthen(
  numbers: Int32Array,
  symbols: Int32Array,
  order: number,
  numberOf: (left: number, right: number) => number,
): void {
  for (let at = 0; at + order <= symbols.length; at++)
    numbers[at] = numberOf(order === 1 ? 0 : (numbers[at] ?? 0), symbols[at + order - 1] ?? 0);
}

/** Counts a reference's n-grams, lifts `best` to them, at most to what the prediction has, and says by how many. */
function raise(best: Int32Array, have: Int32Array, numbers: Int32Array, order: number): number {
  const seen = new Int32Array(best.length);
  let more = 0;
  for (let at = 0; at + order <= numbers.length; at++) {
    const number = numbers[at] ?? -1;
    if (number < 0) continue;
    const count = (seen[number] ?? 0) + 1;
    seen[number] = count;
    if (count <= (best[number] ?? 0) || count > (have[number] ?? 0)) continue;
    best[number] = count;
    more++;
  }
  return more;
}
