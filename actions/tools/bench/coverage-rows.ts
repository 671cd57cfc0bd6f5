import type { ClassRows, NumberRows, RankingRows, TextRows } from '../../lib/metrics/rows.ts';
import type { Random } from '../../lib/stats/random.ts';

/** Test sets as chance draws them, for the simulation of coverage. All are drawn from a law whose values are known. */

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** A binary task: what decides how hard it is, and what is drawn besides the scores. */
export interface BinaryLaw {
  /** Share of positive rows. */
  readonly prevalence: number;
  /** Standard deviations between the mean raw scores of both classes. */
  readonly distance: number;
  /** What log odds are multiplied by: 1 for a calibrated model, more for one that is too sure. */
  readonly sharpness?: number;
  /** Rows of a cluster, and the share of the variance of raw scores that they have in common. */
  readonly clusters?: { readonly size: number; readonly correlation: number };
  /** Standard deviation of the logarithm of the weights. */
  readonly weights?: number;
}

/** Normal raw scores of both classes, and the probability that follows from them. */
export function binaryRows(
  { prevalence, distance, sharpness = 1, clusters, weights }: BinaryLaw,
  random: Random,
  count: number,
): ClassRows {
  const actual = new Int32Array(count);
  const scores = new Float64Array(count);
  const shared = Math.sqrt(clusters?.correlation ?? 0);
  const own = Math.sqrt(1 - shared * shared);
  let common = 0;
  for (let row = 0; row < count; row++) {
    if (clusters && row % clusters.size === 0) common = random.normal();
    const label = random.next() < prevalence ? 1 : 0;
    const raw = shared * common + own * random.normal() + distance * label;
    actual[row] = label;
    scores[row] = sigmoid(
      sharpness * (Math.log(prevalence / (1 - prevalence)) + distance * raw - distance ** 2 / 2),
    );
  }
  return {
    task: 'binary',
    count,
    labels: ['no', 'yes'],
    actual,
    predicted: Int32Array.from(scores, (score) => (score >= 0.5 ? 1 : 0)),
    scores,
    ...(clusters && { clusters: actual.map((_, row) => Math.floor(row / clusters.size)) }),
    ...(weights !== undefined && {
      weights: scores.map((score) => Math.exp(weights * random.normal() + score)),
    }),
  };
}

/**
 * Binary rows that are predicted rightly with a given chance, half of them positive; precision, recall and accuracy then
 * all have that chance as their true value.
 */
export function rightRows(
  right: number,
  random: Random,
  count: number,
  clusters?: { readonly size: number; readonly correlation: number },
): ClassRows {
  const actual = new Int32Array(count);
  const predicted = new Int32Array(count);
  const shared = clusters?.correlation ?? 0;
  let common = false;
  for (let row = 0; row < count; row++) {
    const drawn = (): boolean => random.next() < right;
    if (clusters && row % clusters.size === 0) common = drawn();
    // With this chance a row does as its cluster does, which makes the square of it the correlation of two rows.
    const hit = random.next() < Math.sqrt(shared) ? common : drawn();
    const label = random.next() < 0.5 ? 1 : 0;
    actual[row] = label;
    predicted[row] = hit ? label : 1 - label;
  }
  const rows = { task: 'binary', count, labels: ['no', 'yes'], actual, predicted } as const;
  return clusters ? { ...rows, clusters: actual.map((_, row) => Math.floor(row / clusters.size)) } : rows;
}

/** Three classes of unlike size; a row is predicted rightly with a chance of its class, else as one of the others. */
const CLASS_SHARES = [0.6, 0.3, 0.1] as const;
const CLASS_RECALL = [0.9, 0.75, 0.6] as const;

export function threeClassRows(random: Random, count: number): ClassRows {
  const actual = new Int32Array(count);
  const predicted = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const place = random.next();
    const label = place < CLASS_SHARES[0] ? 0 : place < CLASS_SHARES[0] + CLASS_SHARES[1] ? 1 : 2;
    const other = (label + 1 + random.integer(2)) % 3;
    actual[row] = label;
    predicted[row] = random.next() < (CLASS_RECALL[label] ?? 0) ? label : other;
  }
  return { task: 'multiclass', count, labels: ['a', 'b', 'c'], actual, predicted };
}

/** y = 2 x + error, predicted as 2 x. @param error - of one row */
export function numberRows(error: (random: Random) => number, random: Random, count: number): NumberRows {
  const predicted = Float64Array.from({ length: count }, () => 2 * random.normal());
  return { task: 'regression', count, predicted, actual: predicted.map((value) => value + error(random)) };
}

/** A normal error, and one with heavy tails: Student's t with 3 degrees of freedom. */
export const normalError = (random: Random): number => random.normal();
export const heavyError = (random: Random): number => {
  const squares = random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2;
  return random.normal() / Math.sqrt(squares / 3);
};

const ITEMS = 20;

/** Queries of 20 items with relevance 0, 1 or 2 and scores that tell some of it. */
export function rankingRows(random: Random, count: number): RankingRows {
  const size = count * ITEMS;
  const relevance = new Float64Array(size);
  const scores = new Float64Array(size);
  for (let item = 0; item < size; item++) {
    const place = random.next();
    relevance[item] = place < 0.75 ? 0 : place < 0.95 ? 1 : 2;
    scores[item] = (relevance[item] ?? 0) + random.normal();
  }
  const starts = Uint32Array.from({ length: count + 1 }, (_, query) => query * ITEMS);
  return { task: 'ranking', count, starts, relevance, scores };
}

const WORDS = 400;

/** Sentences of 8 to 25 words and what is left of them after words were replaced, dropped and added. */
export function textRows(random: Random, count: number): TextRows {
  // Squared, so that some words are common and most are rare, as in any language.
  const word = (): string => `w${Math.floor(random.next() ** 2 * WORDS)}`;
  const predicted: string[] = [];
  const references: string[][] = [];
  for (let row = 0; row < count; row++) {
    const sentence = Array.from({ length: 8 + random.integer(18) }, word);
    // Some sentences are harder than others.
    const ease = 0.5 + random.next();
    const edited = sentence.flatMap((own) => {
      const place = random.next() / ease;
      if (place < 0.12) return [word()];
      if (place < 0.16) return [];
      return place < 0.2 ? [own, word()] : [own];
    });
    predicted.push(edited.join(' '));
    references.push([sentence.join(' ')]);
  }
  return { task: 'text', count, predicted, references };
}

/** Groups of equal size whose positives are predicted at rates of their own; the group of each row beside them. */
export function groupRows(
  rates: readonly number[],
  random: Random,
  count: number,
): { readonly rows: ClassRows; readonly of: Int32Array } {
  const of = Int32Array.from({ length: count }, (_, row) => row % rates.length);
  const predicted = of.map((group) => (random.next() < (rates[group] ?? 0) ? 1 : 0));
  const actual = predicted.map((label) => (random.next() < 0.8 ? label : 1 - label));
  return { rows: { task: 'binary', count, labels: ['no', 'yes'], actual, predicted }, of };
}
