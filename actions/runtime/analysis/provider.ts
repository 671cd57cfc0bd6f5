import type { Measurement } from '../../lib/rollout/measurement.ts';
import type { MetricSource } from '../../lib/rollout/rollout.ts';
import type { AnalysisValues } from '../../lib/rollout/template.ts';
import type { Runtime } from '../runtime.ts';

/** What is measured: a version, and what the variables of the question stand for. */
export interface Measured {
  readonly digest: string;
  readonly values: AnalysisValues;
}

/**
 * One way to measure. A new one is a file here, a line in the catalog and a member of the metric's source. What goes
 * wrong is a measurement too; only a cancelled run throws.
 */
export type Measure<T extends MetricSource['type']> = (
  runtime: Runtime,
  source: Extract<MetricSource, { type: T }>,
  measured: Measured,
) => Promise<Measurement>;
