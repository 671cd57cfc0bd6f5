import type { Threshold } from '../../stats/threshold.ts';

/** An end of an interval: a number, and whether it belongs to it. */
interface End {
  readonly at: number;
  readonly closed: boolean;
}

interface Interval {
  readonly low: End;
  readonly high: End;
}

/** The numbers a limit accepts: intervals that do not meet, ascending. */
export type Accepted = readonly Interval[];

const open = (at: number): End => ({ at, closed: false });
const closed = (at: number): End => ({ at, closed: true });
const BELOW = open(Number.NEGATIVE_INFINITY);
const ABOVE = open(Number.POSITIVE_INFINITY);

/**
 * The numbers a limit accepts.
 *
 * @param least - the least number that can be measured: 0 for counts
 */
export function acceptedNumbers(threshold: Threshold, least: number): Accepted {
  const domain: Interval = { low: Number.isFinite(least) ? closed(least) : BELOW, high: ABOVE };
  return intervalsOf(threshold)
    .map((interval) => intersection(interval, domain))
    .filter((interval) => interval !== undefined);
}

function intervalsOf(threshold: Threshold): readonly Interval[] {
  if (threshold.kind === 'range') {
    const [low, high] = threshold.value;
    return threshold.operator === 'mustBeBetween'
      ? [{ low: closed(low), high: closed(high) }]
      : [
          { low: BELOW, high: open(low) },
          { low: open(high), high: ABOVE },
        ];
  }
  const { operator, value } = threshold;
  switch (operator) {
    case 'mustBe':
      return [{ low: closed(value), high: closed(value) }];
    case 'mustNotBe':
      return [
        { low: BELOW, high: open(value) },
        { low: open(value), high: ABOVE },
      ];
    case 'mustBeGreaterThan':
      return [{ low: open(value), high: ABOVE }];
    case 'mustBeGreaterOrEqualTo':
      return [{ low: closed(value), high: ABOVE }];
    case 'mustBeLessThan':
      return [{ low: BELOW, high: open(value) }];
    case 'mustBeLessOrEqualTo':
      return [{ low: BELOW, high: closed(value) }];
    default:
      return operator satisfies never;
  }
}

/** Whether all numbers of one set are in another: one interval of the other must hold each of its intervals. */
export const isWithin = (inner: Accepted, outer: Accepted): boolean =>
  inner.every((interval) => outer.some((other) => holds(other, interval)));

/** Whether a limit allows nothing but 0, of numbers that are not negative. */
export const isNone = (threshold: Threshold): boolean =>
  acceptedNumbers(threshold, 0).every(({ low, high }) => low.at === 0 && high.at === 0);

const holds = (outer: Interval, inner: Interval): boolean =>
  (outer.low.at < inner.low.at ||
    (outer.low.at === inner.low.at && (outer.low.closed || !inner.low.closed))) &&
  (outer.high.at > inner.high.at ||
    (outer.high.at === inner.high.at && (outer.high.closed || !inner.high.closed)));

function intersection(a: Interval, b: Interval): Interval | undefined {
  const low = a.low.at > b.low.at || (a.low.at === b.low.at && !a.low.closed) ? a.low : b.low;
  const high = a.high.at < b.high.at || (a.high.at === b.high.at && !a.high.closed) ? a.high : b.high;
  const empty = low.at > high.at || (low.at === high.at && !(low.closed && high.closed));
  return empty ? undefined : { low, high };
}
