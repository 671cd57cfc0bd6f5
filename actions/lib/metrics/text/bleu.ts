import type { Computed, SumsMetric, Terms } from '../metric.ts';
import type { TextRows } from '../rows.ts';
import { NgramMatcher, ngramCount } from './ngrams.ts';
import { wordNumbers } from './symbols.ts';
import { tokenize13a } from './tokenizer-13a.ts';

const ORDERS = 4;
/** A row's numbers: tokens predicted, tokens of the reference, matches of each order, n-grams predicted of each order. */
const WIDTH = 2 + 2 * ORDERS;

/** The length that is nearest to the predicted one; of two the shorter. */
const nearestLength = (predicted: number, lengths: readonly number[]): number =>
  lengths.reduce((best, length) => {
    const closer = Math.abs(length - predicted) - Math.abs(best - predicted);
    return closer < 0 || (closer === 0 && length < best) ? length : best;
  }, lengths[0] ?? 0);

function terms({ count, predicted, references }: TextRows): Terms {
  const unitsOf = wordNumbers(tokenize13a);
  const matcher = new NgramMatcher(ORDERS);
  const values = new Float64Array(count * WIDTH);
  for (let row = 0; row < count; row++) {
    const said = unitsOf(predicted[row] ?? '');
    const wanted = (references[row] ?? []).map(unitsOf);
    const lengths = wanted.map(({ length }) => length);
    const totals = Array.from({ length: ORDERS }, (_, index) => ngramCount(said.length, index + 1));
    const matches = matcher.matches(said, wanted);
    values.set([said.length, nearestLength(said.length, lengths), ...matches, ...totals], row * WIDTH);
  }
  return { cells: 1, width: WIDTH, values };
}

/**
 * Precisions of the orders, per cent. With smoothing `exp`, the k-th order without a match counts 2⁻ᵏ
 * matches, as in `mteval-v13a.pl`.
 */
function precisions(matches: Float64Array, totals: Float64Array): number[] {
  let halved = 1;
  return Array.from(totals, (total, order) => {
    const match = matches[order] ?? 0;
    if (match > 0) return (100 * match) / total;
    halved /= 2;
    return (100 * halved) / total;
  });
}

/** BLEU of the sums of rows. */
function fromSums(sums: Float64Array): Computed {
  const [said = 0, wanted = 0] = sums;
  const matches = sums.subarray(2, 2 + ORDERS);
  const totals = sums.subarray(2 + ORDERS, WIDTH);
  if (wanted === 0) return 'no reference has a word';
  if (!matches.some((match) => match > 0)) return 0;
  if (totals[ORDERS - 1] === 0)
    return 'no prediction has four words, and BLEU counts runs of one to four; chrf or token_f1 suit short texts';
  const brevity = said < wanted ? Math.exp(1 - wanted / said) : 1;
  const logs = precisions(matches, totals).map(Math.log);
  return brevity * Math.exp(logs.reduce((sum, log) => sum + log, 0) / ORDERS);
}

/** BLEU as sacrebleu computes it for a corpus. */
export const bleu: SumsMetric<TextRows> = {
  id: 'bleu',
  aliases: ['sacrebleu', 'corpus_bleu'],
  title: 'BLEU',
  direction: 'higher',
  range: [0, 100],
  tasks: ['text'],
  needs: 'labels',
  kind: 'sums',
  params: {
    signature: 'case:mixed|eff:no|tok:13a|smooth:exp',
    max_ngram_order: ORDERS,
    reference_length: 'closest',
  },
  definition:
    'From 0 to 100: brevity penalty · geometric mean of the precisions of runs of one to four words, summed over all rows before the division (Papineni 2002; sacrebleu corpus_bleu, tokenizer 13a, smoothing exp). Not comparable with BLEU of another signature.',
  terms,
  fromSums,
};
