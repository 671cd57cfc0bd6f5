import { ActionError } from '../../errors.ts';
import { MAX_DEPTH, type ParsedText, type ValuePath } from '../../schema/parsed-text.ts';
import { unescapedText } from './escapes.ts';

/** A message: every field with all its values, in order, as any field may be repeated. */
export interface ProtoMessage {
  readonly [field: string]: readonly ProtoValue[];
}

/** Names of enumerations and texts are told apart: `INT` and `"INT"`. */
export type ProtoValue = number | ProtoName | string | ProtoMessage;

/** A word without quotes: the name of an enumeration's value, `true`, `inf`. */
export class ProtoName {
  readonly word: string;

  constructor(word: string) {
    this.word = word;
  }
}

/**
 * Reads a message in the text format of Protocol Buffers: fields, nested messages in `{}` or `<>`, lists in `[]`,
 * comments, adjacent texts joined.
 *
 * Source: https://protobuf.dev/reference/protobuf/textformat-spec/
 *
 * @throws ActionError invalid-file with line and column
 */
export function parseTextProto(text: string, where: string): ParsedText {
  const reader = new Reader(text, where);
  const value = reader.message('', []);
  return { value, where, at: (path) => reader.at(path) };
}

interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const BLANK = /(?:\s+|#[^\n]*)*/y;
const TOKEN =
  /(?<word>[A-Za-z_]\w*)|(?<number>-?\s*(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[fF]?|-\s*(?:inf(?:inity)?|nan)\b)|(?<text>"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*')|(?<sign>[:{}<>[\],;./])/iy;
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '<': '>' };

class Reader {
  readonly #text: string;
  readonly #where: string;
  readonly #places = new Map<string, number>();
  #token: Token;

  constructor(text: string, where: string) {
    this.#text = text.replace(/^\uFEFF/, '');
    this.#where = where;
    this.#token = this.#read(0);
  }

  /** Where the innermost value on a path begins. */
  at(path: ValuePath): string {
    for (let length = path.length; length > 0; length--) {
      const offset = this.#places.get(JSON.stringify(path.slice(0, length)));
      if (offset !== undefined) return this.#place(offset);
    }
    return this.#place(0);
  }

  /** @param closing - what ends the message; empty for the end of the text */
  message(closing: string, path: ValuePath): ProtoMessage {
    if (path.length > 2 * MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH}`);
    const fields = new Map<string, ProtoValue[]>();
    while (!this.#ends(closing)) {
      const name = this.#fieldName();
      const values = fields.get(name) ?? [];
      fields.set(name, values);
      const colon = this.#take(':');
      if (this.#token.text === '[' && this.#token.kind === 'sign') this.#list(values, [...path, name]);
      else values.push(this.#value([...path, name, values.length], colon));
      if (!this.#take(',')) this.#take(';');
    }
    return Object.fromEntries(fields);
  }

  #ends(closing: string): boolean {
    if (this.#token.kind === 'end') {
      if (closing === '') return true;
      return this.#fail(`expected "${closing}", found the end of the text`);
    }
    return closing !== '' && this.#take(closing);
  }

  #fieldName(): string {
    const token = this.#token;
    if (token.kind === 'sign' && token.text === '[')
      return this.#fail('extensions and messages of type Any are not read');
    if (token.kind !== 'word') return this.#fail(`expected the name of a field, found ${this.#found()}`);
    this.#next();
    return token.text;
  }

  #list(values: ProtoValue[], path: ValuePath): void {
    this.#next();
    while (!this.#take(']')) {
      values.push(this.#value([...path, values.length], true));
      if (this.#token.text !== ']' && !this.#take(','))
        this.#fail(`expected "," or "]", found ${this.#found()}`);
    }
  }

  #value(path: ValuePath, colon: boolean): ProtoValue {
    const token = this.#token;
    this.#places.set(JSON.stringify(path), token.at);
    const closing = token.kind === 'sign' ? CLOSING[token.text] : undefined;
    if (closing !== undefined) {
      this.#next();
      return this.message(closing, path);
    }
    if (!colon) this.#fail(`expected ":" or "{" after the name of a field, found ${this.#found()}`);
    return this.#scalar(token);
  }

  #scalar(token: Token): ProtoValue {
    switch (token.kind) {
      case 'word':
        this.#next();
        return new ProtoName(token.text);
      case 'number':
        this.#next();
        return this.#number(token);
      case 'text':
        return this.#texts();
      default:
        return this.#fail(`expected a value, found ${this.#found()}`);
    }
  }

  #number({ text, at }: Token): number | ProtoName {
    const plain = text.replaceAll(/\s/g, '');
    if (/^-(inf|nan)/i.test(plain)) return new ProtoName(plain);
    const digits = /^-?0x/i.test(plain) ? plain : plain.replace(/f$/i, '');
    const negative = digits.startsWith('-');
    const value = Number(negative ? digits.slice(1) : octal(digits));
    const size = negative ? Number(octal(digits.slice(1))) : value;
    if (!Number.isFinite(size)) this.#fail(`${text} is no number`, at);
    if (/^-?\d+$/.test(digits) && !Number.isSafeInteger(size))
      this.#fail(`${text} is beyond ±(2^53 - 1) and cannot be held exactly`, at);
    return negative ? -size : size;
  }

  /** Texts beside each other are one. */
  #texts(): string {
    let joined = '';
    while (this.#token.kind === 'text') {
      const text = unescapedText(this.#token.text.slice(1, -1));
      if (text === undefined) this.#fail('the text is not UTF-8');
      joined += text;
      this.#next();
    }
    return joined;
  }

  #take(sign: string): boolean {
    if (this.#token.kind !== 'sign' || this.#token.text !== sign) return false;
    this.#next();
    return true;
  }

  #next(): void {
    this.#token = this.#read(this.#token.at + this.#token.text.length);
  }

  #read(from: number): Token {
    BLANK.lastIndex = from;
    const at = from + (BLANK.exec(this.#text)?.[0].length ?? 0);
    if (at >= this.#text.length) return { kind: 'end', text: '', at };
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(this.#text)?.groups ?? {};
    for (const kind of ['word', 'number', 'text', 'sign'] as const) {
      const text = groups[kind];
      if (text !== undefined) return { kind, text, at };
    }
    const stray = /^["']/.test(this.#text.slice(at))
      ? 'a text that is not closed'
      : JSON.stringify(this.#text[at]);
    return this.#fail(`found ${stray}, which begins nothing`, at);
  }

  #found(): string {
    return this.#token.kind === 'end' ? 'the end of the text' : JSON.stringify(this.#token.text.slice(0, 40));
  }

  #place(offset: number): string {
    const before = this.#text.slice(0, offset);
    return `${this.#where}:${before.split('\n').length}:${offset - before.lastIndexOf('\n')}`;
  }

  #fail(message: string, at = this.#token.at): never {
    throw new ActionError('invalid-file', `${this.#place(at)}: not a valid text proto: ${message}`);
  }
}

const octal = (digits: string): string => (/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
