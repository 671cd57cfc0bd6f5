import { ActionError } from '../errors.ts';
import type { Kernel } from './kernel.ts';

/** What a stretch of text holds. */
export interface Survey {
  readonly quotes: number;
  /** Line ends: LF, CRLF and CR. */
  readonly lines: number;
  readonly lineFeeds: number;
  readonly pairs: number;
  /** Carriage returns that are not before a line feed. */
  readonly bareReturns: number;
  readonly nonAscii: boolean;
  readonly nuls: number;
}

/** Looks over texts before they are cut into cells. */
export class TextSurvey {
  readonly #kernel: Kernel;
  readonly #result: number;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#result = kernel.alloc(24);
  }

  close(): void {
    this.#kernel.run.release(this.#result);
  }

  /** The byte at `end` is looked at to tell CRLF from CR. */
  of(start: number, end: number): Survey {
    this.#kernel.run.survey(start, end, this.#result);
    const [quotes = 0, lineFeeds = 0, returns = 0, pairs = 0, nonAscii = 0, nuls = 0] =
      this.#kernel.words.subarray(this.#result >> 2, (this.#result >> 2) + 6);
    return {
      quotes,
      lines: lineFeeds + returns - pairs,
      lineFeeds,
      pairs,
      bareReturns: returns - pairs,
      nonAscii: nonAscii !== 0,
      nuls,
    };
  }

  /** Addresses of the first NUL characters. */
  nuls(start: number, end: number): readonly number[] {
    const found: number[] = [];
    for (let at = start; found.length < MAX_NULS; ) {
      const nul = this.#kernel.run.find(at, end, 0);
      if (nul === 0) return found;
      found.push(nul);
      at = nul + 1;
    }
    return found;
  }
}

const MAX_NULS = 100;

/** Bytes that are not UTF-8, at a place that is known once the blocks before it were counted. */
export class InvalidText extends Error {
  readonly file: string;
  readonly offset: number;
  readonly byte: number;
  /** Line from the beginning of its block. */
  readonly line: number;

  constructor(file: string, offset: number, byte: number, line: number) {
    super('not valid UTF-8');
    this.file = file;
    this.offset = offset;
    this.byte = byte;
    this.line = line;
  }

  /** @param linesBefore - lines before the block of its place */
  resolved(linesBefore: number): ActionError {
    const byte = this.byte.toString(16).padStart(2, '0');
    return new ActionError(
      'invalid-file',
      `${this.file}: not valid UTF-8 at byte ${this.offset} (0x${byte}, line ${this.line + linesBefore}). ` +
        'If it was written as Latin-1 or Windows-1252, set encoding to latin1, or convert it to UTF-8',
    );
  }
}
