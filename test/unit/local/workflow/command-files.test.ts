import { expect, test } from 'vitest';
import { parsePairs } from '../../../../actions/local/workflow/command-files.ts';

test.each([
  { text: '', pairs: {} },
  { text: 'a=1\nb=2\n', pairs: { a: '1', b: '2' } },
  { text: 'a=x=y\r\n', pairs: { a: 'x=y' } },
  { text: 'a=\n', pairs: { a: '' } },
  { text: 'a<<END\none\n\ntwo=2\nEND\nb=3', pairs: { a: 'one\n\ntwo=2', b: '3' } },
  { text: 'a=x<<y\n', pairs: { a: 'x<<y' } },
  { text: 'a<<E\nE\n', pairs: { a: '' } },
  { text: 'a=1\na=2\n', pairs: { a: '2' } },
])('$text', ({ text, pairs }) => {
  expect(parsePairs('GITHUB_OUTPUT', text)).toEqual(pairs);
});

test.each(['just text', 'a<<END\nnever ended', '=no name', 'a<<\nx\n'])(
  '%j is refused with its line',
  (text) => {
    expect(() => parsePairs('GITHUB_OUTPUT', text)).toThrow(/GITHUB_OUTPUT: line 1: expected/);
  },
);
