import type { Trend } from '../documents/gate.ts';
import type { HistoryPoint } from '../policy/history.ts';

/** The value of the commit under judgement; `undefined` where it has none. */
export interface TrendEnd {
  readonly commit: string;
  readonly created: string;
  readonly value: number | undefined;
}

/**
 * A metric on all rows over the newest commits, oldest first, with the commit under judgement last; commits without it
 * are left out.
 *
 * @param last - points at most
 * @returns `undefined` where the candidate or all of the history lack the metric: that is no trend
 */
export function trendOf(
  history: readonly HistoryPoint[],
  metric: string,
  { commit, created, value }: TrendEnd,
  last = 20,
): Trend | undefined {
  if (value === undefined) return undefined;
  const before = history.flatMap((point) => {
    const found = point.metrics.find(({ name, slice }) => name === metric && slice === undefined);
    return found === undefined ? [] : [{ commit: point.commit, created: point.created, value: found.value }];
  });
  if (before.length === 0) return undefined;
  return { metric, points: [...before, { commit, created, value }].slice(-last) };
}
