/** What is wrong with a line and where: `column` counts from 1. */
export class LineError extends Error {
  readonly column: number;

  constructor(column: number, message: string) {
    super(message);
    this.name = 'LineError';
    this.column = column;
  }
}

/** Reads a line one token after the other, skips white space between them, and remembers the column. */
export class Scanner {
  #position = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.#skipSpace();
  }

  get rest(): string {
    return this.#text.slice(this.#position);
  }

  get column(): number {
    return this.#position + 1;
  }

  /** The text before the cursor. */
  get read(): string {
    return this.#text.slice(0, this.#position);
  }

  /** The token at the cursor, which moves behind it and the white space after it. */
  take(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.rest);
    if (found?.index !== 0) return undefined;
    this.advance(found[0].length);
    return found[0];
  }

  advance(length: number): void {
    this.#position += length;
    this.#skipSpace();
  }

  /** @throws LineError at the cursor: what was expected, and what is there */
  fail(expected: string): never {
    const found = this.rest === '' ? 'the end of the line' : `"${/^\S+/.exec(this.rest)?.[0] ?? this.rest}"`;
    return this.problem(`expected ${expected}, found ${found}`);
  }

  problem(message: string, column = this.column): never {
    throw new LineError(column, message);
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#position] ?? '')) this.#position += 1;
  }
}
