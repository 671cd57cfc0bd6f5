import { describe, expect, test } from 'vitest';
import { rougeWarning } from '../../../../../actions/lib/metrics/text/rouge.ts';
import { codePoints, wordNumbers } from '../../../../../actions/lib/metrics/text/symbols.ts';
import { tokenize13a } from '../../../../../actions/lib/metrics/text/tokenizer-13a.ts';
import {
  joinSpaces,
  splitWords,
  strip,
  stripEnd,
  withoutSpaces,
} from '../../../../../actions/lib/metrics/text/words.ts';
import { textRows } from './text-rows.ts';

/** `[c for c in map(chr, range(sys.maxunicode + 1)) if c.isspace()]` of Python 3.11. */
const PYTHON_SPACES =
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';

describe('white space is that of Python', () => {
  test('every code unit is a space to both or to neither', () => {
    const units = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit));
    expect(units.filter((unit) => splitWords(unit).length === 0).join('')).toBe(PYTHON_SPACES);
    expect(units.filter((unit) => strip(unit) === '').join('')).toBe(PYTHON_SPACES);
  });

  test('texts lose it at their ends, between words, or where there is much of it', () => {
    expect(splitWords(' a\t\nb  c ')).toEqual(['a', 'b', 'c']);
    expect(strip('\n a b\t')).toBe('a b');
    expect(stripEnd('\n a b\t')).toBe('\n a b');
    expect(withoutSpaces(' a\u3000b\n')).toBe('ab');
    expect(joinSpaces('a \n b\tc')).toBe('a b\tc');
  });

  test('a long text of spaces takes no long time', () => {
    const started = performance.now();
    expect(stripEnd(`${' '.repeat(200_000)}x`)).toHaveLength(200_001);
    expect(strip(`x${' '.repeat(200_000)}y`)).toHaveLength(200_002);
    expect(joinSpaces(`x${' '.repeat(200_000)}y`)).toBe('x y');
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('texts as numbers', () => {
  test('a word has one number, in all texts', () => {
    const numbers = wordNumbers((text) => text.split(' '));
    expect([...numbers('b a b')]).toEqual([0, 1, 0]);
    expect([...numbers('c a')]).toEqual([2, 1]);
    expect([...numbers('constructor __proto__ c')]).toEqual([3, 4, 2]);
  });

  test('characters are code points', () => {
    expect([...codePoints('a😀é\ud800')]).toEqual([0x61, 0x1f600, 0xe9, 0xd800]);
    expect([...codePoints('')]).toEqual([]);
  });
});

describe('tokenizer 13a', () => {
  // Printed by sacrebleu 2.6.0: Tokenizer13a()(text).
  test.each([
    ['Hello, "world"!', 'Hello , " world " !'],
    ["It's 3.5% of $1,234.56, isn't it?", "It's 3.5 % of $ 1,234.56 , isn't it ?"],
    ['2-3 well-known 10-year', '2 - 3 well-known 10 - year'],
    ['U.S. e.g. this.', 'U . S . e . g . this .'],
    ['&amp;lt;b&gt; &quot;x&quot;', '< b > " x "'],
    ['one <skipped>two-\nthree\nfour', 'one twothree four'],
    ['猫。狗,3 😀.5', '猫。狗 , 3 😀 . 5'],
    ['.5 5. ,', '. 5 5 . ,'],
    ['', ''],
  ])('%j', (text, expected) => {
    expect(tokenize13a(text).join(' ')).toBe(expected);
  });
});

describe('rougeWarning', () => {
  test('counts rows whose prediction, or whose every reference, is of another script', () => {
    const rows = textRows(
      ['猫', 'a cat', 'Кошка 3', 'cat', '', '...'],
      [['a cat'], ['猫', '猫 cat'], ['Кошка'], ['Кошка', '猫'], ['cat'], ['!']],
    );
    expect(rougeWarning(rows)).toContain('in 4 of 6 rows');
  });

  test('is silent where ROUGE sees words, or there is no text', () => {
    expect(rougeWarning(textRows(['', 'Éa'], [['cat'], [' ', 'b']]))).toBeUndefined();
  });
});
