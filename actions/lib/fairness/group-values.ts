import type { MetricValue } from '../documents/metrics.ts';
import type { NumberRows } from '../metrics/rows.ts';
import { type Bounds, studentT, wilson } from '../stats/intervals.ts';
import { meanEstimate } from '../stats/mean.ts';
import { runningDeviation } from '../stats/running-deviation.ts';
import type { GroupRate } from './group-rates.ts';
import type { JointSums } from './joint-draws.ts';
import type { RateDraws } from './rate-draws.ts';

/** A rate of one group with its interval: Wilson's of a share, Student's t of a mean. */
export function groupValue(joint: JointSums, draws: RateDraws, group: number, level: number): MetricValue {
  const { rate } = draws;
  const isShare = rate.task !== 'regression';
  const n = rateRows(joint, rate, group);
  const value = draws.observed[group] ?? Number.NaN;
  const described = {
    name: rate.id,
    direction: rate.direction,
    kind: isShare ? 'confusion' : 'mean',
    n,
  } as const;
  if (Number.isNaN(value)) return { ...described, value: null, undefined: rate.missing };
  const bounds = isShare ? shareBounds(joint, draws, group, level) : meanBounds(joint, draws, group, level);
  const method = `${isShare ? 'wilson' : 'student-t'}${joint.rows.clusters ? '-clustered' : ''}`;
  return { ...described, value, ...(bounds && { ci: { ...bounds, level, method } }) };
}

/** How many rows a rate rests on: those of its denominator. */
const rateRows = ({ counts, width }: JointSums, rate: GroupRate, group: number): number =>
  rate.parts(counts, group * width)[1];

/** Weighted rows count as many as carry the same information, clusters as many as leave a share as uncertain. */
function shareBounds(joint: JointSums, draws: RateDraws, group: number, level: number): Bounds | undefined {
  const { observed, squares, width, rows } = joint;
  const share = draws.observed[group] ?? 0;
  const [, mass] = draws.rate.parts(observed, group * width);
  const [, squared] = draws.rate.parts(squares, group * width);
  const worth = (mass * mass) / squared;
  if (!rows.clusters) return wilson(share * worth, worth, level);
  const error = drawnError(draws, group);
  const alike = error > 0 ? Math.min(worth, (share * (1 - share)) / error ** 2) : clustersOf(joint, group);
  return wilson(share * alike, alike, level);
}

function meanBounds(joint: JointSums, draws: RateDraws, group: number, level: number): Bounds | undefined {
  const value = draws.observed[group] ?? 0;
  if (joint.rows.clusters)
    return studentT(value, drawnError(draws, group), clustersOf(joint, group) - 1, level);
  const [from, to] = rangeOf(joint, group);
  const { weights, ...rows } = joint.rows as NumberRows;
  const values = new Float64Array(to - from);
  for (let row = from; row < to; row++)
    values[row - from] = draws.rate.of?.(rows.actual[row] ?? 0, rows.predicted[row] ?? 0) ?? Number.NaN;
  const { standardError, drawn } = meanEstimate(values, weights?.subarray(from, to));
  return studentT(value, standardError, drawn - 1, level);
}

/** Where a group's rows begin and end. */
const rangeOf = ({ starts }: JointSums, group: number): readonly [number, number] => [
  starts[group] ?? 0,
  starts[group + 1] ?? 0,
];

/** How many clusters a group's rows come from. */
function clustersOf(joint: JointSums, group: number): number {
  const [from, to] = rangeOf(joint, group);
  return new Set(joint.rows.clusters?.subarray(from, to)).size;
}

/** The standard deviation of a group's rate over the draws; 0 where it does not vary. */
const drawnError = ({ observed, drawn }: RateDraws, group: number): number =>
  runningDeviation(
    drawn.length / observed.length,
    (draw) => drawn[draw * observed.length + group] ?? Number.NaN,
  );
