import type { Computed, SumsMetric, Terms } from '../metric.ts';
import type { TextRows } from '../rows.ts';
import { matchedNgrams, ngramCount } from './ngrams.ts';
import { codePoints, wordNumbers } from './symbols.ts';
import { ASCII_PUNCTUATION, splitWords } from './words.ts';

const CHARACTER_ORDERS = 6;
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

/** What n-grams are made of, and up to which length. */
interface Units {
  readonly orders: number;
  readonly unitsOf: (text: string) => Int32Array;
}

const characters: Units = {
  orders: CHARACTER_ORDERS,
  unitsOf: (text) => codePoints(splitWords(text).join('')),
};

function words(orders: number): Units {
  const numbers = wordNumbers();
  return { orders, unitsOf: (text) => numbers(splitWords(text).flatMap(cutMark)) };
}

/**
 * For each order: n-grams predicted, n-grams of the reference, and matches. Predicted ones do not count where the
 * reference is too short to have any.
 */
function counts(predicted: Int32Array, reference: Int32Array, orders: number): number[] {
  const matches = matchedNgrams(predicted, [reference], orders);
  return Array.from(matches, (match, index) => {
    const wanted = ngramCount(reference.length, index + 1);
    return [wanted > 0 ? ngramCount(predicted.length, index + 1) : 0, wanted, match];
  }).flat();
}

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

/** The counts of a row with the reference that gives it the highest score. */
function bestCounts(predicted: string, references: readonly string[], kinds: readonly Units[]): number[] {
  const said = kinds.map(({ unitsOf }) => unitsOf(predicted));
  const countsWith = (reference: string): number[] =>
    kinds.flatMap(({ orders, unitsOf }, kind) =>
      counts(said[kind] ?? new Int32Array(), unitsOf(reference), orders),
    );
  const [first = [], ...others] = (references.length > 0 ? references : ['']).map(countsWith);
  return others.reduce((best, one) => (fScore(one) > fScore(best) ? one : best), first);
}

function termsOf(wordOrders: number): (rows: TextRows) => Terms {
  const width = 3 * (CHARACTER_ORDERS + wordOrders);
  return ({ count, predicted, references }) => {
    const kinds = wordOrders > 0 ? [characters, words(wordOrders)] : [characters];
    const values = new Float64Array(count * width);
    for (let row = 0; row < count; row++)
      values.set(bestCounts(predicted[row] ?? '', references[row] ?? [], kinds), row * width);
    return { cells: 1, width, values };
  };
}

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
    terms: termsOf(0),
  },
  {
    ...common,
    id: 'chrf_plus_plus',
    aliases: ['chrf++', 'chrf2++', 'chrfpp'],
    title: 'chrF++',
    params: { signature: 'case:mixed|eff:yes|nc:6|nw:2|space:no', beta: BETA, references: 'best' },
    definition:
      'From 0 to 100: chrF with runs of one and two words beside those of characters (Popović 2017; sacrebleu corpus_chrf, word_order 2).',
    terms: termsOf(2),
  },
];
