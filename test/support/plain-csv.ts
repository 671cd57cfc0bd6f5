import { ActionError } from '../../actions/lib/errors.ts';

/** How a file is to be read; what is absent is found out or usual. */
export interface PlainCsvOptions {
  readonly delimiter?: string;
  /** Empty: cells are never quoted. */
  readonly quote?: string;
  /** Quotes out of place are text. */
  readonly relaxed?: boolean;
  readonly encoding?: string;
  readonly header?: boolean | readonly string[];
}

/** What a CSV file holds. */
export interface PlainCsv {
  readonly delimiter: string;
  readonly columns: readonly string[];
  /** Only rows that fit the header; `null` where a cell is empty, quoted or not. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Physical line on which each of these rows starts, from 1. */
  readonly lines: readonly number[];
  readonly malformed: readonly PlainMalformedRow[];
  /** Line and column of each NUL. */
  readonly controls: readonly (readonly [number, number])[];
}

/** A row that does not fit the header. */
export interface PlainMalformedRow {
  readonly kind: 'blank-row' | 'extra-cell' | 'missing-cell';
  readonly line: number;
  readonly cells: number;
  readonly expected: number;
}

interface PlainRecord {
  readonly cells: readonly string[];
  readonly line: number;
  /** Nothing but a line end. */
  readonly blank: boolean;
}

/**
 * The simplest reader of CSV: whole files, one character after the other, as slow as it likes. It is what the engine
 * must agree with.
 *
 * @throws ActionError invalid-file with line and column for what is not CSV
 */
export function readPlainCsv(name: string, bytes: Uint8Array, options: PlainCsvOptions = {}): PlainCsv {
  const text = decode(name, bytes, options.encoding);
  if (text.trim() === '')
    throw new ActionError('invalid-file', `${name}: the file is empty; expected a header and rows`);
  const { quote = '"', relaxed = false } = options;
  const delimiter = options.delimiter ?? likeliestDelimiter(text, quote, relaxed);
  const records = recordsOf({ name, text, delimiter, quote, relaxed });
  const header = options.header ?? true;
  const first = records[0]?.cells ?? [];
  const columns = header === true ? first : header === false ? first.map((_, i) => `column${i + 1}`) : header;
  checkNames(name, columns);
  const data = header === true ? records.slice(1) : records;
  const fits = ({ cells }: PlainRecord): boolean => cells.length === columns.length;
  return {
    delimiter,
    columns,
    rows: data.filter(fits).map(({ cells }) => cells.map((cell) => (cell === '' ? null : cell))),
    lines: data.filter(fits).map(({ line }) => line),
    malformed: data
      .filter((record) => !fits(record))
      .map(({ cells, line, blank }) => ({
        kind: blank ? 'blank-row' : cells.length > columns.length ? 'extra-cell' : 'missing-cell',
        line,
        cells: blank ? 0 : cells.length,
        expected: columns.length,
      })),
    controls: nuls(text),
  };
}

function decode(name: string, bytes: Uint8Array, encoding: string | undefined): string {
  const [first, second] = bytes;
  const marked =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff && 'utf-16be';
  const label = encoding ?? (marked || 'utf-8');
  if (label === 'utf-8' && bytes.length > 1 && bytes.length % 2 === 0 && (bytes[0] === 0 || bytes[1] === 0))
    throw new ActionError('invalid-file', `${name}: UTF-16 without a byte order mark`);
  // What the platform calls Latin-1 is Windows-1252, which differs from it in 27 control characters.
  if (label === 'latin1') return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ActionError('invalid-file', `${name}: not valid ${label.toUpperCase()}`, { cause });
  }
}

/** Line and column (in UTF-16 code units) of what comes after a text. */
function placeOf(before: string): readonly [line: number, column: number] {
  const lines = before.split(/\r\n|\r|\n/);
  return [lines.length, (lines.at(-1) ?? '').length + 1];
}

function nuls(text: string): readonly (readonly [number, number])[] {
  const places: (readonly [number, number])[] = [];
  for (let at = text.indexOf('\0'); at >= 0; at = text.indexOf('\0', at + 1))
    places.push(placeOf(text.slice(0, at)));
  return places;
}

/** The grammar of one file: what separates cells, and what quotes them. */
interface Grammar {
  readonly name: string;
  readonly text: string;
  readonly delimiter: string;
  readonly quote: string;
  readonly relaxed: boolean;
}

function recordsOf(grammar: Grammar): readonly PlainRecord[] {
  const { text, delimiter } = grammar;
  const records: PlainRecord[] = [];
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const start = at;
    const cells: string[] = [];
    do {
      if (cells.length > 0) at += 1;
      const { cell, next } = readCell(grammar, at);
      cells.push(cell);
      at = next;
    } while (text[at] === delimiter);
    records.push({ cells, line, blank: at === start });
    at += lineEnd(text, at);
    line += placeOf(text.slice(start, at))[0] - 1;
  }
  return records;
}

/** Length of the line end at a position, 0 if there is none. */
const lineEnd = (text: string, at: number): number =>
  text.startsWith('\r\n', at) ? 2 : text[at] === '\r' || text[at] === '\n' ? 1 : 0;

interface PlainCell {
  readonly cell: string;
  /** Where the cell ends: at a delimiter, a line end or the end of the text. */
  readonly next: number;
}

const endsAt = ({ text, delimiter }: Grammar, at: number): boolean =>
  at >= text.length || text[at] === delimiter || lineEnd(text, at) > 0;

/** The cell that begins at a position. */
const readCell = (grammar: Grammar, start: number): PlainCell =>
  grammar.quote !== '' && grammar.text[start] === grammar.quote
    ? readQuoted(grammar, start)
    : readUnquoted(grammar, start);

function readUnquoted(grammar: Grammar, start: number): PlainCell {
  const { text, quote, relaxed } = grammar;
  let at = start;
  for (; !endsAt(grammar, at); at += 1)
    if (text[at] === quote && !relaxed)
      refuse(grammar, at, 'a quote inside a cell that does not begin with one');
  return { cell: text.slice(start, at), next: at };
}

function readQuoted(grammar: Grammar, start: number): PlainCell {
  const { text, quote, relaxed } = grammar;
  const closes = (at: number): boolean =>
    text[at] === quote && text[at + 1] !== quote && (!relaxed || endsAt(grammar, at + 1));
  let cell = '';
  let at = start + 1;
  for (; !closes(at); at += 1) {
    if (at >= text.length) refuse(grammar, start, 'the quote that opens here is never closed');
    if (text[at] === quote && text[at + 1] === quote) at += 1;
    cell += text[at];
  }
  if (!endsAt(grammar, at + 1)) refuse(grammar, at + 1, 'text after the closing quote of a cell');
  return { cell, next: at + 1 };
}

function refuse({ name, text }: Grammar, at: number, what: string): never {
  throw new ActionError('invalid-file', `${name}:${placeOf(text.slice(0, at)).join(':')}: ${what}`);
}

/** The delimiter under which most records have as many cells as the first; of equals, the one that makes most cells. */
function likeliestDelimiter(text: string, quote: string, relaxed: boolean): string {
  const scored = [',', ';', '\t', '|'].map((delimiter) => {
    try {
      const records = recordsOf({ name: '', text, delimiter, quote, relaxed }).slice(0, 50);
      const cells = records[0]?.cells.length ?? 0;
      const alike = records.filter((record) => record.cells.length === cells).length;
      return { delimiter, agreement: cells < 2 ? 0 : alike / records.length, cells };
    } catch {
      return { delimiter, agreement: 0, cells: 0 };
    }
  });
  return scored.toSorted((a, b) => b.agreement - a.agreement || b.cells - a.cells)[0]?.delimiter ?? ',';
}

function checkNames(name: string, columns: readonly string[]): void {
  for (const [index, column] of columns.entries()) {
    if (column.trim() === '')
      throw new ActionError('invalid-file', `${name}:1: column ${index + 1} has no name`);
    const alike = (other: string): boolean =>
      other.trim().normalize().toLowerCase() === column.trim().normalize().toLowerCase();
    if (columns.slice(0, index).some(alike))
      throw new ActionError('invalid-file', `${name}:1: two columns are named "${column}"`);
  }
}
