/** Where each symbol of a sequence stands, as bits: bit `p % 32` of block `p / 32` for place p. */
export interface Places {
  readonly blocks: number;
  /** The bits of each symbol, `blocks` numbers a symbol. The first `blocks` are 0, for symbols that are not there. */
  readonly bits: Int32Array;
  /** Where in `bits` those of a symbol begin. */
  readonly startOf: (symbol: number) => number;
}

export function placesOf(sequence: Int32Array): Places {
  const blocks = Math.ceil(sequence.length / 32);
  const starts = new Map<number, number>();
  for (const symbol of sequence) if (!starts.has(symbol)) starts.set(symbol, (starts.size + 1) * blocks);
  const bits = new Int32Array((starts.size + 1) * blocks);
  const startOf = (symbol: number): number => starts.get(symbol) ?? 0;
  for (let place = 0; place < sequence.length; place++) {
    const at = startOf(sequence[place] ?? 0) + (place >>> 5);
    bits[at] = (bits[at] ?? 0) | (1 << (place & 31));
  }
  return { blocks, bits, startOf };
}
