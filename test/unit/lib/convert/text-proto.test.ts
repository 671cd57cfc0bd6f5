import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtoName, parseTextProto } from '../../../../actions/lib/convert/tfdv/text-proto.ts';

const read = (text: string) => parseTextProto(text, 'schema.pbtxt').value;

describe('text protos', () => {
  it.each([
    ['', {}],
    ['a: 1', { a: [1] }],
    ['a: 1 a: 2', { a: [1, 2] }],
    ['a: [1, 2]', { a: [1, 2] }],
    ['a: []', { a: [] }],
    ['a { b: "x" }', { a: [{ b: ['x'] }] }],
    ['a: { b: "x" };', { a: [{ b: ['x'] }] }],
    ['a < b: -0x10 >, c: 017', { a: [{ b: [-16] }], c: [15] }],
    ['a: 1.5e3f b: .5 c: -3', { a: [1500], b: [0.5], c: [-3] }],
    ['a: INT b: true', { a: [new ProtoName('INT')], b: [new ProtoName('true')] }],
    [
      'a: inf b: -inf c: nan',
      { a: [new ProtoName('inf')], b: [new ProtoName('-inf')], c: [new ProtoName('nan')] },
    ],
    ["a: 'one' \"two\" # words\n 'three'", { a: ['onetwothree'] }],
    ['a: "q\\"\\n\\x41\\303\\251\\u00e9"', { a: ['q"\nAéé'] }],
    ['# only a comment\n', {}],
  ])('%j', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each([
    [
      'feature { name: "x"',
      'schema.pbtxt:1:20: not a valid text proto: expected "}", found the end of the text',
    ],
    ['a: "open', 'schema.pbtxt:1:4: not a valid text proto: found a text that is not closed'],
    ['a 1', 'schema.pbtxt:1:3: not a valid text proto: expected ":" or "{"'],
    ['a: 1\n  : 2', 'schema.pbtxt:2:3: not a valid text proto: expected the name of a field, found ":"'],
    ['a: 9007199254740993', 'schema.pbtxt:1:4: not a valid text proto: 9007199254740993 is beyond'],
    ['[type.googleapis.com/x] { }', 'schema.pbtxt:1:1: not a valid text proto: extensions'],
    ['a: "\\377"', 'schema.pbtxt:1:4: not a valid text proto: the text is not UTF-8'],
    ['a: [1 2]', 'schema.pbtxt:1:7: not a valid text proto: expected "," or "]", found "2"'],
    ['a: ~', 'schema.pbtxt:1:4: not a valid text proto: found "~", which begins nothing'],
    [`${'a {'.repeat(100)}`, 'nested deeper than 64'],
  ])('refuses %j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it('names the place of every value', () => {
    const document = parseTextProto('a { b: 1 }\na {\n  b: [2, 3]\n}', 's');
    expect(document.at(['a', 1])).toBe('s:2:3');
    expect(document.at(['a', 1, 'b', 1])).toBe('s:3:10');
    expect(document.at(['a', 0, 'b', 0])).toBe('s:1:8');
    expect(document.at(['a', 0, 'missing'])).toBe('s:1:3');
  });

  it('reads any text back that is written with escapes', () => {
    const octets = (text: string) =>
      [...new TextEncoder().encode(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(read(`a: "${octets(text)}"`)).toEqual({ a: [text] });
      }),
    );
  });
});
