import type { Fairness } from '../documents/metrics.ts';
import { gapsOf, gapValue } from './gaps.ts';
import { type FairRows, ratesOf } from './group-rates.ts';
import { groupValue } from './group-values.ts';
import { admitGroups, type Groups } from './groups.ts';
import { jointSums } from './joint-draws.ts';
import { drawRates } from './rate-draws.ts';

/** How groups are compared. */
export interface FairnessSettings {
  /** Groups with fewer rows are excluded, and named. */
  readonly minGroupRows: number;
  /** Nominal coverage, for example 0.95. */
  readonly confidence: number;
  /** Draws of all groups together. */
  readonly resamples: number;
  readonly seed: number;
}

/**
 * Rates of each group and how far apart they lie: what Fairlearn's MetricFrame says, and how sure it is.
 *
 * A gap is the largest of many differences, so that chance alone makes it larger, and a resampled one larger still. Its
 * interval is therefore made of those of all pairs of groups that hold together: all rates of all groups are drawn
 * together, and each pair's difference (or logarithm of the ratio) is off by no more than so many of its standard
 * errors in `confidence` of the draws. The gap is at least the largest of the lower ends and at most the largest of the
 * upper ones. So the interval holds 0 (of a ratio: 1) where no two groups differ for certain.
 */
export function fairnessOf(rows: FairRows, groups: Groups, settings: FairnessSettings): Fairness {
  const { confidence, resamples } = settings;
  const admitted = admitGroups(groups, rows.weights, settings.minGroupRows);
  const names = admitted.groups.map(({ name }) => name);
  const joint = jointSums(rows, admitted.groups, settings);
  const rates = ratesOf(rows.task);
  const drawn = drawRates(joint, rates, resamples);
  const source = {
    by: groups.column,
    names,
    n: joint.rows.count,
    rates: drawn,
    confidence,
    method: rows.clusters ? 'bootstrap-simultaneous-clustered' : 'bootstrap-simultaneous',
  };
  return {
    by: groups.column,
    groups: admitted.groups.map(({ name, rows: own }, group) => ({
      group: name,
      n: own.length,
      metrics: drawn.map((draws) => groupValue(joint, draws, group, confidence)),
    })),
    excluded: admitted.excluded,
    gaps: gapsOf(rates).map((gap) => gapValue(gap, source)),
  };
}
