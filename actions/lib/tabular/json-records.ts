import { ActionError } from '../errors.ts';
import { endOfString } from './json-value.ts';
import { LIMITS } from './limits.ts';

/** The text of one record and the line on which it begins. */
export interface RecordText {
  readonly text: string;
  readonly line: number;
}

/** The non-blank lines of JSON Lines. @throws ActionError limit-exceeded for a line without an end */
export async function* jsonLines(name: string, texts: AsyncIterable<string>): AsyncIterable<RecordText> {
  let rest: string[] = [];
  let length = 0;
  let line = 1;
  for await (const text of texts) {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const whole = rest.join('') + text.slice(from, end);
      if (whole.trim() !== '') yield { text: whole, line };
      line += 1;
      from = end + 1;
      rest = [];
      length = 0;
    }
    rest.push(text.slice(from));
    length += text.length - from;
    checkLength(name, line, length);
  }
  const last = rest.join('');
  if (last.trim() !== '') yield { text: last, line };
}

/** The elements of one JSON array. @throws ActionError invalid-file when the text is not one array */
export async function* jsonArrayElements(
  name: string,
  texts: AsyncIterable<string>,
): AsyncIterable<RecordText> {
  const splitter = new ArraySplitter(name);
  for await (const text of texts) yield* splitter.feed(text);
  splitter.end();
}

const QUOTE = 34;
const COMMA = 44;
const BRACKET = 91;
const BRACKET_END = 93;
const BRACE = 123;
const BRACE_END = 125;
const ELEMENT_ENDS = [COMMA, BRACE_END, BRACKET_END];

type State = 'before' | 'element-or-end' | 'element' | 'comma-or-end' | 'after';

/** Finds where each element of an array ends; what the elements are is left to the JSON parser. */
class ArraySplitter {
  readonly #name: string;
  #state: State = 'before';
  #text = '';
  #at = 0;
  /** Line of the position up to which line ends were counted. */
  #line = 1;
  #counted = 0;
  /** Inside an element: brackets open, where it began. */
  #depth = 0;
  #start = 0;
  #startLine = 1;
  #trailingComma = false;

  constructor(name: string) {
    this.#name = name;
  }

  *feed(text: string): Iterable<RecordText> {
    this.#lineAt(this.#at);
    const keep = this.#state === 'element' ? this.#start : this.#at;
    this.#text = this.#text.slice(keep) + text;
    this.#at -= keep;
    this.#start -= keep;
    this.#counted -= keep;
    while (this.#at < this.#text.length) {
      if (this.#state === 'element') {
        if (!this.#skipElement()) {
          checkLength(this.#name, this.#startLine, this.#text.length - this.#start);
          return;
        }
        yield { text: this.#text.slice(this.#start, this.#at), line: this.#startLine };
        this.#state = 'comma-or-end';
      } else this.#structure();
    }
  }

  end(): void {
    if (this.#state !== 'after')
      throw new ActionError(
        'invalid-file',
        `${this.#name}:${this.#lineAt(this.#at)}: the file ends inside the array; is it cut off?`,
      );
  }

  /** Moves over one character between elements. */
  #structure(): void {
    const character = this.#text[this.#at] ?? '';
    if (/\s/.test(character)) {
      this.#at += 1;
      return;
    }
    if (this.#state === 'before' && character === '[') this.#state = 'element-or-end';
    else if (this.#state === 'element-or-end' && character === ']' && !this.#trailingComma)
      this.#state = 'after';
    else if (this.#state === 'comma-or-end' && character === ']') this.#state = 'after';
    else if (this.#state === 'comma-or-end' && character === ',') {
      this.#state = 'element-or-end';
      this.#trailingComma = true;
    } else if (this.#state === 'element-or-end' && !',]'.includes(character)) {
      this.#begin();
      return;
    } else this.#unexpected(character);
    this.#at += 1;
  }

  #begin(): void {
    this.#state = 'element';
    this.#depth = 0;
    this.#start = this.#at;
    this.#startLine = this.#lineAt(this.#at);
    this.#trailingComma = false;
  }

  /** Moves to the end of the element. @returns false when more text is needed, with the position where to go on */
  #skipElement(): boolean {
    const text = this.#text;
    while (this.#at < text.length) {
      const code = text.charCodeAt(this.#at);
      if (this.#depth === 0 && ELEMENT_ENDS.includes(code)) return true;
      if (code === QUOTE) {
        const end = endOfString(text, this.#at);
        if (end >= text.length) return false;
        this.#at = end;
      } else if (code === BRACE || code === BRACKET) this.#depth += 1;
      else if (code === BRACE_END || code === BRACKET_END) this.#depth -= 1;
      this.#at += 1;
    }
    return false;
  }

  #lineAt(position: number): number {
    for (; this.#counted < position; this.#counted += 1)
      if (this.#text.charCodeAt(this.#counted) === 10) this.#line += 1;
    return this.#line;
  }

  #unexpected(character: string): never {
    const where = `${this.#name}:${this.#lineAt(this.#at)}`;
    if (this.#state === 'before' && character === '{')
      throw new ActionError(
        'invalid-file',
        `${where}: expected an array of objects, found an object; if there is one object a line, set format to jsonl`,
      );
    if (this.#state === 'after')
      throw new ActionError('invalid-file', `${where}: text after the end of the array`);
    throw new ActionError(
      'invalid-file',
      `${where}: not a JSON array of objects: unexpected ${JSON.stringify(character)}`,
    );
  }
}

function checkLength(name: string, line: number, length: number): void {
  if (length > LIMITS.recordLength)
    throw new ActionError(
      'limit-exceeded',
      `${name}:${line}: a record longer than ${LIMITS.recordLength} characters; is a bracket or a line end missing?`,
    );
}
