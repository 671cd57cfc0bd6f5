import type { MeanMetric } from '../metric.ts';
import type { TextRows } from '../rows.ts';
import { highestPerRow, textsRead } from './best-reference.ts';
import { NgramMatcher } from './ngrams.ts';
import { wordNumbers } from './symbols.ts';
import { ASCII_PUNCTUATION, splitWords } from './words.ts';

/** Marks of other scripts stay, as in SQuAD's script. */
const MARKS = new RegExp(ASCII_PUNCTUATION, 'g');

/** Articles that are words of their own; a combining mark ends a word for Python's `\b`. */
const ARTICLES = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

/** The words of an answer as SQuAD's script compares them: without case, punctuation and English articles. */
const answerWords = (text: string): readonly string[] =>
  splitWords(text.toLowerCase().replace(MARKS, '').replace(ARTICLES, ' '));

const readAnswers = textsRead(() => wordNumbers(answerWords));

const exactMatch = (said: Int32Array, wanted: Int32Array): number =>
  said.length === wanted.length && said.every((word, at) => word === wanted[at]) ? 1 : 0;

const matcher = new NgramMatcher(1);

/** F1 of the words of two answers; of two without words it is 1, as SQuAD 2.0 scores "no answer". */
function tokenF1(said: Int32Array, wanted: Int32Array): number {
  if (said.length === 0 || wanted.length === 0) return said.length === wanted.length ? 1 : 0;
  const [shared = 0] = matcher.matches(said, [wanted]);
  return (2 * shared) / (said.length + wanted.length);
}

const common = {
  direction: 'higher',
  range: [0, 1],
  tasks: ['text'],
  needs: 'labels',
  kind: 'mean',
  params: { normalize: 'squad', references: 'max' },
} as const;

/** Metrics of short answers, as the scripts of the SQuAD question sets define them; fractions where those print per cent. */
export const squadMetrics: readonly MeanMetric<TextRows>[] = [
  {
    ...common,
    id: 'exact_match',
    aliases: ['em'],
    title: 'Exact match',
    interval: 'wilson',
    definition:
      'Share of rows whose text is one of the references, without case, ASCII punctuation, the words a, an and the, and extra spaces (SQuAD 2.0 evaluation script).',
    perRow: highestPerRow(readAnswers, exactMatch),
  },
  {
    ...common,
    id: 'token_f1',
    aliases: ['squad_f1'],
    title: 'Token F1',
    interval: 'student-t',
    definition:
      'Mean over rows of 2 · words in common / words of both, for the best reference, normalised as for exact_match; 1 where neither has words (SQuAD 2.0 evaluation script).',
    perRow: highestPerRow(readAnswers, tokenF1),
  },
];
