import type { WatchedMetric } from '../../lib/documents/promotion.ts';
import { type Condition, conditionText } from '../../lib/rollout/condition.ts';
import type { Comparison } from '../../lib/rollout/rollout.ts';
import type { AnalysisFinding } from './run-analysis.ts';

const text = (condition: Condition | undefined): string | null =>
  condition === undefined ? null : conditionText(condition);

const compareText = (compare: Comparison | undefined): string | null => {
  if (compare === undefined) return null;
  return compare.test === 'ratio'
    ? `more than ${compare.maxRatio} times the stable version's`
    : `higher than the stable version's by more than ${compare.maxIncrease} at a confidence of ${compare.confidence}`;
};

/** The metrics of an analysis as documents hold them. */
export const watchedMetrics = (finding: AnalysisFinding): readonly WatchedMetric[] =>
  finding.metrics.map(({ analysis, spec, tally, verdict, reason }) => ({
    analysis,
    name: spec.name,
    severity: spec.severity,
    verdict,
    reason,
    failIf: text(spec.failIf),
    passIf: text(spec.passIf),
    compare: compareText(spec.compare),
    measured: tally.measured,
    failed: tally.failed,
    failureLimit: spec.failureLimit,
    inconclusive: tally.inconclusive,
    errors: tally.errors,
    last: tally.last,
    worst: tally.worst,
    stable: tally.stable,
    samples: tally.samples,
  }));
