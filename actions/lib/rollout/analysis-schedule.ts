import type { AnalysisSpec, RolloutStep } from './rollout.ts';

/** How often an analysis measures in a step of this bake: its count, else what fits into the bake, at least once. */
export const measurementCount = ({ count, intervalMs }: AnalysisSpec, bakeMs: number): number =>
  count ?? Math.max(1, Math.floor(bakeMs / intervalMs));

/**
 * When an analysis measures, in milliseconds after the weight was applied, ascending: after each interval; a
 * single measurement without a count is taken at the end of the bake.
 */
export function measurementTimes(spec: AnalysisSpec, bakeMs: number): readonly number[] {
  const count = measurementCount(spec, bakeMs);
  if (spec.count === undefined && bakeMs < spec.intervalMs) return [bakeMs];
  return Array.from({ length: count }, (_, index) => (index + 1) * spec.intervalMs);
}

/** How long a step takes from its weight to its verdict: its bake, or longer when the measurements take longer. */
export const stepLengthMs = ({ bakeMs, analysis }: RolloutStep): number =>
  Math.max(bakeMs, ...analysis.map((spec) => measurementTimes(spec, bakeMs).at(-1) ?? 0));
