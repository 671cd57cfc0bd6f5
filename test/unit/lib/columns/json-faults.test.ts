import { expect, test } from 'vitest';
import { readJsonHead } from '../../../../actions/lib/columns/json-head.ts';
import { readWith } from './json-reading.ts';

const encoder = new TextEncoder();
const deep = (levels: number): string => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

/** A name, a text, where it must be refused, and part of the reason. */
type Refusal = readonly [name: string, text: string, where: string, reason: string];

const LINES: readonly Refusal[] = [
  ['a comma after a line', '{"a":1},\n{"a":2}\n', '1:8', 'a comma after the object'],
  ['a comma before the brace', '{"a":1}\n{"a":1,}\n', '2:8', 'a comma before "}"'],
  ['a comma before a bracket', '{"a":[1, ]}\n', '1:10', 'a comma before "]"'],
  ['one array instead of lines', '[{"a":1}]', '1:1', 'set format to json'],
  ['a last line cut behind a colon', '{"a":1}\n\n{"a":', '3:6', 'the line ends inside its object'],
  ['a last line cut in a key', '{"a":1}\n{"a', '2:4', 'a text that is not closed'],
  ['a last line cut in a text', '{"a":"é\n', '1:8', 'a text that is not closed'],
  ['a last line cut in a literal', '{"a":tru', '1:6', 'expected a value'],
  ['a last line cut behind a number', '{"a":1', '1:7', 'the line ends inside its object'],
  ['an object over several lines', '{\n"a":1}\n', '1:2', 'written over several lines'],
  ['two objects on a line', '{"a":1} {"a":2}\n', '1:9', 'one object a line'],
  ['a number instead of an object', '{"a":1}\n5\n', '2:1', 'found a number'],
  ['a text instead of an object', '{"a":1}\n"x"\n', '2:1', 'found a text'],
  ['null instead of an object', 'null\n', '1:1', 'found null'],
  ['the same key twice', '{"a":1}\n{"b":1,"a":1,"a":2}\n', '2:14', 'the key "a" stands twice'],
  ['the same key twice, without values', '{"a":null,"a":null}\n', '1:11', 'the key "a" stands twice'],
  ['the same key twice, written differently', '{"a":1}\n{"a":1,"\\u0061":2}\n', '2:8', 'stands twice'],
  ['the same unknown key twice', '{"a":1}\n{"b":1,"b":2}\n', '2:8', 'the key "b" stands twice'],
  ['NaN', '{"a":NaN}', '1:6', 'write null'],
  ['NaN in an array', '{"a":[1,nan]}', '1:9', 'write null'],
  ['-Infinity', '{"a":-Infinity}', '1:7', 'write null'],
  ['Python’s None', '{"a":None}', '1:6', 'found None'],
  ['a zero before digits', '{"a":01}', '1:7', 'no zero before other digits'],
  ['a zero before digits, with a sign', '{"a":-01}', '1:8', 'no zero before other digits'],
  ['no digits behind the point', '{"a":1.}', '1:8', 'digits on both sides'],
  ['no digits before the point', '{"a":.5}', '1:6', 'expected a value'],
  ['a plus', '{"a":+1}', '1:6', 'expected a value'],
  ['a sign alone', '{"a":-}', '1:7', 'a number that is not written'],
  ['no exponent', '{"a":1e}', '1:8', 'a number that is not written'],
  ['two points', '{"a":1.2.3}', '1:9', 'a number that is not written'],
  ['a hexadecimal number', '{"a":0x10}', '1:7', 'a number that is not written'],
  ['digits in groups', '{"a":1_000}', '1:7', 'a number that is not written'],
  ['a long number that goes wrong', `{"a":${'1'.repeat(40)}.}`, '1:47', 'a number that is not written'],
  ['true with more behind', '{"a":truex}', '1:10', 'expected ","'],
  ['no comma', '{"a":1 "b":2}', '1:8', 'expected "," or a closing bracket'],
  ['no colon', '{"a" 1}', '1:6', 'expected ":"'],
  ['no value', '{"a":}', '1:6', 'expected a value'],
  ['a key without quotes', '{a:1}', '1:2', 'expected a key in double quotes'],
  ['a key in single quotes', "{'a':1}", '1:2', 'JSON uses double quotes'],
  ['a comment', '{"a":1 /* one */}', '1:8', 'a comment, which JSON does not have'],
  ['an escape that is none', '{"a":"\\x41"}', '1:7', 'begins no escape'],
  ['an escape with too few digits', '{"a":"\\u00e"}', '1:7', 'begins no escape'],
  ['a tab in a text', '{"a":"1\t2"}', '1:8', 'written \\u0009'],
  ['a NUL in a text', '{"a":"1\u00002"}', '1:8', 'written \\u0000'],
  ['a NUL between values', '{"a":1,\u0000"b":2}', '1:8', 'expected a key'],
  ['brackets that do not match', '{"a":[1}', '1:8', 'expected "," or a closing bracket'],
  ['a nested object without a value', '{"a":{"b":[{"c":}]}}', '1:17', 'expected a value'],
  ['nesting that is too deep', deep(201), '1:205', 'nested deeper than 200'],
  ['very deep nesting', `{"a":${'[{"x":'.repeat(500_000)}`, '', 'nested deeper than 200'],
  ['bytes behind astral characters', '{"a":"😀", b:1}', '1:12', 'expected a key'],
];

const ARRAYS: readonly Refusal[] = [
  ['objects one a line', '{"a":1}\n{"a":2}', '1:1', 'set format to jsonl'],
  ['a trailing comma', '[{"a":1},\n]', '2:1', 'a comma before "]"'],
  ['two commas', '[{"a":1},,{"a":2}]', '1:10', 'not valid JSON'],
  ['a comma at the beginning', '[,{"a":1}]', '1:2', 'not valid JSON'],
  ['no comma', '[{"a":1}\n{"a":2}]', '2:1', 'expected "," or a closing bracket'],
  ['an array cut in a record', '[{"a":1},\n{"a"', '2:5', 'is it cut off'],
  ['an array cut in a text', '[{"a":"x', '1:9', 'is it cut off'],
  ['an array cut behind a record', '[{"a":1}\n', '2:1', 'is it cut off'],
  ['an array cut behind a comma', '[{"a":1},', '1:10', 'is it cut off'],
  ['text behind the array', '[{"a":1}]\nx', '2:1', 'text after the end of the array'],
  ['two arrays', '[{"a":1}][{"a":1}]', '1:10', 'text after the end of the array'],
  ['numbers instead of objects', '[{"a":1},\n 5]', '2:2', 'found a number'],
  ['arrays instead of objects', '[{"a":1},[1]]', '1:10', 'found an array'],
  ['a text that is not closed', '[{"a":"x\n"}]', '1:9', 'a text that is not closed'],
  ['a key twice', '[{"a":1,\n"a":2}]', '2:1', 'the key "a" stands twice'],
  ['NaN', '[{"a":NaN}]', '1:7', 'write null'],
];

const at = (format: string, where: string): string => (where === '' ? '' : `a.${format}:${where}: `);
const refusal = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return 'nothing was refused';
};

test.each(LINES)('lines are refused: %s', (_, text, where, reason) => {
  for (const chunk of [undefined, 1, 1 << 20]) {
    if (chunk === 1 && text.length > 10_000) continue;
    const reading = { format: 'jsonl' as const, ...(chunk && { chunk }) };
    const message = refusal(() => readWith(encoder.encode(text), reading));
    expect(message).toContain(at('jsonl', where));
    expect(message).toContain(reason);
  }
});

test.each(ARRAYS)('arrays are refused: %s', (_, text, where, reason) => {
  for (const chunk of [1, 1 << 20]) {
    const message = refusal(() => readWith(encoder.encode(text), { format: 'json', chunk }));
    expect(message).toContain(at('json', where));
    expect(message).toContain(reason);
  }
});

test('what is refused here is what JSON.parse refuses, but for keys that stand twice and depth', () => {
  const beyond = /twice|deep|astral|instead of an object/;
  for (const [name, text] of LINES) {
    if (beyond.test(name)) continue;
    const parse = () => text.split('\n').map((line) => line.trim() === '' || JSON.parse(line));
    if (name !== 'one array instead of lines') expect(parse, name).toThrow();
  }
});

test('values are not in messages, for they may be nobody’s business', () => {
  for (const text of ['{"a":secret}', '{"a":"b" secret}', '{"a":1} secret', '{"a":"\\secret"}'])
    expect(refusal(() => readWith(encoder.encode(text), { format: 'jsonl' }))).not.toContain('secret');
});

test('200 levels are read', () => {
  expect(readWith(encoder.encode(deep(200)), { format: 'jsonl' }).rows).toHaveLength(1);
});

test.each([
  ['é in Latin-1', [0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xe9, 0x22, 0x7d], '0xe9, line 2'],
  ['a character cut off', [0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xf0, 0x9f, 0x98], '0xf0, line 2'],
])('%s is not UTF-8', (_, line, shown) => {
  const bytes = Uint8Array.from([...encoder.encode('{"a":"ü"}\n'), ...line]);
  const head = { columns: ['a'], types: [] };
  for (const chunk of [undefined, 1])
    expect(refusal(() => readWith(bytes, { format: 'jsonl', head, ...(chunk && { chunk }) }))).toContain(
      shown,
    );
});

test.each([
  ['no bytes', ''],
  ['blank lines', '\n \n\r\n'],
])('a file of %s is empty', (_, text) => {
  expect(refusal(() => readJsonHead('a.jsonl', text, true, new Set()))).toContain(
    'a.jsonl: the file is empty',
  );
});

test('a record longer than 16 MiB is refused', () => {
  const long = encoder.encode(`{"a":1}\n\n{"a":"${'x'.repeat(20 * 2 ** 20)}"}\n`);
  const head = { columns: ['a'], types: [] };
  for (const chunk of [undefined, 1 << 20])
    expect(refusal(() => readWith(long, { format: 'jsonl', head, ...(chunk && { chunk }) }))).toMatch(
      /^a\.jsonl:3(:1)?: a record longer than 16777216 bytes/,
    );
});
