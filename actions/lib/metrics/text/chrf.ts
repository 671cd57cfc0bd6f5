import type { Computed, SumsMetric, Terms } from '../metric.ts';
import type { TextRows } from '../rows.ts';
import { NgramMatcher, ngramCount } from './ngrams.ts';
import { oncePerRows } from './once-per-rows.ts';
import { codePoints, type UnitsOf, wordNumbers } from './symbols.ts';
import { ASCII_PUNCTUATION, splitWords, withoutSpaces } from './words.ts';

const CHARACTER_ORDERS = 6;
/** Of chrF++. */
const WORD_ORDERS = 2;
const BETA = 2;

const MARK = new RegExp(ASCII_PUNCTUATION);

/** A word without the mark at its end, else without the one at its start, and that mark; only one of them is cut off. */
function cutMark(word: string): readonly string[] {
  const [first = '', second] = word;
  if (second === undefined) return [word];
  const last = word.slice(-1);
  if (MARK.test(last)) return [word.slice(0, -1), last];
  return MARK.test(first) ? [first, word.slice(1)] : [word];
}

/** Counts of each row with each of its references, from the same reading of a text and the same orders. */
type CountsOfRows = (rows: TextRows) => readonly (readonly (readonly number[])[])[];

/**
 * For each order: n-grams predicted, n-grams of the reference, and matches. Predicted ones do not count where the
 * reference is too short to have any.
 */
function counts(matcher: NgramMatcher, said: Int32Array, wanted: Int32Array): number[] {
  return Array.from(matcher.matches(said, [wanted]), (match, index) => {
    const there = ngramCount(wanted.length, index + 1);
    return [there > 0 ? ngramCount(said.length, index + 1) : 0, there, match];
  }).flat();
}

const countsOfRows = (orders: number, makeReader: () => UnitsOf): CountsOfRows =>
  oncePerRows(({ predicted, references }) => {
    const matcher = new NgramMatcher(orders);
    const unitsOf = makeReader();
    return predicted.map((text, row) => {
      const said = unitsOf(text);
      return (references[row] ?? []).map((reference) => counts(matcher, said, unitsOf(reference)));
    });
  });

const characters = countsOfRows(CHARACTER_ORDERS, () => (text) => codePoints(withoutSpaces(text)));

const words = countsOfRows(WORD_ORDERS, () => wordNumbers((text) => splitWords(text).flatMap(cutMark)));

/** The F-score of mean precision and mean recall over the orders that both sides have; 0 when there is none. */
function fScore(sums: ArrayLike<number>): number {
  let precision = 0;
  let recall = 0;
  let orders = 0;
  for (let at = 0; at < sums.length; at += 3) {
    const said = sums[at] ?? 0;
    const wanted = sums[at + 1] ?? 0;
    const match = sums[at + 2] ?? 0;
    if (said === 0 || wanted === 0) continue;
    precision += match / said;
    recall += match / wanted;
    orders++;
  }
  if (precision + recall === 0) return 0;
  return (100 * (1 + BETA ** 2) * precision * recall) / ((BETA ** 2 * precision + recall) * orders);
}

/** Per row the counts with the reference that gives the highest score; of equal ones the first. */
const termsOf =
  (width: number, kinds: readonly CountsOfRows[]) =>
  (rows: TextRows): Terms => {
    const values = new Float64Array(rows.count * width);
    const counted = kinds.map((kind) => kind(rows));
    for (let row = 0; row < rows.count; row++) {
      const [first = [], ...others] = (rows.references[row] ?? []).map((_, index) =>
        counted.flatMap((ofRows) => ofRows[row]?.[index] ?? []),
      );
      values.set(
        others.reduce((best, one) => (fScore(one) > fScore(best) ? one : best), first),
        row * width,
      );
    }
    return { cells: 1, width, values };
  };

const fromSums = (sums: Float64Array): Computed =>
  sums[1] === 0 ? 'no reference has a character' : fScore(sums);

const common = {
  direction: 'higher',
  range: [0, 100],
  tasks: ['text'],
  needs: 'labels',
  kind: 'sums',
  fromSums,
} as const;

/** chrF and chrF++ as sacrebleu computes them for a corpus. */
export const chrfMetrics: readonly SumsMetric<TextRows>[] = [
  {
    ...common,
    id: 'chrf',
    aliases: ['chrf2'],
    title: 'chrF',
    params: { signature: 'case:mixed|eff:yes|nc:6|nw:0|space:no', beta: BETA, references: 'best' },
    definition:
      'From 0 to 100: F-score, recall counting twice, of runs of one to six characters without white space, summed over all rows (Popović 2015; sacrebleu corpus_chrf). Needs no cut into words, so it suits every script.',
    terms: termsOf(3 * CHARACTER_ORDERS, [characters]),
  },
  {
    ...common,
    id: 'chrf_plus_plus',
    aliases: ['chrf++', 'chrf2++', 'chrfpp'],
    title: 'chrF++',
    params: { signature: 'case:mixed|eff:yes|nc:6|nw:2|space:no', beta: BETA, references: 'best' },
    definition:
      'From 0 to 100: chrF with runs of one and two words beside those of characters (Popović 2017; sacrebleu corpus_chrf, word_order 2).',
    terms: termsOf(3 * (CHARACTER_ORDERS + WORD_ORDERS), [characters, words]),
  },
];
