import { clustersOf } from '../stats/clusters.ts';
import { type Bounds, expandedLevel } from '../stats/intervals.ts';
import type { Confusion } from './confusion.ts';
import type { Computed } from './metric.ts';
import type { EvaluationRows } from './rows.ts';

/** How intervals are made. */
export interface MeasureSettings {
  /** Nominal coverage, for example 0.95. */
  readonly confidence: number;
  /** Bootstrap resamples. */
  readonly resamples: number;
  readonly seed: number;
}

/** An interval and how it came to be. */
export interface MadeInterval {
  readonly bounds: Bounds | undefined;
  readonly method: string;
  /** The number of resamples, where it is not the one that was asked for. */
  readonly resamples?: number;
}

/** A metric's value on some rows. */
export interface Estimate {
  readonly value: Computed;
  /** Rows that it rests on. */
  readonly n: number;
  /** The interval, or what to resample for it together with other metrics. */
  readonly interval?: MadeInterval | ResampledCells | ResampledRows;
}

/** An interval by resampling the confusion matrix. */
interface ResampledCells {
  readonly ofCells: (cells: Confusion) => Computed;
}

/** An interval by resampling the rows' weights. */
interface ResampledRows {
  readonly ofWeights: (weights: Float64Array) => Computed;
}

/** Names that say that clusters were drawn and not rows. */
export const methodOn = ({ clusters }: EvaluationRows, method: string): string =>
  clusters ? `${method}-clustered` : method;

/** The level of percentiles of resamples: clusters are few, where rows are many or resamples of them cover well. */
export const drawnLevel = ({ clusters }: EvaluationRows, level: number): number =>
  clusters ? expandedLevel(level, clustersOf(clusters).count) : level;
