import type { LabelSetMetric } from '../metric.ts';
import { areaAverages } from './area-averages.ts';
import { countAverages } from './count-averages.ts';
import { labelProbabilityMetrics } from './label-probability.ts';
import { rowAgreementMetrics } from './row-agreement.ts';
import { rowRankingMetrics } from './row-ranking.ts';

/** Every metric of rows that carry any number of labels. */
export const labelSetMetrics: readonly LabelSetMetric[] = [
  ...rowAgreementMetrics,
  ...countAverages,
  ...areaAverages,
  ...rowRankingMetrics,
  ...labelProbabilityMetrics,
];
