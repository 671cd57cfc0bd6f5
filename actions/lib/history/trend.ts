import type { Trend } from '../documents/gate.ts';
import type { HistoryPoint } from '../policy/history.ts';

/** A commit with its metrics, as far as a trend needs it. */
export type TrendPoint = Pick<HistoryPoint, 'commit' | 'created' | 'metrics'>;

/**
 * A metric on all rows over the newest commits, oldest first; commits without it are left out.
 *
 * @param candidate - the commit under judgement, which comes last
 * @param last - points at most
 * @returns `undefined` where the candidate or all of the history lack the metric: that is no trend
 */
export function trendOf(
  history: readonly HistoryPoint[],
  candidate: TrendPoint,
  metric: string,
  last = 20,
): Trend | undefined {
  const valueAt = ({ metrics }: TrendPoint) =>
    metrics.find(({ name, slice }) => name === metric && slice === undefined)?.value;
  if (valueAt(candidate) === undefined) return undefined;
  const points = [...history, candidate].flatMap((point) => {
    const value = valueAt(point);
    return value === undefined ? [] : [{ commit: point.commit, created: point.created, value }];
  });
  return points.length < 2 ? undefined : { metric, points: points.slice(-last) };
}
