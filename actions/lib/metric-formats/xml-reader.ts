import { ActionError } from '../errors.ts';
import { MAX_DEPTH } from '../schema/parsed-text.ts';

/** An element of a document. Texts are not kept: no format here says anything in them. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Line on which it begins, from 1. */
  readonly line: number;
}

/** Test reports have an element for each test; beyond this it is something else. */
const MAX_ELEMENTS = 2_000_000;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

const TAG = /<(\/?)([\p{L}_:][\p{L}\p{N}_:.-]*)/uy;
const ATTRIBUTE = /\s+([\p{L}_:][\p{L}\p{N}_:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/uy;
const TAG_END = /\s*(\/?)>/y;

interface OpenElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  readonly line: number;
}

/**
 * Reads the elements and attributes of a well-formed XML 1.0 document. A document type, and with it every entity
 * but the five of XML itself, is refused: it can make a small file a huge one, or name other files.
 *
 * @param where - name of the text for messages
 * @throws ActionError invalid-file with line and column, limit-exceeded
 */
export const readXml = (text: string, where: string): XmlElement => new XmlReader(text, where).document();

class XmlReader {
  readonly #text: string;
  readonly #where: string;
  #offset: number;
  #line = 1;
  #lineOffset = 0;
  #elements = 0;

  constructor(text: string, where: string) {
    this.#text = text;
    this.#where = where;
    this.#offset = text.startsWith('\ufeff') ? 1 : 0;
  }

  document(): XmlElement {
    const top: OpenElement = { name: '', attributes: new Map(), children: [], line: 1 };
    const open = [top];
    while (this.#toNextTag(open.length > 1)) {
      if (this.#skipMarkup()) continue;
      const [, slash, name = ''] =
        this.#match(TAG) ?? this.#fail('expected the name of an element after "<"');
      if (slash === '/') this.#close(open, name);
      else this.#open(open, name);
    }
    const unclosed = open.at(-1) ?? top;
    if (unclosed !== top) this.#fail(`<${unclosed.name}> of line ${unclosed.line} is never closed`);
    const [root, second] = top.children;
    if (second !== undefined)
      this.#fail(`<${second.name}> of line ${second.line} stands beside the first element`);
    return root ?? this.#fail('no element');
  }

  #open(open: OpenElement[], name: string): void {
    const line = this.#lineOf(this.#offset);
    if (++this.#elements > MAX_ELEMENTS)
      throw new ActionError('limit-exceeded', `${this.#where}: more than ${MAX_ELEMENTS} elements`);
    if (open.length > MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH}`);
    const attributes = this.#attributes();
    const end = this.#match(TAG_END) ?? this.#fail(`expected an attribute or the end of <${name}>`);
    const element: OpenElement = { name, attributes, children: [], line };
    open.at(-1)?.children.push(element);
    if (end[1] !== '/') open.push(element);
  }

  #close(open: OpenElement[], name: string): void {
    const element = open.length > 1 ? open.pop() : undefined;
    if (element === undefined) this.#fail(`</${name}> closes nothing`);
    if (element.name !== name)
      this.#fail(`</${name}> where <${element.name}> of line ${element.line} is to be closed`);
    if (this.#match(TAG_END)?.[1] !== '') this.#fail(`expected ">" after </${name}`);
  }

  #attributes(): ReadonlyMap<string, string> {
    const attributes = new Map<string, string>();
    for (let found = this.#match(ATTRIBUTE); found !== undefined; found = this.#match(ATTRIBUTE)) {
      const [, name = '', double, single = ''] = found;
      if (attributes.has(name)) this.#fail(`the attribute ${name} stands there twice`);
      attributes.set(name, this.#unescape(double ?? single));
    }
    return attributes;
  }

  /** Comments, processing instructions and CDATA sections. @returns whether there was one */
  #skipMarkup(): boolean {
    if (this.#text.startsWith('<!DOCTYPE', this.#offset))
      this.#fail('a document type (DTD), which is not read: take it out');
    for (const [begin, end] of MARKUP) {
      if (!this.#text.startsWith(begin, this.#offset)) continue;
      const close = this.#text.indexOf(end, this.#offset + begin.length);
      if (close < 0) this.#fail(`${begin} is never closed`);
      this.#offset = close + end.length;
      return true;
    }
    return false;
  }

  /** Passes over text; outside of the elements there may only be white space. @returns whether a tag follows */
  #toNextTag(inside: boolean): boolean {
    const at = this.#text.indexOf('<', this.#offset);
    const text = this.#text.slice(this.#offset, at < 0 ? this.#text.length : at);
    if (!inside && /\S/.test(text)) this.#fail('text outside of the elements');
    if (text.includes('&')) this.#unescape(text);
    this.#offset += text.length;
    return at >= 0;
  }

  #unescape(text: string): string {
    return text.replace(/&([^;&\s]*);?/g, (written, name: string) => {
      const known = ENTITIES.get(name) ?? characterOf(name);
      if (known === undefined || !written.endsWith(';'))
        this.#fail(
          `${JSON.stringify(written)}: only the five entities of XML and numbers of characters are read`,
        );
      return known ?? '';
    });
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#offset;
    const found = pattern.exec(this.#text) ?? undefined;
    if (found !== undefined) this.#offset = pattern.lastIndex;
    return found;
  }

  /** Offsets only grow, so lines are counted from the last one asked for. */
  #lineOf(offset: number): number {
    for (let at = this.#text.indexOf('\n', this.#lineOffset); at >= 0 && at < offset; ) {
      this.#line += 1;
      this.#lineOffset = at + 1;
      at = this.#text.indexOf('\n', this.#lineOffset);
    }
    return this.#line;
  }

  #fail(message: string): never {
    const before = this.#text.slice(0, this.#offset);
    const line = before.split('\n').length;
    const column = this.#offset - (before.lastIndexOf('\n') + 1) + 1;
    throw new ActionError('invalid-file', `${this.#where}:${line}:${column}: not valid XML: ${message}`);
  }
}

const MARKUP: readonly (readonly [string, string])[] = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<![CDATA[', ']]>'],
];

/** The character of `#38` or `#x26`; `undefined` for what names none. */
function characterOf(name: string): string | undefined {
  const [, hexadecimal, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name) ?? [];
  const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
