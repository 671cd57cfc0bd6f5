import type { Kernel } from './kernel.ts';
import { PlacedError } from './placed-error.ts';

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

/** How lines ended in what was read. */
export interface LineEnds {
  lineFeeds: number;
  pairs: number;
  bareReturns: number;
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
export class InvalidText extends PlacedError {
  /** @param line - from the beginning of the block */
  constructor(file: string, offset: number, byte: number, line: number, block = 0) {
    const shown = byte.toString(16).padStart(2, '0');
    super(block, line, [
      `${file}: not valid UTF-8 at byte ${offset} (0x${shown}, line `,
      '). If it was written as Latin-1 or Windows-1252, set encoding to latin1 or windows-1252, or convert it to UTF-8',
    ]);
  }
}
