/** How many of the first items count: a number, or all of them. */
export type Cutoff = number | undefined;

/** The ids, titles and params of a metric at a cut-off. */
export const atCutoff = (name: string, title: string, k: Cutoff) => ({
  id: k === undefined ? name : `${name}_at_${k}`,
  aliases: k === undefined ? [] : [`${name}@${k}`],
  title: k === undefined ? title : `${title} at ${k}`,
});

/** What all metrics of a ranking have in common. */
export const rankingCommon = {
  direction: 'higher',
  range: [0, 1],
  tasks: ['ranking'],
  needs: 'labels',
  kind: 'mean',
  missing: 'no query has a relevant item',
} as const;

/** How ties and queries without relevant items are treated; part of every definition. */
export const rankingChoices = { ties: 'expected', no_relevant: 'skip' } as const;
