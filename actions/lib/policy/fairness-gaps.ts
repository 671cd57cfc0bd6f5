import type { Fairness, MetricValue } from '../documents/metrics.ts';
import { didYouMean } from '../nearest-name.ts';
import { entryOf, type MetricEntry, type MetricsView } from './metrics-view.ts';
import { canonicalSlice } from './slice-name.ts';

/** A column's name, or those of a product, however its parts are joined: `gender,age` and `gender × age` are one. */
const columnName = (by: string): string =>
  by
    .split(/[,×]/)
    .map((part) => part.trim())
    .sort()
    .join(' × ');

const groupsBy = ({ document }: MetricsView, by: string): Fairness | undefined =>
  document?.fairness?.find((fairness) => columnName(fairness.by) === columnName(by));

/**
 * The gap between the groups of a column, such as `equalized_odds_difference` by `gender`. Between fewer than two
 * groups there is none, whatever the document says: that a group is too small to be told about does not make a
 * model fair.
 */
export function gapEntry(view: MetricsView, metric: string, by: string): MetricEntry | undefined {
  const fairness = groupsBy(view, by);
  const gap = fairness?.gaps.find(({ name }) => name === metric);
  if (fairness === undefined || gap === undefined) return undefined;
  const entry = entryOf(gap);
  if (fairness.groups.length >= 2) return entry;
  const found = fairness.groups.map(({ group }) => group).join(', ');
  const problem = `a gap lies between two groups at least, and ${found === '' ? `no group of ${by} is` : `of ${by} only ${found} is`} large enough`;
  return { ...entry, value: null, ci: undefined, problem };
}

/** Whose gap it is and who is not part of it, for the end of a reason; empty where there is nothing to say. */
export function groupsNote(view: MetricsView, metric: string, by: string): string {
  const fairness = groupsBy(view, by);
  const gap = fairness?.gaps.find(({ name }) => name === metric);
  return [apart(gap), excludedText(fairness)].filter((text) => text !== '').join('; ');
}

function apart(gap: MetricValue | undefined): string {
  const { min_group: low, max_group: high } = gap?.params ?? {};
  return gap?.value == null || low === undefined || high === undefined
    ? ''
    : `lowest for ${low}, highest for ${high}`;
}

function excludedText(fairness: Fairness | undefined): string {
  const groups = (fairness?.excluded ?? []).map(
    ({ group, n, reason }) => `${group} (${n} ${n === 1 ? 'row' : 'rows'}, ${reason})`,
  );
  return groups.length === 0 ? '' : `not part of it: ${groups.join(', ')}`;
}

/** Why a gap cannot be had, with what the document holds instead. */
export function whyNoGap(view: MetricsView, metric: string, by: string): string {
  const { document, location } = view;
  const columns = (document?.fairness ?? []).map((fairness) => fairness.by);
  if (columns.length === 0) return `${location} compares no groups; evaluate with fairness: ${by}`;
  const fairness = groupsBy(view, by);
  if (fairness === undefined)
    return `${location} does not compare the groups of ${by}${didYouMean(by, columns) || `; it compares those of ${columns.join(', ')}`}`;
  const names = fairness.gaps.map(({ name }) => name);
  return `${location} does not hold ${metric} between the groups of ${by}${didYouMean(metric, names) || `; it holds ${names.slice(0, 12).join(', ')}`}`;
}

/** The groups of a column as slices, named as rows name them. */
export const groupSlices = (view: MetricsView, by: string): readonly string[] => {
  const fairness = groupsBy(view, by);
  const columns = fairness?.by.split(' × ') ?? [];
  return (fairness?.groups ?? []).map(({ group }) => {
    const values = columns.length === 1 ? [group] : group.split(' × ');
    return canonicalSlice(columns.map((column, part) => `${column}=${values[part]}`).join(','));
  });
};

/** The columns between whose groups a metric was compared. */
export const columnsWithGap = ({ document }: MetricsView, metric: string): readonly string[] =>
  (document?.fairness ?? [])
    .filter(({ gaps }) => gaps.some(({ name }) => name === metric))
    .map(({ by }) => by);
