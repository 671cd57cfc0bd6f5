import { describe, expect, test } from 'vitest';
import { isGlob, matchesSegment, parseGlob } from '../../../actions/runtime/glob.ts';

describe('patterns', () => {
  test.each([
    ['data.csv', false],
    ['*.csv', true],
    ['a?', true],
    ['{a,b}', true],
    ['{a}', false],
    ['x[1].csv', true],
    ['a]b[', false],
  ])('%s is a pattern: %s', (text, expected) => {
    expect(isGlob(text)).toBe(expected);
  });

  test.each([
    ['*', 'a.csv', true],
    ['*', '.a', false],
    ['.*', '.a', true],
    ['*.csv', 'a.csv', true],
    ['*.csv', '.csv', false],
    ['*.csv', 'a.csv.gz', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYb', false],
    ['?', '✓', true],
    ['?', '😀', true],
    ['??', '😀', false],
    ['[a-c]1', 'b1', true],
    ['[!a-c]1', 'b1', false],
    ['[^a-c]1', 'd1', true],
    ['[]x', '[]x', true],
    ['a.c', 'abc', false],
    ['a+(b)', 'a+(b)', true],
  ])('%s matches %s: %s', (pattern, name, expected) => {
    expect(matchesSegment(pattern, name)).toBe(expected);
  });

  test('many stars do not make matching slow', () => {
    const start = performance.now();
    expect(matchesSegment(`${'*a'.repeat(50)}b`, 'a'.repeat(5_000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(500);
  });

  test('choices are tried one by one, inner ones too', () => {
    expect(parseGlob('{a,b{c,d}}/x').map(([first]) => first)).toEqual(
      expect.arrayContaining(['a', 'bc', 'bd'].map((name) => ({ kind: 'name', name }))),
    );
  });

  test('too many choices are refused', () => {
    expect(() => parseGlob('{a,b}'.repeat(11))).toThrow(RangeError);
  });
});
