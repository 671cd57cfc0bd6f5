import type { MetricsDocument } from '../../lib/documents/metrics.ts';
import type { Predictions } from '../predictions.ts';

/** What running a model took; absent where it was not run here, or not measured. */
export interface Cost {
  readonly sizeBytes?: number | undefined;
  readonly loadMs?: number | undefined;
  /** Time for all rows. */
  readonly elapsedMs?: number | undefined;
  /** Of each request, in ms. */
  readonly latencies?: Float64Array | undefined;
  /** Requests that had to be sent again or gave no answer, as a share of all. */
  readonly requestErrorRate?: number | undefined;
}

/** What a model made of a test set, however it was scored. */
export interface Scored {
  readonly predictions: Predictions;
  readonly model: MetricsDocument['model'];
  readonly cost: Cost;
  /** What was found in the model's files, where they were looked at. */
  readonly modelFiles?: MetricsDocument['modelFiles'] | undefined;
  /** What people should know of how it was scored. */
  readonly notes: readonly string[];
}
