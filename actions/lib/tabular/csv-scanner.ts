import { ActionError } from '../errors.ts';
import { LIMITS } from './limits.ts';

const LF = 10;
const CR = 13;

/** The scanner needs more text to finish the record it is in. */
export const INCOMPLETE = -1;
/** There are no more records. */
export const END = -2;

/**
 * Cuts text into records and cells as RFC 4180 says: cells in quotes may hold delimiters, line ends and doubled
 * quotes. Line ends are LF, CRLF or CR. A quote inside an unquoted cell, or text after a closing quote, is an error;
 * relaxed, such a quote is text, and so is one in a quoted cell that no delimiter or line end follows.
 */
export class CsvScanner {
  /** Cells of the record that `next` found last; only the first so many as it returned are valid. */
  readonly cells: string[] = [];
  /** Where each of these cells begins in `text`. */
  readonly starts: number[] = [];
  /** The text being scanned; positions refer to it. */
  text = '';
  /** Where the record begins in `text`. */
  recordStart = 0;
  /** Physical line on which the record begins. */
  recordLine: number;
  /** How often each line end was met. */
  readonly lineEnds = { '\\n': 0, '\\r\\n': 0, '\\r': 0 };

  readonly #name: string;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #relaxed: boolean;
  #position = 0;
  #line: number;
  #final = false;
  #cell = '';

  /**
   * @param quote - the character that quotes cells; empty where none does
   * @param relaxed - quotes out of place are text
   */
  constructor(name: string, delimiter: string, firstLine = 1, quote = '"', relaxed = false) {
    this.#relaxed = relaxed;
    this.#quote = quote === '' ? Number.NaN : quote.charCodeAt(0);
    this.#name = name;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#line = firstLine;
    this.recordLine = firstLine;
  }

  /** Adds text; `final` when it is the last. */
  feed(text: string, final: boolean): void {
    this.text = this.#position < this.text.length ? this.text.slice(this.#position) + text : text;
    this.#position = 0;
    this.#final = final;
  }

  /** Characters that wait for more text. */
  get waiting(): number {
    return this.text.length - this.#position;
  }

  /**
   * Reads one record into `cells`.
   *
   * @returns the number of cells, `INCOMPLETE` or `END`; a blank line has one empty cell
   */
  next(): number {
    const end = this.text.length;
    if (this.#position >= end) return this.#final ? END : INCOMPLETE;
    this.recordStart = this.#position;
    this.recordLine = this.#line;
    return this.#record(this.#position, end);
  }

  #record(from: number, end: number): number {
    let at = from;
    let count = 0;
    for (;;) {
      const quoted = this.text.charCodeAt(at) === this.#quote;
      const after = quoted ? this.#quoted(at) : this.#plain(at);
      if (after < 0) return this.#incomplete(quoted ? at : -1);
      this.starts[count] = at;
      this.cells[count] = this.#cell;
      count += 1;
      if (this.text.charCodeAt(after) !== this.#delimiter) return this.#endRecord(after, count);
      at = after + 1;
      if (at === end && !this.#final) return this.#incomplete(-1);
    }
  }

  #endRecord(at: number, count: number): number {
    const code = this.text.charCodeAt(at);
    if (code === CR && at + 1 === this.text.length && !this.#final) return this.#incomplete(-1);
    this.#position = this.#endOfLine(at, code);
    if (this.#position - this.recordStart > LIMITS.recordLength) this.#tooLong(this.recordLine);
    return count;
  }

  /** Reads an unquoted cell. @returns the position after it, or -1 for more text */
  #plain(from: number): number {
    const { text } = this;
    const end = text.length;
    const delimiter = this.#delimiter;
    for (let at = from; at < end; at += 1) {
      const code = text.charCodeAt(at);
      if (code === delimiter || code === LF || code === CR) {
        this.#cell = text.slice(from, at);
        return at;
      }
      if (code === this.#quote && !this.#relaxed)
        this.#malformed(
          at,
          'a quote inside a cell that does not begin with one; quote the whole cell and double the quote',
        );
    }
    if (!this.#final) return -1;
    this.#cell = text.slice(from, end);
    return end;
  }

  /** Reads a quoted cell, beginning at its quote. @returns the position after it, or -1 for more text */
  #quoted(from: number): number {
    const { text } = this;
    let value = '';
    let begin = from + 1;
    for (;;) {
      const quote = text.indexOf(String.fromCharCode(this.#quote), begin);
      if (quote < 0 || (quote + 1 === text.length && !this.#final)) return -1;
      const doubled = text.charCodeAt(quote + 1) === this.#quote;
      if (!doubled && !(this.#relaxed && this.#goesOn(quote + 1))) {
        this.#cell = value + text.slice(begin, quote);
        this.#line += linesIn(text, from, quote);
        return this.#afterQuote(quote + 1);
      }
      value += text.slice(begin, quote + 1);
      begin = quote + (doubled ? 2 : 1);
    }
  }

  /** Whether a cell cannot end before a position. */
  #goesOn(at: number): boolean {
    const code = this.text.charCodeAt(at);
    return at < this.text.length && code !== this.#delimiter && code !== LF && code !== CR;
  }

  #afterQuote(at: number): number {
    if (this.#goesOn(at))
      this.#malformed(at, 'text after the closing quote of a cell; double the quotes inside it');
    return at;
  }

  #endOfLine(at: number, code: number): number {
    if (at >= this.text.length) return at;
    this.#line += 1;
    if (code === LF) {
      this.lineEnds['\\n'] += 1;
      return at + 1;
    }
    if (this.text.charCodeAt(at + 1) !== LF) {
      this.lineEnds['\\r'] += 1;
      return at + 1;
    }
    this.lineEnds['\\r\\n'] += 1;
    return at + 2;
  }

  /** @param quote - where the quoted cell begins that is not closed, or -1 */
  #incomplete(quote: number): number {
    this.#line = this.recordLine;
    if (this.#final) {
      const { line, column } = this.positionOf(quote);
      throw new ActionError(
        'invalid-file',
        `${this.#name}:${line}:${column}: the quote that opens here is never closed; the rest of the file was inside it`,
      );
    }
    if (this.waiting > LIMITS.recordLength)
      this.#tooLong(quote < 0 ? this.recordLine : this.positionOf(quote).line);
    return INCOMPLETE;
  }

  /** Line and column of a position inside the record read last. */
  positionOf(at: number): { readonly line: number; readonly column: number } {
    const before = this.text.slice(this.recordStart, at);
    const lineStart = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
    return {
      line: this.recordLine + linesIn(this.text, this.recordStart, at),
      column: before.length - lineStart + 1,
    };
  }

  #malformed(at: number, what: string): never {
    this.#line = this.recordLine;
    const { line, column } = this.positionOf(at);
    throw new ActionError('invalid-file', `${this.#name}:${line}:${column}: ${what}`);
  }

  #tooLong(line: number): never {
    throw new ActionError(
      'limit-exceeded',
      `${this.#name}:${line}: a record longer than ${LIMITS.recordLength} characters; is a quote or a line end missing here?`,
    );
  }
}

/** Line ends (LF, CRLF or CR) between two positions. */
function linesIn(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code === LF || (code === CR && text.charCodeAt(at + 1) !== LF)) lines += 1;
  }
  return lines;
}
