import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Found, type Reading, readWith, seenText } from './json-reading.ts';

const encoder = new TextEncoder();

/** A record and how it is written. */
interface Written {
  readonly record: readonly (readonly [key: string, value: unknown])[];
  readonly style: Style;
}

interface Style {
  readonly blank: string;
  readonly colon: string;
  readonly comma: string;
  /** Characters that are written as escapes although they need not be. */
  readonly escapes: RegExp;
}

const escaped = (text: string, { escapes }: Style): string =>
  JSON.stringify(text).replace(escapes, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );

function write(value: unknown, style: Style): string {
  if (typeof value === 'string') return escaped(value, style);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const { blank, comma } = style;
  if (Array.isArray(value)) return `[${blank}${value.map((item) => write(item, style)).join(comma)}${blank}]`;
  return writeRecord(Object.entries(value), style);
}

function writeRecord(record: Written['record'], style: Style): string {
  const items = record.map(([key, value]) => `${escaped(key, style)}${style.colon}${write(value, style)}`);
  return `{${style.blank}${items.join(style.comma)}${style.blank}}`;
}

/** What JSON.parse finds, record by record. */
function plainRows(
  records: readonly Written['record'][],
  columns: readonly string[],
): readonly (readonly unknown[])[] {
  return records.map((record) => {
    const values = new Map(record);
    return columns.map((name) => {
      const value = values.get(name) ?? null;
      return typeof value === 'string' ? seenText(value.toWellFormed()) : value;
    });
  });
}

const columnsOf = (records: readonly Written['record'][]): readonly string[] => [
  ...new Set(records.flatMap((record) => record.map(([key]) => key))),
];

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    '',
    '"',
    '\\',
    '\\"',
    '\\\\',
    'é',
    '😀',
    '\u0000',
    '\u2028',
    '},{',
    '\n',
    'x'.repeat(15),
    'x'.repeat(16),
    'x'.repeat(17),
  ),
);
const KEYS = [
  'a',
  'b',
  'id',
  '10',
  'a b',
  'é',
  '"',
  '\\',
  '',
  '__proto__',
  'constructor',
  'a long key of thirty-two letters',
  'x'.repeat(15),
];
const value = fc.oneof(
  { weight: 4, arbitrary: text },
  {
    weight: 4,
    arbitrary: fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0, -1, 1e21, 1e-7, 0.1),
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom(true, false, null) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((nested) => [nested, { k: nested }]) },
  { weight: 1, arbitrary: fc.constantFrom({}, [], [[]], { a: { a: 1 } }) },
);
const style = fc.record({
  blank: fc.constantFrom('', '', ' ', ' \t'),
  colon: fc.constantFrom(':', ':', ': ', ' : ', '\t:'),
  comma: fc.constantFrom(',', ',', ', ', ' , '),
  escapes: fc.constantFrom(/(?!)/g, /[^ -~]/gu, /(?<!\\)[a-d](?!.*\\)/g),
});
const written = fc.record({
  record: fc.uniqueArray(fc.tuple(fc.constantFrom(...KEYS), value), {
    maxLength: 8,
    selector: ([key]) => key,
  }),
  style,
});
/** Mostly one order of keys and one style, as programs write; now and then anything. */
const file = fc.record({
  records: fc.oneof(fc.array<Written>(written, { minLength: 1, maxLength: 25 }), regular()),
  mark: fc.boolean(),
  lineEnd: fc.constantFrom('\n', '\r\n', '\n\n', '\n \t\n'),
  atEnd: fc.boolean(),
});

function regular(): fc.Arbitrary<Written[]> {
  return fc
    .tuple(fc.uniqueArray(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 8 }), style)
    .chain(([keys, same]) =>
      fc
        .array(fc.tuple(...keys.map(() => value)), { minLength: 1, maxLength: 40 })
        .map((rows) =>
          rows.map(
            (values): Written => ({ record: keys.map((key, at) => [key, values[at]] as const), style: same }),
          ),
        ),
    );
}

const lineReading = fc.constantFrom<Reading>(
  { format: 'jsonl' },
  { format: 'jsonl', chunk: 1 },
  { format: 'jsonl', chunk: 7 },
);
const arrayReading = fc.constantFrom<Reading>(
  { format: 'json', chunk: 1 },
  { format: 'json', chunk: 5 },
  { format: 'json', chunk: 1 << 20 },
);

test('any records one a line are read as JSON.parse reads them', () => {
  void fc.assert(
    fc.property(file, lineReading, ({ records, mark, lineEnd, atEnd }, reading) => {
      const lines = records.map(({ record, style: how }) => writeRecord(record, how));
      const text = `${mark ? '\ufeff' : ''}${lines.join(lineEnd)}${atEnd ? lineEnd : ''}`;
      const plain = records.map(({ record }) => record);
      const columns = columnsOf(plain);
      const step = lineEnd.split('\n').length - 1;
      const expected: Found = {
        columns,
        rows: plainRows(plain, columns),
        lines: records.map((_, row) => 1 + row * step),
        lateKeys: [],
      };
      expect(readWith(encoder.encode(text), reading)).toEqual(expected);
    }),
    { numRuns: 100, seed: 11 },
  );
}, 60_000);

test('any records in one array are read as JSON.parse reads them', () => {
  const gap = fc.constantFrom('', ' ', '\n', '\r\n\t', '\n\n');
  void fc.assert(
    fc.property(
      file,
      gap,
      gap,
      fc.boolean(),
      arrayReading,
      ({ records, mark }, before, after, pretty, reading) => {
        const items = records.map(({ record, style: how }) =>
          writeRecord(record, pretty ? { ...how, blank: '\n  ', comma: ',\n  ' } : how),
        );
        const body = `${before}[${before}${items.join(`${after},${before}`)}${after}]${after}`;
        const plain = records.map(({ record }) => record);
        const columns = columnsOf(plain);
        const expected: Found = {
          columns,
          rows: plainRows(plain, columns),
          lines: linesOf(body, items),
          lateKeys: [],
        };
        expect(readWith(encoder.encode(`${mark ? '\ufeff' : ''}${body}`), reading)).toEqual(expected);
      },
    ),
    { numRuns: 60, seed: 12 },
  );
}, 60_000);

/** The line on which each item begins. */
function linesOf(body: string, items: readonly string[]): readonly number[] {
  let from = body.indexOf('[') + 1;
  return items.map((item) => {
    const at = body.indexOf(item, from);
    from = at + item.length;
    return body.slice(0, at).split(/\r\n|\r|\n/).length;
  });
}
