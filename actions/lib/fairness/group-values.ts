import type { MetricValue } from '../documents/metrics.ts';
import { selectRows } from '../metrics/select-rows.ts';
import { clustersOf } from '../stats/clusters.ts';
import { type Bounds, studentT, wilson } from '../stats/intervals.ts';
import { effectiveRows, meanEstimate } from '../stats/mean.ts';
import { type FairRows, GROUP_WIDTH, type GroupRate, outcomeOf } from './group-rates.ts';

/** For each row of a rate's denominator what it adds to the numerator; NaN for other rows. */
function rateValues(rate: GroupRate, rows: FairRows): Float64Array {
  const values = new Float64Array(rows.count);
  const width = GROUP_WIDTH[rows.task];
  const sums = new Float64Array(width);
  for (let row = 0; row < rows.count; row++) {
    sums.fill(0);
    if (rows.task === 'regression') {
      const predicted = rows.predicted[row] ?? 0;
      sums.set([1, predicted, Math.abs((rows.actual[row] ?? 0) - predicted)]);
    } else sums[outcomeOf(rows, row)] = 1;
    const [part, whole] = rate.parts(sums, 0);
    values[row] = whole > 0 ? part : Number.NaN;
  }
  return values;
}

/** A rate of one group with its interval: Wilson's of a share, Student's t of a mean. */
export function groupValue(rate: GroupRate, group: FairRows, level: number): MetricValue {
  const values = rateValues(rate, group);
  const indexes = Uint32Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  const own = selectRows(group, indexes) as FairRows;
  const described = {
    name: rate.id,
    direction: rate.direction,
    kind: group.task === 'regression' ? 'mean' : 'confusion',
    n: own.count,
  } as const;
  const clusters = own.clusters && clustersOf(own.clusters);
  const { mean, standardError, rows, drawn } = meanEstimate(
    Float64Array.from(indexes, (row) => values[row] ?? 0),
    own.weights,
    clusters,
  );
  if (rows === 0) return { ...described, value: null, undefined: rate.missing };
  const isShare = group.task !== 'regression';
  const bounds = isShare
    ? shareBounds(mean, own, clusters && { standardError, drawn }, level)
    : studentT(mean, standardError, drawn - 1, level);
  const method = `${isShare ? 'wilson' : 'student-t'}${clusters ? '-clustered' : ''}`;
  return { ...described, value: mean, ...(bounds && { ci: { ...bounds, level, method } }) };
}

/** Weighted rows count as many as carry the same information, clusters as many as leave a share as uncertain. */
function shareBounds(
  share: number,
  { count, weights }: FairRows,
  clustered: { readonly standardError: number | undefined; readonly drawn: number } | undefined,
  level: number,
): Bounds | undefined {
  const worth = effectiveRows(count, weights);
  if (!clustered) return wilson(share * worth, worth, level);
  const { standardError, drawn } = clustered;
  const known = standardError !== undefined && standardError > 0;
  const rows = known ? Math.min(count, (share * (1 - share)) / standardError ** 2) : drawn;
  return wilson(share * rows, rows, level);
}
