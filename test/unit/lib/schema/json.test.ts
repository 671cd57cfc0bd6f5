import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJsonStrict } from '../../../../actions/lib/schema/json.ts';

const read = (text: string, options = {}): unknown => parseJsonStrict(text, 'm.json', options).value;

describe('reading JSON', () => {
  test('gives what JSON.parse gives, for everything JSON can hold', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6, noUnicodeString: false }), fc.boolean(), (text, pretty) => {
        const value: unknown = JSON.parse(text);
        fc.pre(!/\d{16}|e[+]?\d{2}/i.test(text));
        expect(read(pretty ? JSON.stringify(value, null, 2) : text)).toEqual(value);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['\ufeff{"a":1}', { a: 1 }],
    [' \r\n\t[1, -0.5e3, 1E+2] ', [1, -500, 100]],
    ['"\\u00e9\\n\\"😀"', 'é\n"😀'],
    ['9007199254740991', 9007199254740991],
    ['{"constructor":1,"toString":2}', { constructor: 1, toString: 2 }],
  ])('%j is read', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test('__proto__ is a key like any other', () => {
    const value = read('{"__proto__":{"polluted":1}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  test.each([
    ['', 'm.json:1:1: not valid JSON: expected a value, found the end of the text'],
    [
      '{"acc": 0.99,\n "acc": 0.10}',
      'm.json:2:2: not valid JSON: the key "acc" stands here again, first at m.json:1:2',
    ],
    ['{"a": NaN}', 'm.json:1:7: not valid JSON: NaN is not a number JSON can hold'],
    ['[-Infinity]', 'm.json:1:2: not valid JSON: -Infinity is not a number JSON can hold'],
    ['1e400', 'm.json:1:1: not valid JSON: 1e400 is too large for a number'],
    [
      '9007199254740993',
      'm.json:1:1: not valid JSON: 9007199254740993 is beyond ±(2^53 - 1) and cannot be held exactly; write it as a text',
    ],
    ['{"a": 01}', 'm.json:1:7: not valid JSON: expected a value, found "01"'],
    ['{"a": .5}', 'm.json:1:7: not valid JSON: expected a value, found ".5"'],
    ['{"a": 5.}', 'm.json:1:7: not valid JSON: expected a value, found "5."'],
    ['{"a": +1}', 'm.json:1:7: not valid JSON: expected a value, found "+1"'],
    ['{"a": 0x10}', 'm.json:1:7: not valid JSON: expected a value, found "0x10"'],
    ['{"a": 1_000}', 'm.json:1:7: not valid JSON: expected a value, found "1_000"'],
    ['{"a": nan}', 'm.json:1:7: not valid JSON: expected a value, found "nan"'],
    ['{"a": undefined}', 'm.json:1:7: not valid JSON: expected a value, found "undefined"'],
    [
      "{'a': 1}",
      'm.json:1:2: not valid JSON: expected a key in double quotes, found a single quote; JSON uses double quotes',
    ],
    ['{a: 1}', 'm.json:1:2: not valid JSON: expected a key in double quotes, found "a"'],
    ['{"a": 1,}', 'm.json:1:9: not valid JSON: a comma before "}"; JSON has none there'],
    ['[1,]', 'm.json:1:4: not valid JSON: a comma before "]"; JSON has none there'],
    ['[1 2]', 'm.json:1:4: not valid JSON: expected "," or "]", found "2"'],
    ['{"a" 1}', 'm.json:1:6: not valid JSON: expected ":" after the key, found "1"'],
    ['{"a": 1} x', 'm.json:1:10: not valid JSON: unexpected text after the end of the value'],
    ['{"a": 1}\n{"a": 2}', 'm.json:2:1: not valid JSON: unexpected text after the end of the value'],
    ['// note\n1', 'm.json:1:1: not valid JSON: expected a value, found a comment, which JSON does not have'],
    [
      '"a\nb"',
      'm.json:1:1: not valid JSON: a text that is not closed, or holds a line break, a control character or an unknown escape',
    ],
    [
      '"abc',
      'm.json:1:1: not valid JSON: a text that is not closed, or holds a line break, a control character or an unknown escape',
    ],
    [
      '"\\x41"',
      'm.json:1:1: not valid JSON: a text that is not closed, or holds a line break, a control character or an unknown escape',
    ],
    ['[1', 'm.json:1:3: not valid JSON: expected "," or "]", found the end of the text'],
    ['tru', 'm.json:1:1: not valid JSON: expected a value, found "tru"'],
    ['truely', 'm.json:1:5: not valid JSON: unexpected text after the end of the value'],
    ['<html>', 'm.json:1:1: not valid JSON: expected a value, found "<"'],
    [`${'['.repeat(65)}${']'.repeat(65)}`, 'm.json:1:65: not valid JSON: nested deeper than 64'],
  ])('%j is refused', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test('nesting of a hundred thousand is refused and does not overflow', () => {
    expect(() => read('['.repeat(100_000))).toThrow(/nested deeper than 64/);
    expect(() => read('{"a":'.repeat(100_000))).toThrow(/nested deeper than 64/);
  });

  test('numbers that are not finite are kept where asked', () => {
    expect(read('[NaN, Infinity, -Infinity, 1e400]', { nonFinite: 'keep' })).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
  });

  test('large integers are rounded where asked', () => {
    expect(read('9223372036854775807', { largeIntegers: 'nearest' })).toBe(2 ** 63);
  });

  test('ten times the text takes about ten times as long', () => {
    const text = (count: number): string =>
      JSON.stringify(Array.from({ length: count }, (_, index) => ({ id: `row-${index}`, value: index / 7 })));
    const processorTime = (json: string): number => {
      const start = process.cpuUsage();
      read(json);
      return process.cpuUsage(start).user;
    };
    const least = (json: string): number => Math.min(...[1, 2, 3].map(() => processorTime(json)));
    const [short, long] = [least(text(20_000)), least(text(200_000))];
    expect(read(text(200_000))).toHaveLength(200_000);
    // Quadratic work would take a hundred times as long.
    expect(long / short).toBeLessThan(40);
  });
});

describe('places', () => {
  const parsed = parseJsonStrict('{\n  "a": [1, {"b": null}],\n  "c d": "x"\n}', 'm.json');

  test.each([
    [[], 'm.json:1:1'],
    [['a'], 'm.json:2:8'],
    [['a', 0], 'm.json:2:9'],
    [['a', 1, 'b'], 'm.json:2:18'],
    [['c d'], 'm.json:3:10'],
    [['a', 1, 'missing'], 'm.json:2:12'],
    [['a', 7], 'm.json:2:8'],
    [['missing'], 'm.json:1:1'],
  ])('%j lies at %s', (path, expected) => {
    expect(parsed.at(path)).toBe(expected);
  });
});
