import type { Digest } from '../digest.ts';
import { metricByName } from '../metrics/catalog.ts';
import type { HistoryPoint, HistoryValue } from './history.ts';
import type { Question } from './judgement.ts';
import { dataDigestOf, type MetricEntry, type MetricsView } from './metrics-view.ts';
import type { Policy, Versus } from './policy.ts';
import { numberText } from './words.ts';

/** The history of a branch, and whose it is. */
export interface BranchHistory {
  /** Oldest first; `undefined` when no history is kept. */
  readonly points: readonly HistoryPoint[] | undefined;
  /** The branch whose commits were judged; `undefined` when the caller does not say. */
  readonly branch: string | undefined;
}

/** The best value of a metric among the newest commits. */
export interface Best {
  readonly entry: MetricEntry;
  /** Which commit it is of, in words. */
  readonly note: string;
  /** Not known to be about the same test data: may warn at most. */
  readonly advisory: boolean;
}

/** Why there is none, as the status of a gate. */
export interface NoBest {
  readonly status: 'no-baseline' | 'refused';
  readonly reason: string;
}

type BestOf = Versus & { readonly kind: 'best-of' };

/** A ratchet in words: `best of 20 on main`. */
export const bestOfText = ({ last, branch }: BestOf): string =>
  `best of ${last}${branch === undefined ? '' : ` on ${branch}`}`;

const RULES: ReadonlySet<Question['gate']['rule']['kind']> = new Set(['max-regression', 'non-inferior']);

/**
 * The best value of a metric among the newest commits of a branch, which a candidate may not fall too far below:
 * without it, many small losses that were each within their tolerance add up unseen.
 *
 * Commits that were judged `fail` do not count, because they were never a model to hold on to; nor do commits on other
 * test data while `same-dataset` is `required`, nor those older than `max-age`. When that leaves none there is no
 * baseline: on new test data the ratchet begins anew. The best of several measured values owes something to luck, so
 * the tolerance should be wider than that of a comparison with one baseline.
 */
export function bestOf(
  question: Question,
  versus: BestOf,
  { points, branch }: BranchHistory,
  candidate: MetricsView,
  evidence: Policy['evidence'],
  now: number,
): Best | NoBest {
  if (!RULES.has(question.gate.rule.kind))
    return {
      status: 'refused',
      reason: 'the best of a history is compared with by max-regression or non-inferior only',
    };
  const reason = noHistory(points, branch, versus);
  if (points === undefined || reason !== undefined) return { status: 'no-baseline', reason: reason ?? '' };
  const newest = points.slice(-versus.last);
  const accepted = newest.filter((point) => wasAccepted(point, evidence.maxAgeMs, now));
  const same = accepted.filter((point) => !isOnOtherData(point, dataDigestOf(candidate)));
  const onSame = valuesOf(evidence.sameDataset === 'off' ? accepted : same, question);
  const advisory = onSame.length === 0 && evidence.sameDataset === 'preferred';
  const found = advisory ? valuesOf(accepted, question) : onSame;
  const best = largest(found, question.direction === 'lower' ? -1 : 1);
  if (best === undefined)
    return {
      status: 'no-baseline',
      reason: `none of the ${newest.length} newest commits of the history has ${question.gate.metric} to compare with${whyNone(newest.length - accepted.length, accepted.length - same.length)}`,
    };
  return {
    entry: entryOfPoint(best.value, question.entry),
    note: `the best of ${found.length}, ${numberText(best.value.value)} at ${best.point.commit.slice(0, 7)}, of which the history keeps no rows`,
    advisory,
  };
}

/** Why a history cannot be compared with; `undefined` when it can. */
function noHistory(
  points: readonly HistoryPoint[] | undefined,
  branch: string | undefined,
  versus: BestOf,
): string | undefined {
  if (points === undefined)
    return 'there is no history to compare with; set the input history to branch:<name>, and runs on the default branch keep it there';
  if (points.length === 0)
    return 'the history holds no commit yet; the next run on the default branch writes the first';
  return versus.branch !== undefined && branch !== undefined && versus.branch !== branch
    ? `the history is that of ${branch}, the gate asks for ${versus.branch}`
    : undefined;
}

const wasAccepted = (
  { verdict, created }: HistoryPoint,
  maxAgeMs: number | undefined,
  now: number,
): boolean => verdict !== 'fail' && (maxAgeMs === undefined || now - Date.parse(created) <= maxAgeMs);

const isOnOtherData = ({ datasetDigest }: HistoryPoint, digest: Digest | undefined): boolean =>
  digest !== undefined && datasetDigest !== undefined && datasetDigest !== digest;

/** The best of some values, the first where several are equally good. */
const largest = (found: readonly Found[], sign: 1 | -1): Found | undefined =>
  found.reduce<Found | undefined>(
    (best, one) => (best === undefined || sign * one.value.value > sign * best.value.value ? one : best),
    undefined,
  );

interface Found {
  readonly point: HistoryPoint;
  readonly value: HistoryValue;
}

function valuesOf(points: readonly HistoryPoint[], { entry, gate, slice }: Question): readonly Found[] {
  const names = new Set([entry.name, gate.metric, metricByName(gate.metric)?.id]);
  return points.flatMap((point) => {
    const value = point.metrics.find((metric) => names.has(metric.name) && metric.slice === slice);
    return value === undefined ? [] : [{ point, value }];
  });
}

function whyNone(failed: number, other: number): string {
  const parts = [
    ...(failed > 0 ? [`${failed} failed or are too old`] : []),
    ...(other > 0 ? [`${other} are about other test data`] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/**
 * The number of a point beside the candidate's: one evaluation measured both, so their intervals have one level. The
 * history keeps no counts of rows; those of the candidate stand for both, or no gate with `min-rows` could be decided.
 */
const entryOfPoint = ({ value, low, high }: HistoryValue, like: MetricEntry): MetricEntry => ({
  ...like,
  value,
  problem: undefined,
  ci:
    low === undefined || high === undefined || like.ci === undefined
      ? undefined
      : { low, high, level: like.ci.level, method: like.ci.method },
});
