import type { WatchedMetric } from '../../lib/documents/promotion.ts';
import { type Condition, conditionText } from '../../lib/rollout/condition.ts';
import type { AnalysisFinding } from './run-analysis.ts';

const text = (condition: Condition | undefined): string | null =>
  condition === undefined ? null : conditionText(condition);

/** The metrics of an analysis as documents hold them. */
export const watchedMetrics = (finding: AnalysisFinding): readonly WatchedMetric[] =>
  finding.metrics.map(({ analysis, spec, tally, verdict, reason }) => ({
    analysis,
    name: spec.name,
    verdict,
    reason,
    failIf: text(spec.failIf),
    passIf: text(spec.passIf),
    measured: tally.measured,
    failed: tally.failed,
    failureLimit: spec.failureLimit,
    inconclusive: tally.inconclusive,
    errors: tally.errors,
    last: tally.last ?? null,
    samples: tally.samples ?? null,
  }));
