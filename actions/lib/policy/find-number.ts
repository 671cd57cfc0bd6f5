import { metricByName } from '../metrics/catalog.ts';
import { gapEntry } from './fairness-gaps.ts';
import type { MetricEntry, MetricsView } from './metrics-view.ts';
import type { Gate } from './policy.ts';

/** The numbers of a name on a slice: by the exact name where there is one, else by the catalog's name for it. */
export function numbersNamed(
  { entries }: MetricsView,
  metric: string,
  slice: string | undefined,
): readonly MetricEntry[] {
  const on = (name: string): readonly MetricEntry[] =>
    entries.filter((entry) => entry.name === name && entry.slice === slice);
  const exact = on(metric.normalize('NFC'));
  if (exact.length > 0) return exact;
  const known = metricByName(metric)?.id;
  return known === undefined ? [] : on(known);
}

/** The number a gate looks at, on all rows, on a slice or between groups. */
export function findNumber(
  view: MetricsView,
  { metric, target }: Pick<Gate, 'metric' | 'target'>,
  slice: string | undefined,
): MetricEntry | undefined {
  return target.kind === 'groups' ? gapEntry(view, metric, target.by) : numbersNamed(view, metric, slice)[0];
}

/** Whether a number has the name that was asked for, or the catalog's name for it. */
export const isNamed = (name: string, asked: string): boolean =>
  name === asked.normalize('NFC') || name === metricByName(asked)?.id;
