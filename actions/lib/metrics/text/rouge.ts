import type { MeanMetric } from '../metric.ts';
import type { TextRows } from '../rows.ts';
import { highestPerRow, textsRead } from './best-reference.ts';
import { commonLength, commonPlaces } from './common-subsequence.ts';
import { NgramMatcher, ngramCount } from './ngrams.ts';
import { wordNumbers } from './symbols.ts';

/** rouge_score knows letters of English and digits alone: everything else, other scripts too, only parts words. */
const rougeWords = (text: string): readonly string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];

/** 2 · matches / units of both sides, which is the F1 of the two shares; 0 where nothing matches. */
const f1 = (matches: number, said: number, wanted: number): number =>
  matches === 0 ? 0 : (2 * matches) / (said + wanted);

/** The words of a text, whole and line by line. */
interface Summary {
  readonly words: Int32Array;
  readonly lines: readonly Int32Array[];
}

const readSummaries = textsRead(() => {
  const unitsOf = wordNumbers(rougeWords);
  return (text): Summary => {
    const words = unitsOf(text);
    return { words, lines: text.includes('\n') ? text.split('\n').map(unitsOf) : [words] };
  };
});

function rougeN(order: number): (said: Summary, wanted: Summary) => number {
  const matcher = new NgramMatcher(order);
  return ({ words: said }, { words: wanted }) =>
    f1(
      matcher.matches(said, [wanted])[order - 1] ?? 0,
      ngramCount(said.length, order),
      ngramCount(wanted.length, order),
    );
}

const rougeL = ({ words: said }: Summary, { words: wanted }: Summary): number =>
  f1(commonLength(wanted, said), said.length, wanted.length);

/** How often each word stands in a text. */
function tally(words: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/**
 * ROUGE-L of summaries of several sentences, one a line: a reference's sentence has what it has in common with any
 * sentence of the prediction. No word counts more often than each side has it, as in ROUGE 1.5.5.
 */
function rougeLsum(said: Summary, wanted: Summary): number {
  // The same for texts of one line, and without the memory that the places of long ones take.
  if (said.lines.length === 1 && wanted.lines.length === 1) return rougeL(said, wanted);
  const saidLeft = tally(said.words);
  const wantedLeft = tally(wanted.words);
  let hits = 0;
  for (const sentence of wanted.lines) {
    const places = new Set(said.lines.flatMap((other) => commonPlaces(sentence, other)));
    for (const place of places) {
      const word = sentence[place] ?? -1;
      const ours = saidLeft.get(word) ?? 0;
      const theirs = wantedLeft.get(word) ?? 0;
      if (ours === 0 || theirs === 0) continue;
      hits++;
      saidLeft.set(word, ours - 1);
      wantedLeft.set(word, theirs - 1);
    }
  }
  return f1(hits, said.words.length, wanted.words.length);
}

/**
 * Says how many rows ROUGE is blind for: the prediction, or every reference, is text without one letter from a to z
 * or digit, so that the row scores 0 whatever it says. `undefined` when there is none.
 */
export function rougeWarning({ count, predicted, references }: TextRows): string | undefined {
  const lost = (text: string): boolean => text.trim() !== '' && rougeWords(text).length === 0;
  let blind = 0;
  for (let row = 0; row < count; row++)
    if (lost(predicted[row] ?? '') || (references[row]?.every(lost) ?? false)) blind++;
  if (blind === 0) return undefined;
  return `ROUGE as rouge_score defines it reads the letters a to z and digits alone; in ${blind} of ${count} rows the prediction or all references have none and score 0. Use chrf for other scripts.`;
}

const metric = (
  id: string,
  title: string,
  aliases: readonly string[],
  what: string,
  score: (said: Summary, wanted: Summary) => number,
): MeanMetric<TextRows> => ({
  id,
  aliases,
  title,
  direction: 'higher',
  range: [0, 1],
  tasks: ['text'],
  needs: 'labels',
  kind: 'mean',
  interval: 'student-t',
  params: { measure: 'f1', stemmer: false, tokens: 'a-z0-9', references: 'max' },
  definition: `Mean over rows of the F1 of ${what}, for the best reference (Lin 2004; rouge_score, no stemmer).`,
  perRow: highestPerRow(readSummaries, score),
});

/** ROUGE as google's rouge_score computes it. */
export const rougeMetrics: readonly MeanMetric<TextRows>[] = [
  metric('rouge1', 'ROUGE-1', ['rouge_1'], 'single words', rougeN(1)),
  metric('rouge2', 'ROUGE-2', ['rouge_2'], 'pairs of words', rougeN(2)),
  metric('rouge_l', 'ROUGE-L', ['rougel'], 'the longest common subsequence of words', rougeL),
  metric(
    'rouge_lsum',
    'ROUGE-Lsum',
    ['rougelsum', 'rouge_l_sum'],
    'the longest common subsequences of sentences, one a line',
    rougeLsum,
  ),
];
