import { splitWords, stripEnd } from './words.ts';

/** What is replaced before words are cut, in this order: `&amp;lt;` becomes `<`, as in the Perl script of old. */
const REPLACED: readonly (readonly [string, string])[] = [
  ['<skipped>', ''],
  ['-\n', ''],
  ['\n', ' '],
  ['&quot;', '"'],
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
];

/** Where blanks are put in: around ASCII punctuation, but not around an apostrophe, and around `.`, `,` and `-` beside digits. */
const CUTS: readonly (readonly [RegExp, string])[] = [
  [/([ -&(-+:-@/[-`{-~])/g, ' $1 '],
  [/([^0-9])([.,])/gu, '$1 $2 '],
  [/([.,])([^0-9])/gu, ' $1 $2'],
  [/([0-9])(-)/g, '$1 $2 '],
];

/** The words and punctuation marks of a text, cut as `mteval-v13a.pl` of WMT and sacrebleu's tokenizer `13a` do. */
export function tokenize13a(text: string): readonly string[] {
  const plain = REPLACED.reduce((line, [from, to]) => line.replaceAll(from, to), stripEnd(text));
  return splitWords(CUTS.reduce((line, [pattern, to]) => line.replace(pattern, to), ` ${plain} `));
}
