import type { Place } from './column-batch.ts';
import type { Kernel } from './kernel.ts';

/** A stretch of text in the kernel's memory, and where in its file it lies. */
export interface TextStretch {
  /** Address of the byte that lines are counted from. */
  readonly start: number;
  /** Lines before it: of the file, or of nothing while `block` is not resolved. */
  readonly linesBefore: number;
  readonly block?: number;
  /** Position of address 0 for keys: file · 2^48 + offset in the text. */
  readonly position: bigint;
  readonly ascii: boolean;
}

/** The position of address 0 when the byte at `start` is that of `offset` in the text. */
export const positionOf = (file: number, offset: number, start: number): bigint =>
  (BigInt(file) << 48n) + BigInt(offset - start);

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Line and column of an address. */
export function placeIn(kernel: Kernel, address: number, stretch: TextStretch): Place {
  const line = stretch.linesBefore + kernel.run.countLines(stretch.start, address) + 1;
  const { bytes } = kernel;
  let lineStart = address;
  while (lineStart > stretch.start && bytes[lineStart - 1] !== 10 && bytes[lineStart - 1] !== 13)
    lineStart -= 1;
  const column = decoder.decode(bytes.subarray(lineStart, address)).length + 1;
  return { line, column, ...(stretch.block !== undefined && { block: stretch.block }) };
}
