import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandWords } from '../../../../actions/lib/serving/command-words.ts';
import golden from '../../../fixtures/serving/shell-words.json' with { type: 'json' };

test.each(golden.cases)('a shell makes the same words of $line', ({ line, words }) => {
  expect(commandWords(line)).toEqual(words);
});

test('any words come back from quotes', () => {
  const single = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
  const double = (word: string): string => `"${word.replace(/[$`"\\]/g, '\\$&')}"`;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.boolean()), { minLength: 1 }),
      (words) => {
        const line = words.map(([word, quote]) => (quote ? single(word) : double(word))).join(' ');
        const expected = words.map(([word]) => word);
        expect(commandWords(`prog ${line}`)).toEqual(['prog', ...expected]);
      },
    ),
  );
});

describe('what only a shell can do is refused, with the way out', () => {
  test.each([
    ['python score.py > out.csv', 'a redirection'],
    ['python score.py < in.csv', 'a redirection'],
    ['cat x | python score.py', 'a pipe'],
    ['a && b', 'a second command'],
    ['a; b', 'a second command'],
    ['a &', 'a second command'],
    ['a\nb', 'a second line'],
    ['python $MLOPS_DATA', 'a variable or substitution'],
    ['python "$MLOPS_DATA"', 'a variable or substitution'],
    ['python "a `id`"', 'a variable or substitution'],
    ['python `which score`', 'a substitution'],
    ['(a)', 'a subshell'],
    ['ls *.csv', 'a pattern for file names'],
    ['ls x?', 'a pattern for file names'],
    ['ls [ab]', 'a pattern for file names'],
    ['~/bin/score', 'a home folder'],
    ['a # note', 'a comment'],
    ['OMP_NUM_THREADS=1 python score.py', 'a variable that is set for the command'],
  ])('%s', (line, what) => {
    expect(() => commandWords(line)).toThrow(
      `holds ${what}, which only a shell understands; set shell: bash`,
    );
  });
});

test.each([
  ['', /no program/],
  ['  \n ', /no program/],
  ["'' x", /no program/],
  ["prog 'a b", /the quote ' that opens at character 6 is not closed/],
  ['prog x"a\\"', /the quote " that opens at character 7 is not closed/],
  ['prog a\\', /ends with a backslash/],
])('%j is refused', (line, message) => {
  expect(() => commandWords(line)).toThrow(message);
});
