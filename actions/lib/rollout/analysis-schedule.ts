import { durationText } from '../duration.ts';
import { type MetricTally, passedEnough } from './metric-tally.ts';
import type { AnalysisSpec, MetricSpec, Rollout, RolloutStep } from './rollout.ts';

/** A source that gave an error is asked again after this time. Source: Argo Rollouts' default. */
const ERROR_RETRY_MS = 10_000;

/** A bake and when its weight was applied, in milliseconds since 1970. */
export interface Bake {
  readonly since: number;
  readonly bakeMs: number;
}

/** How often an analysis measures in a bake of this length: its count, else what fits in, at least once. */
const measurementCount = ({ count, intervalMs }: AnalysisSpec, bakeMs: number): number =>
  count ?? Math.max(1, Math.floor(bakeMs / intervalMs));

/**
 * When the measurement of this number, from 1, is due, in milliseconds after the weight was applied: after each
 * interval, and the last one at the end of the bake, so that nothing of it goes unseen.
 */
const plannedTime = (spec: AnalysisSpec, bakeMs: number, number: number): number =>
  spec.count === undefined && number === measurementCount(spec, bakeMs) ? bakeMs : number * spec.intervalMs;

/** When an analysis measures, in milliseconds after the weight was applied, ascending. */
export const measurementTimes = (spec: AnalysisSpec, bakeMs: number): readonly number[] =>
  Array.from({ length: measurementCount(spec, bakeMs) }, (_, index) => plannedTime(spec, bakeMs, index + 1));

/** How often a metric is looked at in a bake that is extended as far as it may be. */
export const looksOf = (spec: AnalysisSpec, metric: MetricSpec, bakeMs: number): number =>
  metric.consecutiveSuccess === 1
    ? measurementCount(spec, Math.max(bakeMs, metric.maxBakeMs ?? 0))
    : longestRow(spec, metric, bakeMs);

/** When a bake that waits for something ends, in milliseconds after the weight was applied. */
const latestEnd = ({ maxBakeMs = 0 }: MetricSpec, bakeMs: number): number => Math.max(bakeMs, maxBakeMs);

/** How many measurements in a row a bake has room for, if it is extended as far as it may be. */
export function longestRow(spec: AnalysisSpec, metric: MetricSpec, bakeMs: number): number {
  const planned = measurementCount(spec, bakeMs);
  const left = latestEnd(metric, bakeMs) - plannedTime(spec, bakeMs, planned);
  return planned + Math.max(0, Math.ceil(left / spec.intervalMs));
}

/** How long a step takes from its weight to its verdict: its bake, or longer when the measurements take longer. */
export const stepLengthMs = (step: RolloutStep): number =>
  step.kind === 'approval' ? 0 : bakeLengthMs(step.analysis, step.bakeMs);

/** How long a bake lasts that nothing extends. */
export const bakeLengthMs = (analysis: readonly AnalysisSpec[], bakeMs: number): number =>
  Math.max(bakeMs, ...analysis.map((spec) => plannedTime(spec, bakeMs, measurementCount(spec, bakeMs))));

/** How long all steps take at least; approvals come on top. */
export const rolloutLengthMs = ({ steps }: Pick<Rollout, 'steps'>): number =>
  steps.reduce((sum, step) => sum + stepLengthMs(step), 0);

/** Why a rollout cannot be waited for inside of one job of this length, if so. */
export function inlineProblem(rollout: Pick<Rollout, 'steps'>, limitMs: number): string | undefined {
  const length = rolloutLengthMs(rollout);
  return length > limitMs
    ? `the steps wait ${durationText(length)} in all, but this job may wait ${durationText(limitMs)} at most; use wait: checkpoint, which waits between jobs`
    : undefined;
}

/**
 * When a metric is to be measured next, in milliseconds since 1970; a time that is past means now, and makes up for all
 * that was missed. `undefined`: never again in this bake.
 *
 * A bake ends on a measurement that passed. While the newest one failed or was inconclusive, and that is tolerated, it
 * is repeated each interval; while samples, data or several passes in a row are waited for, likewise, up to the end of
 * the bake or `max-bake`. Runs that come late may leave fewer measurements than there are wanted in a row: those that
 * were missed are then taken after the bake.
 */
export function nextMeasurement(
  spec: AnalysisSpec,
  metric: MetricSpec,
  { since, bakeMs }: Bake,
  tally: MetricTally,
): number | undefined {
  const { at, says } = tally;
  const planned = nextPlanned(spec, { since, bakeMs }, at);
  if (at === null || says === null) return planned;
  if (says === 'error') return Math.min(planned ?? Number.POSITIVE_INFINITY, at + ERROR_RETRY_MS);
  if (planned !== undefined || passedEnough(metric, tally)) return planned;
  const row = metric.consecutiveSuccess > 1;
  if (!row && says !== 'wait') return at + spec.intervalMs;
  const latest = since + latestEnd(metric, bakeMs);
  if (at < latest) return Math.min(at + spec.intervalMs, latest);
  const missed = tally.measured - tally.errors < measurementCount(spec, bakeMs);
  return row && missed ? at + spec.intervalMs : undefined;
}

/** The first planned time after the newest measurement. */
export function nextPlanned(
  spec: AnalysisSpec,
  { since, bakeMs }: Bake,
  at: number | null,
): number | undefined {
  const count = measurementCount(spec, bakeMs);
  if (at === null) return since + plannedTime(spec, bakeMs, 1);
  if (at >= since + plannedTime(spec, bakeMs, count)) return undefined;
  const number = Math.max(0, Math.floor((at - since) / spec.intervalMs)) + 1;
  return since + plannedTime(spec, bakeMs, Math.min(number, count));
}
