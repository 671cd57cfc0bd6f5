import type { RankingMetric } from '../metric.ts';
import { gainMetrics } from './gains.ts';
import { retrievalMetrics } from './retrieval.ts';

/** Every metric of a ranking. A query is a row, and all are means over queries. */
export const rankingMetrics: readonly RankingMetric[] = [...gainMetrics, ...retrievalMetrics];
