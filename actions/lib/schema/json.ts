import { ActionError } from '../errors.ts';
import { MAX_DEPTH, type ParsedText, type ValuePath } from './parsed-text.ts';

export interface JsonOptions {
  /** `keep` reads `NaN`, `Infinity` and numbers too large for a double as the non-finite numbers they stand for. */
  readonly nonFinite?: 'refuse' | 'keep';
  /** `nearest` rounds integers beyond ±(2⁵³ - 1) to the nearest double, as JSON Schemas of 64-bit columns need. */
  readonly largeIntegers?: 'refuse' | 'nearest';
}

/**
 * Reads JSON (RFC 8259) with nothing lost in silence: duplicate keys, numbers that a double cannot hold, nesting
 * over 64 and text after the value are errors with line and column. A byte order mark is skipped.
 *
 * @param where - name of the text for messages
 * @throws ActionError invalid-file
 */
export function parseJsonStrict(text: string, where: string, options: JsonOptions = {}): ParsedText {
  const value = new JsonReader(text, where, options).document();
  return {
    value,
    where,
    // Positions are wanted only for messages, so they are found by reading again rather than kept for every value.
    at(path) {
      const reader = new JsonReader(text, where, options, path);
      reader.document();
      return reader.place(reader.wantedOffset);
    },
  };
}

const LITERALS: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
const NON_FINITE: readonly (readonly [string, number])[] = [
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const BLANK = /[ \t\r\n]*/y;

class JsonReader {
  readonly #text: string;
  readonly #where: string;
  readonly #options: JsonOptions;
  readonly #wanted: ValuePath;
  #offset: number;
  #depth = 0;
  /** How many parts of the wanted path have been matched on the way to the current value. */
  wantedOffset = 0;

  constructor(text: string, where: string, options: JsonOptions, wanted: ValuePath = []) {
    this.#text = text;
    this.#where = where;
    this.#options = options;
    this.#wanted = wanted;
    this.#offset = text.startsWith('\ufeff') ? 1 : 0;
  }

  document(): unknown {
    const value = this.#value(0);
    this.#blank();
    if (this.#offset < this.#text.length) this.#fail('unexpected text after the end of the value');
    return value;
  }

  place(offset: number): string {
    const before = this.#text.slice(0, offset);
    const lineStart = before.lastIndexOf('\n') + 1;
    return `${this.#where}:${before.split('\n').length}:${offset - lineStart + 1}`;
  }

  /** @param matched - parts of the wanted path that lead here, or -1 off the path */
  #value(matched: number): unknown {
    this.#blank();
    if (matched >= 0) this.wantedOffset = this.#offset;
    const start = this.#text[this.#offset];
    if (start === '{') return this.#nested(() => this.#object(matched));
    if (start === '[') return this.#nested(() => this.#array(matched));
    if (start === '"') return this.#string();
    for (const [literal, value] of LITERALS) if (this.#take(literal)) return value;
    for (const [literal, value] of NON_FINITE) {
      if (!this.#text.startsWith(literal, this.#offset)) continue;
      if (this.#options.nonFinite !== 'keep') this.#fail(`${literal} is not a number JSON can hold`);
      this.#take(literal);
      return value;
    }
    return this.#number();
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH}`);
    this.#offset++;
    const value = read();
    this.#depth--;
    return value;
  }

  #object(matched: number): unknown {
    const object: Record<string, unknown> = {};
    const seen = new Map<string, number>();
    for (let first = true; !this.#ends('}', first); first = false) {
      this.#blank();
      const at = this.#offset;
      if (this.#text[at] !== '"') this.#fail(`expected a key in double quotes, found ${this.#found()}`);
      const key = this.#string();
      const earlier = seen.get(key);
      if (earlier !== undefined)
        this.#fail(`the key ${JSON.stringify(key)} stands here again, first at ${this.place(earlier)}`, at);
      seen.set(key, at);
      this.#blank();
      if (!this.#take(':')) this.#fail(`expected ":" after the key, found ${this.#found()}`);
      const value = this.#value(this.#step(matched, key));
      if (key === '__proto__')
        Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
      else object[key] = value;
    }
    return object;
  }

  #array(matched: number): unknown {
    const array: unknown[] = [];
    for (let first = true; !this.#ends(']', first); first = false)
      array.push(this.#value(this.#step(matched, array.length)));
    return array;
  }

  #step = (matched: number, part: string | number): number =>
    matched >= 0 && matched < this.#wanted.length && this.#wanted[matched] === part ? matched + 1 : -1;

  /** Whether the collection ends here; otherwise moves past the comma to its next item. */
  #ends(close: '}' | ']', first: boolean): boolean {
    this.#blank();
    if (this.#take(close)) return true;
    if (first) return false;
    if (!this.#take(',')) this.#fail(`expected "," or "${close}", found ${this.#found()}`);
    this.#blank();
    if (this.#text[this.#offset] === close) this.#fail(`a comma before "${close}"; JSON has none there`);
    return false;
  }

  #string(): string {
    const start = this.#offset;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1;
    try {
      const value: unknown = JSON.parse(this.#text.slice(start, end + 1));
      this.#offset = end + 1;
      return String(value);
    } catch {
      return this.#fail(
        'a text that is not closed, or holds a line break, a control character or an unknown escape',
      );
    }
  }

  #number(): number {
    NUMBER.lastIndex = this.#offset;
    const [match = '', fraction, exponent] = NUMBER.exec(this.#text) ?? [];
    if (match === '' || /[\w.+-]/.test(this.#text[this.#offset + match.length] ?? ''))
      this.#fail(`expected a value, found ${this.#found()}`);
    const value = Number(match);
    if (!Number.isFinite(value) && this.#options.nonFinite !== 'keep')
      this.#fail(`${match} is too large for a number`);
    const whole = fraction === undefined && exponent === undefined;
    if (whole && !Number.isSafeInteger(value) && this.#options.largeIntegers !== 'nearest')
      this.#fail(`${match} is beyond ±(2^53 - 1) and cannot be held exactly; write it as a text`);
    this.#offset += match.length;
    return value;
  }

  #blank(): void {
    BLANK.lastIndex = this.#offset;
    this.#offset += BLANK.exec(this.#text)?.[0].length ?? 0;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#offset)) return false;
    this.#offset += text.length;
    return true;
  }

  #found(): string {
    const rest = this.#text.slice(this.#offset, this.#offset + 20);
    if (rest === '') return 'the end of the text';
    if (rest.startsWith('//') || rest.startsWith('/*') || rest.startsWith('#'))
      return 'a comment, which JSON does not have';
    if (rest.startsWith("'")) return 'a single quote; JSON uses double quotes';
    return JSON.stringify(/^[\w.+-]+/.exec(rest)?.[0] ?? [...rest][0]);
  }

  #fail(message: string, offset = this.#offset): never {
    throw new ActionError('invalid-file', `${this.place(offset)}: not valid JSON: ${message}`);
  }
}
