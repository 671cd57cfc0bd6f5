import type { TextMetric } from '../metric.ts';
import { bleu } from './bleu.ts';
import { chrfMetrics } from './chrf.ts';
import { errorRates } from './error-rates.ts';
import { rougeMetrics } from './rouge.ts';
import { squadMetrics } from './squad.ts';
import { ter } from './ter.ts';

/** Every metric of generated text. */
export const textMetrics: readonly TextMetric[] = [
  ...squadMetrics,
  ...rougeMetrics,
  bleu,
  ...chrfMetrics,
  ter,
  ...errorRates,
];
