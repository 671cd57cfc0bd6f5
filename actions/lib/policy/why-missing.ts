import { didYouMean } from '../nearest-name.ts';
import { columnsWithGap, whyNoGap } from './fairness-gaps.ts';
import { isNamed } from './find-number.ts';
import type { MetricsView } from './metrics-view.ts';
import type { Gate } from './policy.ts';

const SHOWN = 12;

const listed = (names: Iterable<string>): string => {
  const all = [...names];
  return `${all.slice(0, SHOWN).join(', ')}${all.length > SHOWN ? ` and ${all.length - SHOWN} more` : ''}`;
};

/** Why a gate's metric is not there, with the nearest that is. */
export function whyMissing(view: MetricsView, { metric, target }: Gate, slice: string | undefined): string {
  if (target.kind === 'groups') return whyNoGap(view, metric, target.by);
  const { entries, location } = view;
  const here = entries.filter(({ name }) => isNamed(name, metric));
  if (here.length === 0) return `${location} does not hold ${metric}${otherMetrics(view, metric)}`;
  const slices = new Set(here.flatMap((entry) => entry.slice ?? []));
  if (slice === undefined)
    return `${location} holds ${metric} on slices only, ${listed(slices)}; name one, or measure it on all rows`;
  return `${whySliceMissing(view, slice) ?? `${location} does not hold ${metric} on the slice ${slice}`}${didYouMean(slice, slices) || (slices.size === 0 ? '; it holds it on all rows only' : `; it holds it on ${listed(slices)}`)}`;
}

function otherMetrics(view: MetricsView, metric: string): string {
  const columns = columnsWithGap(view, metric);
  if (columns.length > 0)
    return `, it is a gap between groups; say which with group-by: ${columns.join(' or ')}`;
  const names = new Set(view.entries.map(({ name }) => name));
  if (names.size === 0) return '; it holds no metric at all';
  return didYouMean(metric, names) || `; it holds ${listed(names)}`;
}

/** A slice that the evaluation left out says itself why. */
function whySliceMissing({ document }: MetricsView, slice: string): string | undefined {
  const parts = slice.split(',');
  const excluded = document?.excludedGroups.find((group) =>
    Object.entries(group.slice).every(([column, value]) => parts.includes(`${column}=${value}`)),
  );
  return (
    excluded && `the slice ${slice} was left out of the evaluation: ${excluded.reason} (n = ${excluded.n})`
  );
}
