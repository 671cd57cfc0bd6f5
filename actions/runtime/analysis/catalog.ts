import type { MetricSpec } from '../../lib/rollout/rollout.ts';
import { measureHttpJson } from './http-json.ts';
import type { Measure } from './provider.ts';

/** The ways to measure, by the `type` of a metric in a rollout file. */
export const providers: Readonly<Record<MetricSpec['type'], Measure>> = { 'http-json': measureHttpJson };
