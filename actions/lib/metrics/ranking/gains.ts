import type { MeanMetric } from '../metric.ts';
import type { RankingRows } from '../rows.ts';
import { atCutoff, type Cutoff, rankingChoices, rankingCommon } from './cutoff.ts';
import { perQuery, type Query, rankedItems } from './ties.ts';

/** What an item of some relevance is worth in a query whose highest relevance is `top`. */
type Gain = (relevance: number, top: number) => number;

const linear: Gain = (relevance) => relevance;

/** 2^relevance − 1, over 2^top: only ratios within a query are asked for, and so no relevance is too large. */
const exponential: Gain = (relevance, top) => 2 ** (relevance - top) - 2 ** -top;

/** Sums of the discounts 1 / log₂(rank + 1) of the first 0, 1, 2, … places, for the longest query. */
function discountSums({ starts, count }: RankingRows): Float64Array {
  let longest = 0;
  for (let query = 0; query < count; query++)
    longest = Math.max(longest, (starts[query + 1] ?? 0) - (starts[query] ?? 0));
  const sums = new Float64Array(longest + 1);
  for (let rank = 1; rank <= longest; rank++) sums[rank] = (sums[rank - 1] ?? 0) + 1 / Math.log2(rank + 1);
  return sums;
}

/** Discounted gains of the rows' queries, of the order the scores give and of the best there is. */
interface Gains {
  readonly given: (query: Query) => number;
  readonly best: (query: Query) => number;
}

function gainsOf(rows: RankingRows, k: Cutoff, gain: Gain): Gains {
  const { scores, relevance } = rows;
  const discounts = discountSums(rows);
  const byScore = rankedItems(rows, scores);
  const byRelevance = rankedItems(rows, relevance);
  const discountTo = (places: number): number => discounts[Math.min(places, k ?? places)] ?? 0;
  const topOf = ({ start }: Query): number => relevance[byRelevance[start] ?? 0] ?? 0;
  return {
    // Each place of a tie gets the mean gain of its items, which is what it gains over all their orders.
    given: (query) => {
      const top = topOf(query);
      let sum = 0;
      for (const { start, end, before, size } of query.ties) {
        const share = discountTo(before + size) - discountTo(before);
        if (share === 0) break;
        let gained = 0;
        for (let at = start; at < end; at++) gained += gain(relevance[byScore[at] ?? 0] ?? 0, top);
        sum += (gained / size) * share;
      }
      return sum;
    },
    best: (query) => {
      const top = topOf(query);
      const end = Math.min(query.end, query.start + (k ?? query.end));
      let sum = 0;
      for (let at = query.start; at < end; at++) {
        const place = at - query.start;
        sum += gain(relevance[byRelevance[at] ?? 0] ?? 0, top) * (discountTo(place + 1) - discountTo(place));
      }
      return sum;
    },
  };
}

const common = { ...rankingCommon, interval: 'student-t' } as const;
const CUTOFFS: readonly Cutoff[] = [undefined, 5, 10];

const endOf = (k: Cutoff): string => (k === undefined ? '' : ` of the first ${k} items`);

function normalized(
  name: string,
  title: string,
  k: Cutoff,
  gain: Gain,
  words: GainWords,
): MeanMetric<RankingRows> {
  return {
    ...common,
    ...atCutoff(name, title, k),
    params: { ...(k !== undefined && { k }), gain: words.name, ...rankingChoices },
    definition: `Mean over queries of the sum of ${words.text} / log₂(rank + 1)${endOf(k)} over that of the best order, tied scores averaged (${words.source}); queries without relevant items left out.`,
    perRow: (rows) => {
      const { given, best } = gainsOf(rows, k, gain);
      return perQuery(rows, (query) => given(query) / best(query));
    },
  };
}

interface GainWords {
  readonly name: string;
  readonly text: string;
  readonly source: string;
}

const LINEAR: GainWords = { name: 'linear', text: 'relevance', source: 'sklearn.metrics.ndcg_score' };
const EXPONENTIAL: GainWords = {
  name: 'exp2',
  text: '2^relevance − 1',
  source:
    'C. Burges et al., Learning to rank using gradient descent, 2005; else as sklearn.metrics.ndcg_score',
};

const discounted = (k: Cutoff): MeanMetric<RankingRows> => ({
  ...common,
  ...atCutoff('dcg', 'Discounted cumulative gain', k),
  range: [0, Number.POSITIVE_INFINITY],
  params: { ...(k !== undefined && { k }), gain: LINEAR.name, ...rankingChoices },
  definition: `Mean over queries of the sum of relevance / log₂(rank + 1)${endOf(k)}, tied scores averaged (sklearn.metrics.dcg_score); queries without relevant items left out.`,
  perRow: (rows) => {
    const { given } = gainsOf(rows, k, linear);
    return perQuery(rows, given);
  },
});

/** Metrics of a ranking that know how relevant each item is. */
export const gainMetrics: readonly MeanMetric<RankingRows>[] = [
  ...CUTOFFS.map((k) => normalized('ndcg', 'NDCG', k, linear, LINEAR)),
  ...CUTOFFS.map((k) => normalized('ndcg_exp', 'NDCG, exponential gain', k, exponential, EXPONENTIAL)),
  ...CUTOFFS.map(discounted),
];
