import { expect, test } from 'vitest';
import { bytesSource } from '../../../../actions/lib/tabular/bytes-source.ts';
import { openTable } from '../../../../actions/lib/tabular/open-table.ts';
import { readTable } from '../../../../actions/lib/tabular/read-table.ts';
import type { ByteSource } from '../../../../actions/lib/tabular/table.ts';

const encoder = new TextEncoder();
const file = (name: string, text: string): ByteSource => bytesSource(name, encoder.encode(text));
const dripping = (name: string, text: string): ByteSource => ({
  ...file(name, text),
  async *stream() {
    for (const byte of encoder.encode(text)) yield Uint8Array.of(byte);
  },
});

const ARRAY = '[\n {"a": 1, "b": "x"},\n {"a": null,\n  "c": [1, {"d": "]"}]},\n\n {"b": "}, {"}]\n';
const LINES = '{"a": 1, "b": "x"}\n\n{"a": null, "c": [1, {"d": "]"}]}\r\n{"b": "}, {"}';

test.each([
  ['a.json', ARRAY, [2, 3, 6]],
  ['a.jsonl', LINES, [1, 3, 4]],
] as const)(
  '%s: columns are all keys, keys that are not there have no value, lines are physical',
  async (name, text, lines) => {
    for (const source of [file(name, text), dripping(name, text)]) {
      const table = await readTable(source);
      expect(table.columns).toEqual(['a', 'b', 'c']);
      expect(table.column('a')).toEqual([1, null, null]);
      expect(table.column('b')).toEqual(['x', null, '}, {']);
      expect(table.column('c')).toEqual([null, [1, { d: ']' }], null]);
      expect([0, 1, 2].map((row) => table.lineOf(row))).toEqual(lines);
    }
  },
);

test('integers beyond 2^53 are exact', async () => {
  const table = await readTable(file('a.jsonl', '{"id": 9007199254740993, "x": 1.5e300}'));
  expect(table.column('id')).toEqual([9007199254740993n]);
  expect(table.column('x')).toEqual([1.5e300]);
});

test('keys of Object.prototype are plain columns', async () => {
  const table = await readTable(file('a.jsonl', '{"__proto__": 1, "constructor": 2}'));
  expect(table.columns).toEqual(['__proto__', 'constructor']);
  expect(table.column('__proto__')).toEqual([1]);
});

test('an empty array is a table without rows', async () => {
  expect((await readTable(file('a.json', '[]'))).rowCount).toBe(0);
});

test.each<[string, string, string, string]>([
  ['a trailing comma', 'a.json', '[{"a":1},]', 'a.json:1: not a JSON array of objects'],
  ['an array cut off', 'a.json', '[{"a":1},\n{"a"', 'a.json:2: the file ends inside the array'],
  ['text after the array', 'a.json', '[{"a":1}]\nx', 'a.json:2: text after the end of the array'],
  ['objects one a line in .json', 'a.json', '{"a":1}\n{"a":2}', 'set format to jsonl'],
  ['an array in .jsonl', 'a.jsonl', '[{"a":1}]', 'the content is a JSON array'],
  ['numbers instead of objects', 'a.jsonl', '{"a":1}\n5\n', 'a.jsonl:2: expected an object'],
  ['a line cut off', 'a.jsonl', '{"a":1}\n{"a"', 'a.jsonl:2: not valid JSON'],
  ['a comma after a line', 'a.jsonl', '{"a":1},\n{"a":2}', 'a.jsonl:1: not valid JSON'],
  ['NaN', 'a.jsonl', '{"a":NaN}', 'NaN and Infinity are not JSON'],
  ['a number that no double holds', 'a.jsonl', '{"a":1e400}', 'the number 1e400 is too large'],
  ['the same key twice', 'a.jsonl', '{"a":1,"a":2}', 'a.jsonl:1: a key occurs twice'],
  ['the same key twice around a nested one', 'a.jsonl', '{"a":1,"b":{"a":1},"a":2}', 'a key occurs twice'],
  ['deep nesting', 'a.jsonl', `{"a":${'['.repeat(500)}${']'.repeat(500)}}`, 'nested deeper than 200'],
  ['nothing', 'a.jsonl', '\n\n', 'the file is empty'],
])('JSON is refused: %s', async (_name, name, text, message) => {
  await expect(readTable(file(name, text))).rejects.toMatchObject({
    name: 'ActionError',
    message: expect.stringContaining(message),
  });
});

test('a text that only looks like a repeated key is none', async () => {
  const table = await readTable(file('a.jsonl', String.raw`{"a":"\"a\":1","b":2}`));
  expect(table.column('a')).toEqual(['"a":1']);
});

test('without a telling name the content decides', async () => {
  expect((await openTable(file('data', '[{"a":1}]'))).format).toBe('json');
  expect((await openTable(file('data', '{"a":1}\n'))).format).toBe('jsonl');
  expect((await openTable(file('data', 'a,b\n'))).format).toBe('csv');
});
