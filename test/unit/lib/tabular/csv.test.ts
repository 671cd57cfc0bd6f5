import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesSource } from '../../../../actions/lib/tabular/bytes-source.ts';
import { detectDelimiter } from '../../../../actions/lib/tabular/detect-delimiter.ts';
import { openTable } from '../../../../actions/lib/tabular/open-table.ts';
import { readTable } from '../../../../actions/lib/tabular/read-table.ts';
import type { Batch, ByteSource, TableOptions } from '../../../../actions/lib/tabular/table.ts';

const encoder = new TextEncoder();
const csv = (text: string): ByteSource => bytesSource('a.csv', encoder.encode(text));

/** A file that arrives in pieces of a few bytes. */
const dripping = (bytes: Uint8Array, size: number): ByteSource => ({
  ...bytesSource('a.csv', bytes),
  async *stream() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  },
});

const rows = async (source: ByteSource, options: TableOptions = {}) => {
  const table = await readTable(source, options);
  const columns = table.columns.map((name) => table.column(name) ?? []);
  return [
    table.columns,
    ...Array.from({ length: table.rowCount }, (_, row) => columns.map((cells) => cells[row])),
  ];
};

async function batches(source: ByteSource): Promise<readonly Batch[]> {
  const found: Batch[] = [];
  for await (const batch of (await openTable(source)).batches()) found.push(batch);
  return found;
}

test.each<[string, string, (string | null)[][]]>([
  ['plain', 'a,b\n1,2\n', [['1', '2']]],
  ['no line end at the end', 'a,b\n1,2', [['1', '2']]],
  ['CRLF', 'a,b\r\n1,2\r\n', [['1', '2']]],
  [
    'bare CR',
    'a,b\r1,2\r3,4',
    [
      ['1', '2'],
      ['3', '4'],
    ],
  ],
  [
    'line ends of all kinds, none left in a cell',
    'a,b\n1,2\r\n3,4\r5,6\n',
    [
      ['1', '2'],
      ['3', '4'],
      ['5', '6'],
    ],
  ],
  ['delimiter in quotes', 'a,b\n"1,5",2\n', [['1,5', '2']]],
  ['line end in quotes', 'a,b\n"x\ny",2\n', [['x\ny', '2']]],
  ['CRLF in quotes', 'a,b\n"x\r\ny",2\n', [['x\r\ny', '2']]],
  ['doubled quotes', 'a,b\n"he said ""hi""",""""\n', [['he said "hi"', '"']]],
  ['empty cells, quoted or not', 'a,b\n,""\n', [[null, null]]],
  ['white space is kept', 'a,b\n 1 ,\t\n', [[' 1 ', '\t']]],
  ['byte order mark', '\ufeffa,b\n1,2\n', [['1', '2']]],
  ['quoted header', '"a","b"\n1,2\n', [['1', '2']]],
  ['blank lines of a single column are rows without a value', 'a\n1\n\n2\n', [['1'], [null], ['2']]],
  ['names of Object.prototype', '__proto__,constructor\n1,2\n', [['1', '2']]],
  ['characters of 1 to 4 bytes', 'a,b\né€,😀\n', [['é€', '😀']]],
  ['header only', 'a,b\n', []],
])('CSV: %s', async (_name, text, expected) => {
  const [, ...found] = await rows(csv(text));
  expect(found).toEqual(expected);
  const bytes = encoder.encode(text);
  for (const size of [1, 2, 3, 5]) expect((await rows(dripping(bytes, size))).slice(1)).toEqual(expected);
});

test.each<[string, string, string]>([
  ['an empty file', '', 'a.csv: the file is empty'],
  ['only blank lines', ' \n\n', 'a.csv: the file is empty'],
  ['an unclosed quote', 'a,b\n1,"x\ny\nz', 'a.csv:2:3: the quote that opens here is never closed'],
  ['an unclosed quote after a quoted line end', 'a,b\n"x\ny","z', 'a.csv:3:4: the quote that opens here'],
  ['a quote in the middle of a cell', 'a,b\n1,2"x\n', 'a.csv:2:4: a quote inside a cell'],
  ['text after a closing quote', 'a,b\n"1"x,2\n', 'a.csv:2:4: text after the closing quote'],
  ['more cells than columns', 'a,b\n1,2\n1,2,3\n', 'a.csv:3: 3 cells in a row, but the header has 2 columns'],
  ['fewer cells than columns', 'a,b\n1\n', 'a.csv:2: 1 cells in a row'],
  ['equal names', 'a,a\n1,2\n', 'two columns are named "a"'],
  ['names that differ by case', 'a,A\n1,2\n', 'two columns are named "a" and "A"'],
  ['names that look the same', 'é,é\n1,2\n', 'two columns are named'],
  ['a column without a name', 'a,\n1,2\n', 'a.csv:1: column 2 has no name'],
  ['a NUL', 'a,b\n1,\0\n', 'a.csv: a NUL character in line 2'],
  ['too many columns', Array.from({ length: 10_001 }, (_, i) => `c${i}`).join(','), 'at most 10000 are read'],
  ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n', 'a Git LFS pointer'],
  ['a log-in page', '<!DOCTYPE html><html>', 'an HTML page'],
  ['Parquet', 'PAR1\u0015\u0004', 'the content is Parquet'],
  ['a JSON array', '[{"a":1}]', 'the content is a JSON array'],
])('CSV is refused: %s', async (_name, text, message) => {
  await expect(readTable(csv(text))).rejects.toMatchObject({
    name: 'ActionError',
    message: expect.stringContaining(message),
  });
});

test.each<[string, number[], string]>([
  ['Latin-1', [0x61, 0x0a, 0x31, 0xe9, 0x0a], 'not valid UTF-8 at byte 3 (0xe9, line 2)'],
  ['an overlong sequence', [0x61, 0x0a, 0xc0, 0xaf], 'not valid UTF-8 at byte 2 (0xc0, line 2)'],
  ['half a surrogate pair', [0x61, 0x0a, 0xed, 0xa0, 0x80], 'at byte 2 (0xed, line 2)'],
  ['a character cut off at the end', [0x61, 0x0a, 0xe2, 0x82], 'at byte 2 (0xe2, line 2)'],
  ['UTF-16 without a mark', [...Buffer.from('a,b\n1,2\n', 'utf16le')], 'UTF-16 without a byte order mark'],
  ['gzip without the name', [0x1f, 0x8b, 8, 0], 'this is gzip'],
])('bytes are refused with their place: %s', async (_name, bytes, message) => {
  for (const size of [1, 1_000])
    await expect(readTable(dripping(Uint8Array.from(bytes), size))).rejects.toThrow(message);
});

test.each(['utf16le', 'utf16be'] as const)('%s with a mark is decoded and noted', async (encoding) => {
  const bytes = Buffer.from('\ufeffa,b\n1,€\n', 'utf16le');
  const reader = await openTable(bytesSource('a.csv', encoding === 'utf16le' ? bytes : bytes.swap16()));
  expect(reader.columns).toEqual(['a', 'b']);
  for await (const batch of reader.batches()) expect(batch.columns).toEqual([['1'], ['€']]);
  expect(reader.notes.map(({ message }) => message)).toEqual([
    `decoded from UTF-16${encoding === 'utf16le' ? 'LE' : 'BE'}`,
  ]);
});

test.each<[string, string, string]>([
  ['comma', 'a,b\n1,2\n', ','],
  ['semicolon with decimal commas', 'a;b;c\n1,5;2,5;3\n4;5,5;6\n', ';'],
  ['tab with commas in texts', 'a\tb\nx, y\tz\n', '\t'],
  ['bar', 'a|b|c\n1|2|3\n', '|'],
  ['a single column', 'a\n1\n2\n', ','],
  ['delimiters inside quotes do not count', '"a;x";"b;y"\n"1,2,3";"4"\n', ';'],
])('the delimiter is found: %s', (_name, text, expected) => {
  expect(detectDelimiter(text, true)).toBe(expected);
});

test('a given delimiter is used whatever the text looks like', async () => {
  expect(await rows(csv('a;b,c\n1;2,3\n'), { delimiter: ';' })).toEqual([
    ['a', 'b,c'],
    ['1', '2,3'],
  ]);
});

test('texts that mean no value become none', async () => {
  expect((await rows(csv('a,b\nNA,-\n'), { nullValues: ['NA', '-'] }))[1]).toEqual([null, null]);
});

describe('positions are those of the file', () => {
  test('of rows after quoted line ends, blank lines and CRLF', async () => {
    const [batch] = await batches(csv('a,b\r\n"x\r\ny",1\r\n\r\n2,"z\n\n"\n3,4'));
    expect(Array.from(batch?.lines ?? [])).toEqual([2, 5, 8]);
    expect(batch?.malformed).toEqual([{ kind: 'blank-row', line: 4, cells: 0, expected: 2 }]);
  });

  test('of cells, in rows of several lines too', async () => {
    const [batch] = await batches(csv('a,b,c\n1,"x\nyy",zz\n"",é,3\n'));
    expect(batch?.locate?.(0, 0)).toEqual({ line: 2, column: 1 });
    expect(batch?.locate?.(0, 1)).toEqual({ line: 2, column: 3 });
    expect(batch?.locate?.(0, 2)).toEqual({ line: 3, column: 5 });
    expect(batch?.locate?.(1, 2)).toEqual({ line: 4, column: 6 });
  });

  test('of rows that do not fit, which are left out and not guessed at', async () => {
    const [batch] = await batches(csv('a,b\n1,2,3\n4,5\n6\n'));
    expect(batch?.columns).toEqual([['4'], ['5']]);
    expect(batch?.malformed?.map(({ kind, line, cells }) => [kind, line, cells])).toEqual([
      ['extra-cell', 2, 3],
      ['missing-cell', 4, 1],
    ]);
  });

  test('across batches and pieces of the file', async () => {
    const text = `a,b\n${Array.from({ length: 20_000 }, (_, row) => `${row},"v\n${row}"`).join('\n')}\n`;
    const found = await batches(dripping(encoder.encode(text), 10_007));
    expect(found.map(({ firstRow, rowCount }) => [firstRow, rowCount])).toEqual([
      [0, 8_192],
      [8_192, 8_192],
      [16_384, 3_616],
    ]);
    for (const batch of found)
      for (const row of [0, 1, batch.rowCount - 1]) {
        expect(batch.columns[0]?.[row]).toBe(String(batch.firstRow + row));
        expect(batch.lines?.[row]).toBe(2 + 2 * (batch.firstRow + row));
        expect(batch.locate?.(row, 1)).toEqual({
          line: 2 + 2 * (batch.firstRow + row),
          column: String(batch.firstRow + row).length + 2,
        });
      }
  });
});

test('what is written by the rules is read back, however it is cut into pieces', async () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', ',', '"', '\n', '\r', ';', ' ', 'é', '😀'),
    maxLength: 6,
  });
  const table = fc
    .integer({ min: 2, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 8 }));
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 7 }), async (cells, size) => {
      const header = (cells[0] ?? ['', '']).map((_, index) => `c${index}`);
      const quoted = cells.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(','));
      const text = [header.join(','), ...quoted].join('\n');
      const [, ...found] = await rows(dripping(encoder.encode(text), size), { delimiter: ',' });
      expect(found).toEqual(cells.map((row) => row.map((value) => value || null)));
    }),
    { numRuns: 200 },
  );
});

test('a record without an end is refused before it fills the memory', async () => {
  const chunk = encoder.encode('x'.repeat(1024 * 1024));
  let given = 0;
  const endless: ByteSource = {
    ...csv(''),
    async *stream() {
      yield encoder.encode('a,b\n1,"');
      for (; given < 1_000; given += 1) yield chunk;
    },
  };
  await expect(readTable(endless)).rejects.toMatchObject({ code: 'limit-exceeded' });
  expect(given).toBeLessThan(40);
});
