import { expect, test } from 'vitest';
import { type FlagKind, parseFlags, parsePairs } from '../../../actions/local/flags.ts';

const KINDS = new Map<string, FlagKind>([
  ['data', 'text'],
  ['input', 'many'],
  ['upload', 'switch'],
]);

test.each([
  { argv: ['a', '--data', 'x.csv', 'b'], words: ['a', 'b'], flags: { data: ['x.csv'] } },
  { argv: ['--data=--odd'], words: [], flags: { data: ['--odd'] } },
  { argv: ['--input', 'a=1', '--input', 'b=2'], words: [], flags: { input: ['a=1', 'b=2'] } },
  { argv: ['--upload', 'x'], words: ['x'], flags: { upload: ['true'] } },
  { argv: ['--upload', 'false'], words: [], flags: { upload: ['false'] } },
  { argv: ['--upload=false', '--data='], words: [], flags: { upload: ['false'], data: [''] } },
])('$argv', ({ argv, words, flags }) => {
  const line = parseFlags(argv, KINDS);
  expect({ words: line.words, flags: Object.fromEntries(line.flags) }).toEqual({ words, flags });
});

test('every problem is told at once, with the nearest name', () => {
  const argv = ['--dta', 'x', '--data', '--data', 'a', '--data', 'b', '--zzzzz'];
  expect(() => parseFlags(argv, KINDS)).toThrow(
    [
      '--dta: there is no such flag; did you mean "data"?',
      '--data: a value is missing',
      '--data: given more than once',
      '--zzzzz: there is no such flag',
    ].join('\n'),
  );
});

test('pairs are split at the first equals sign', () => {
  expect(parsePairs('input', ['a=b=c', 'd='])).toEqual({ a: 'b=c', d: '' });
  expect(() => parsePairs('input', ['novalue'])).toThrow('--input: expected name=value, found "novalue"');
});
