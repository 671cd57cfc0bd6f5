import type { MeanMetric } from '../metric.ts';
import type { RankingRows } from '../rows.ts';
import { atCutoff, type Cutoff, rankingChoices, rankingCommon } from './cutoff.ts';
import { perQuery, type Query, type Tie } from './ties.ts';

/*
 * Where items share a score, each value is the expected one over all orders of them: F. McSherry, M. Najork,
 * Computing information retrieval performance measures efficiently in the presence of tied scores, ECIR 2008.
 * Without ties it is the usual value.
 */

const cutAt = (k: Cutoff): number => k ?? Number.POSITIVE_INFINITY;

/** Relevant items that are expected among the first k. */
function expectedHits({ ties }: Query, k: number): number {
  let hits = 0;
  for (const tie of ties) {
    if (tie.before >= k) break;
    hits += tie.hits * Math.min(1, (k - tie.before) / tie.size);
  }
  return hits;
}

const firstHit = (ties: readonly Tie[]): Tie | undefined => ties.find(({ hits }) => hits > 0);

/** The chance that a relevant item is among the first k. */
function hitChance({ ties }: Query, k: number): number {
  const tie = firstHit(ties);
  if (!tie || tie.before >= k) return 0;
  const places = Math.min(tie.size, k - tie.before);
  let missed = 1;
  for (let taken = 0; taken < places && missed > 0; taken++)
    missed *= (tie.size - tie.hits - taken) / (tie.size - taken);
  return 1 - missed;
}

/** The expected 1 / rank of the first relevant item, 0 for one beyond the first k. */
function reciprocalRank({ ties }: Query, k: number): number {
  const tie = firstHit(ties);
  if (!tie) return 0;
  const places = Math.min(tie.size - tie.hits + 1, k - tie.before);
  let expected = 0;
  let missed = 1;
  for (let taken = 0; taken < places; taken++) {
    const left = tie.size - taken;
    expected += (missed * tie.hits) / left / (tie.before + taken + 1);
    missed *= (left - tie.hits) / left;
  }
  return expected;
}

/** The expected sum of the precisions at the relevant items among the first k. */
function precisionSum(ties: readonly Tie[], k: number): number {
  let sum = 0;
  for (const { before, hitsBefore, size, hits } of ties) {
    if (before >= k) break;
    if (hits === 0) continue;
    // Relevant items that stand above a relevant one within the tie, for each place above it.
    const companions = size > 1 ? (hits - 1) / (size - 1) : 0;
    const places = Math.min(size, k - before);
    for (let above = 0; above < places; above++)
      sum += ((hits / size) * (hitsBefore + 1 + above * companions)) / (before + above + 1);
  }
  return sum;
}

interface Family {
  readonly name: string;
  readonly title: string;
  readonly cutoffs: readonly Cutoff[];
  readonly interval: 'wilson' | 'student-t';
  readonly params?: Readonly<Record<string, string>>;
  /** What is averaged over queries, given the words for the cut-off. */
  readonly definition: (first: string) => string;
  readonly value: (query: Query, k: number) => number;
}

const FAMILIES: readonly Family[] = [
  {
    name: 'mrr',
    title: 'Mean reciprocal rank',
    cutoffs: [undefined, 10],
    interval: 'student-t',
    definition: (first) => `Mean over queries of 1 / rank of the first relevant item among ${first}, else 0`,
    value: reciprocalRank,
  },
  {
    name: 'map',
    title: 'Mean average precision',
    cutoffs: [undefined, 5, 10],
    interval: 'student-t',
    params: { denominator: 'min(k, relevant)' },
    definition: (first) =>
      `Mean over queries of the sum of the precisions at the relevant items among ${first}, by the relevant items that could be there`,
    value: ({ ties, relevant }, k) => precisionSum(ties, k) / Math.min(k, relevant),
  },
  {
    name: 'precision',
    title: 'Precision',
    cutoffs: [1, 5, 10],
    interval: 'student-t',
    params: { denominator: 'k' },
    definition: (first) =>
      `Mean over queries of the relevant items among ${first}, by k even where fewer items are ranked`,
    value: (query, k) => expectedHits(query, k) / k,
  },
  {
    name: 'recall',
    title: 'Recall',
    cutoffs: [5, 10],
    interval: 'student-t',
    definition: (first) => `Mean over queries of the share of the relevant items that are among ${first}`,
    value: (query, k) => expectedHits(query, k) / query.relevant,
  },
  {
    name: 'hit_rate',
    title: 'Hit rate',
    cutoffs: [1, 5, 10],
    interval: 'wilson',
    definition: (first) => `Share of queries with a relevant item among ${first}`,
    value: hitChance,
  },
];

const firstItems = (k: Cutoff): string => {
  if (k === undefined) return 'all items';
  return k === 1 ? 'the first item' : `the first ${k} items`;
};

function metricAt(
  { name, title, interval, params, definition, value }: Family,
  k: Cutoff,
): MeanMetric<RankingRows> {
  return {
    ...rankingCommon,
    ...atCutoff(name, title, k),
    interval,
    params: { ...(k !== undefined && { k }), ...params, ...rankingChoices },
    definition: `${definition(firstItems(k))}; expected over the orders of tied scores (McSherry and Najork, 2008), relevant above 0, queries without relevant items left out.`,
    perRow: (rows) => perQuery(rows, (query) => value(query, cutAt(k))),
  };
}

/** Metrics of a ranking that know items only as relevant or not. */
export const retrievalMetrics: readonly MeanMetric<RankingRows>[] = FAMILIES.flatMap((family) =>
  family.cutoffs.map((k) => metricAt(family, k)),
);
