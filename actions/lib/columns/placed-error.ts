import type { ActionErrorCode } from '../errors.ts';

/**
 * Something wrong in a text at a line that is counted from the beginning of a block: what came before the block is
 * known only when all threads are done.
 */
export class PlacedError extends Error {
  readonly block: number;
  /** From 1, within the block. */
  readonly line: number;
  /** What is said before and after the line. */
  readonly words: readonly [before: string, after: string];
  readonly code: ActionErrorCode;

  constructor(
    block: number,
    line: number,
    words: readonly [before: string, after: string],
    code: ActionErrorCode = 'invalid-file',
  ) {
    super(words.join('?'));
    this.block = block;
    this.line = line;
    this.words = words;
    this.code = code;
  }
}
