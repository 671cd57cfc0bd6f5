import { expect, test } from 'vitest';
import { BLOCK_BYTES } from '../../../../actions/lib/columns/block-buffer.ts';
import { ColumnSurprise } from '../../../../actions/lib/columns/json-keys.ts';
import type { ColumnType } from '../../../../actions/lib/tabular/column-type.ts';
import { headOf, positionsOf, readWith, seenText } from './json-reading.ts';

const encoder = new TextEncoder();
const blanks = (count: number): string => ' '.repeat(Math.max(0, count));
const HEAD = { columns: ['a', 'b'], types: [] };

/** Three records whose beginning stands so many bytes before the end of the first block. */
const around = (distance: number, form: 'json' | 'jsonl'): string => {
  const records = [
    '{"a":"é\\"x","b":[1,{"c":"}"}]}',
    '{"b":null,"a":"\\ud83d\\ude00"}',
    '{"a":"last","b":-1.5e3}',
  ];
  const filler = blanks(BLOCK_BYTES - distance - 1);
  return form === 'jsonl' ? `${filler}\n${records.join('\n')}` : `[${filler}${records.join(',')}]`;
};
const ROWS = [
  [seenText('é"x'), [1, { c: '}' }]],
  [seenText('😀'), null],
  [seenText('last'), -1500],
];

test('records may lie anywhere around the end of a block', () => {
  for (let distance = 0; distance <= 95; distance += 1) {
    const found = readWith(encoder.encode(around(distance, 'jsonl')), { format: 'jsonl', head: HEAD });
    expect(found.rows).toEqual(ROWS);
    expect(found.lines).toEqual([2, 3, 4]);
  }
});

test.each(['json', 'jsonl'] as const)(
  '%s: records may lie anywhere around the end of a portion',
  (format) => {
    for (let distance = 0; distance <= 95; distance += 1) {
      const text = around(distance - BLOCK_BYTES, format);
      const found = readWith(encoder.encode(text), { format, head: HEAD, chunk: 1 << 20 });
      expect(found.rows).toEqual(ROWS);
    }
  },
);

test('a line longer than a block and its tail is read once, wherever it begins', () => {
  const long = 'é'.repeat(BLOCK_BYTES);
  const text = `{"a":1}\n{"a":"${long}"}\n{"a":2}\n`;
  for (const reading of [{ format: 'jsonl' }, { format: 'jsonl', chunk: 300_000 }] as const) {
    const { rows, lines } = readWith(encoder.encode(text), reading);
    expect(lines).toEqual([1, 2, 3]);
    expect(rows).toEqual([[1], [seenText(long)], [2]]);
  }
});

test('lines are counted over blocks that are read from the last to the first', () => {
  const records = Array.from({ length: 3_000 }, (_, row) => `{"a":${row},"b":"${'x'.repeat(row % 1_600)}"}`);
  const bytes = encoder.encode(records.join('\n'));
  expect(bytes.length).toBeGreaterThan(2 * BLOCK_BYTES);
  const { rows, lines } = readWith(bytes, { format: 'jsonl', head: HEAD });
  expect(lines).toEqual(records.map((_, row) => row + 1));
  expect(rows.map(([a]) => a)).toEqual(records.map((_, row) => row));
});

test('the line of a fault in a later block counts what came before', () => {
  const text = `${`{"a":1,"b":"${'x'.repeat(1_000)}"}\n`.repeat(2_500)}{"a":1,"b":}\n`;
  const read = () => readWith(encoder.encode(text), { format: 'jsonl', head: HEAD, chunk: 1 << 16 });
  expect(read).toThrow('a.jsonl:2501:12: not valid JSON: expected a value');
});

const LATE = `${'{"a":1}\n'.repeat(1_000)}{"a":2,"b":3}\n{"a":3}\n{"\\u0062":4,"c":[{"a":1}]}\n`;

test('keys that come after the first 1,000 records are told once, with their line', () => {
  for (const chunk of [undefined, 1_000]) {
    const found = readWith(encoder.encode(LATE), { format: 'jsonl', ...(chunk && { chunk }) });
    expect(found.columns).toEqual(['a']);
    expect(found.lateKeys).toEqual([
      ['b', 1_001],
      ['c', 1_003],
    ]);
    expect(found.rows.slice(-3)).toEqual([[2], [3], [null]]);
  }
});

test('a late key that the plan wants has the file read anew with it', () => {
  const bytes = encoder.encode(LATE);
  const wanted = new Set(['a', 'c']);
  const surprise = (() => {
    try {
      return readWith(bytes, { format: 'jsonl', wanted });
    } catch (error) {
      return error;
    }
  })();
  expect(surprise).toBeInstanceOf(ColumnSurprise);
  expect(surprise).toMatchObject({ column: 'c' });
  const head = { columns: ['a', 'c'], types: [] };
  const { rows, lateKeys } = readWith(bytes, { format: 'jsonl', wanted, head });
  expect(rows.slice(-2)).toEqual([
    [3, null],
    [null, [{ a: 1 }]],
  ]);
  expect(lateKeys).toEqual([['b', 1_001]]);
});

test('many keys, few in each record, in an order of their own', () => {
  const names = Array.from({ length: 3_000 }, (_, at) => `key ${at}`);
  const rows = Array.from({ length: 200 }, (_, row) =>
    Object.fromEntries(
      [0, 7, 3, 1].map((step) => [names[(row * 31 + step * 601) % 3_000] ?? '', row + step]),
    ),
  );
  const found = readWith(encoder.encode(rows.map((row) => JSON.stringify(row)).join('\n')), {
    format: 'jsonl',
  });
  const expected = rows.map((row) => found.columns.map((name) => row[name] ?? null));
  expect(found.rows).toEqual(expected);
});

test('more than 10,000 different keys are refused', () => {
  const lines = Array.from({ length: 12_000 }, (_, at) => `{"${at}":1}`).join('\n');
  expect(() => readWith(encoder.encode(lines), { format: 'jsonl' })).toThrow(
    /^a\.jsonl:10001:2: more than 10000 different keys/,
  );
});

test.each<[type: ColumnType, value: string, misfit: boolean]>([
  ['number', '"1"', true],
  ['number', '1', false],
  ['number', '1e400', true],
  ['number', '""', true],
  ['number', '{"a":1}', true],
  ['integer', '1.5', true],
  ['integer', '5.0', false],
  ['integer', '1e2', false],
  ['integer', '12345678901234567890', false],
  ['integer', 'true', true],
  ['boolean', 'true', false],
  ['boolean', '"true"', true],
  ['boolean', '1', true],
  ['date', '"2024-02-29"', false],
  ['date', '"2023-02-29"', true],
  ['date', '20240229', true],
  ['timestamp', '"2024-02-29T00:00:00Z"', false],
  ['time', '"12:30:00"', false],
  ['string', '"1"', false],
  ['string', '1', true],
  ['string', 'true', true],
  ['string', '[]', true],
  ['object', '{"a":[1]}', false],
  ['object', '[1]', true],
  ['array', '[1]', false],
  ['array', '"[1]"', true],
  ['object', '"{}"', true],
])('as %s, %s is a misfit: %s', (type, value, misfit) => {
  const bytes = encoder.encode(`{"a":${value}}\n{"a":null}\n{}\n`);
  const { rows } = readWith(bytes, { format: 'jsonl', types: new Map([['a', type]]) });
  const text = value.startsWith('"') ? JSON.parse(value) : value;
  expect(rows).toEqual([[misfit ? { misfit: text } : seenText(text)], [null], [null]]);
});

test('the head has the keys of the first 1,000 records in their order, and their types', () => {
  const records = [
    '{"b": null, "1": 1, "__proto__": "2024-01-01"}',
    '{"a": true, "1": 1.5, "b": {"x": 1}}',
    '{"c": "NA", "d": "x", "__proto__": "2024-01-01T10:00:00Z"}',
    '{"e": []}',
  ];
  const expected = {
    columns: ['b', '1', '__proto__', 'a', 'c', 'd', 'e'],
    types: ['object', 'number', 'timestamp', 'boolean', 'string', 'string', 'array'],
  };
  expect(headOf(encoder.encode(records.join('\r\n\n')))).toEqual(expected);
  expect(headOf(encoder.encode(`\ufeff [\n${records.join(',\n')}]`))).toEqual(expected);
});

test('positions are byte offsets of lines, whatever their first value', () => {
  const lines = ['{"a":null,"b":1}', '  {"a":"é","b":2}', '{"b":3}', '{"b":null,"a":4}'];
  const offsets = lines.map(
    (_, row) => encoder.encode(lines.slice(0, row).join('\n')).length + (row > 0 ? 1 : 0),
  );
  for (const chunk of [undefined, 1]) {
    const positions = positionsOf(encoder.encode(lines.join('\n')), {
      format: 'jsonl',
      ...(chunk && { chunk }),
    });
    expect(positions).toEqual(offsets);
  }
});

test.each<[type: ColumnType, value: string, wider: ColumnType]>([
  ['integer', '"12"', 'string'],
  ['integer', '1.5', 'number'],
  ['integer', 'true', 'boolean'],
  ['number', '"1.5"', 'string'],
  ['integer', '"2024-01-01"', 'date'],
  ['date', '"2024-01-01T00:00:00Z"', 'timestamp'],
  ['boolean', '"true"', 'string'],
])('where %s was inferred, %s asks for %s', (type, value, wider) => {
  const bytes = encoder.encode(`{"a":${value}}\n`);
  const read = () => readWith(bytes, { format: 'jsonl', types: new Map([['a', type]]), declared: false });
  expect(read).toThrow(`a is ${wider}`);
});
