import type { Digest } from '../digest.ts';
import type { Envelope } from './envelope.ts';

export type Task = 'binary' | 'multiclass' | 'regression';

/** In which direction a metric is better. */
export type Direction = 'higher' | 'lower';

/**
 * How a metric depends on the rows; decides how its interval and a paired comparison are made.
 * `mean`: average of a value per row · `confusion`: function of the confusion matrix · `rank`: of the order of
 * scores · `curve`: any other function of all rows · `resource`: size or time.
 */
export type MetricKind = 'mean' | 'confusion' | 'rank' | 'curve' | 'resource';

/** A confidence interval and how it was made. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Nominal coverage, for example 0.95. */
  readonly level: number;
  /** `wilson`, `student-t`, `delong`, `bootstrap-cells`, `bootstrap`, … */
  readonly method: string;
}

/** One number about the model on a set of rows. */
export interface MetricValue {
  /** scikit-learn's name: `roc_auc`, `f1`, `log_loss`. */
  readonly name: string;
  /** `null` when it cannot be computed; then `undefined` says why. */
  readonly value: number | null;
  readonly undefined?: string;
  readonly direction: Direction;
  readonly kind: MetricKind;
  readonly unit?: string;
  /** Rows the value rests on. */
  readonly n: number;
  readonly ci?: Interval;
  /** The slice, `{ species: "Adelie" }`; absent for all rows. */
  readonly slice?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string | number | boolean>>;
}

/** `metrics.json`: how good a model is, how sure we are, and for whom. */
export interface MetricsDocument extends Envelope<'metrics'> {
  readonly model?: { readonly name: string; readonly digest: Digest; readonly sizeBytes: number };
  readonly dataset: {
    readonly path: string;
    /** sha256 of the canonical JSON of the rows' [id, label, weight]: equal digests mean the same test rows. */
    readonly digest: Digest;
    readonly rows: number;
    readonly invalidRows: number;
  };
  readonly task: Task;
  readonly settings: {
    readonly positiveLabel?: string;
    readonly labels?: readonly string[];
    readonly threshold?: number;
    readonly confidence: number;
    readonly resamples: number;
    readonly seed: number;
  };
  readonly metrics: readonly MetricValue[];
  readonly excludedGroups: readonly {
    readonly slice: Readonly<Record<string, string>>;
    readonly n: number;
    readonly reason: string;
  }[];
  /** Paths relative to the document. `rows` is absent when per-row evidence was switched off. */
  readonly files: {
    readonly rows?: string;
    readonly curves?: string;
    readonly plots?: readonly string[];
    readonly report?: string;
  };
}

/**
 * One line of `rows.ndjson.gz`: what a paired comparison of two models on the same rows needs.
 * Class labels are texts; for regression `y` and `p` are numbers.
 */
export interface ScoredRow {
  /** The id column, or the row number from 0 where there is none; hashed when `rows: hashed`. */
  readonly id: string;
  /** True label or value. */
  readonly y: string | number;
  /** Predicted label or value. */
  readonly p: string | number;
  /** Probability of the positive class, or of each class in the order of `settings.labels`. */
  readonly s?: number | readonly number[];
  /** Sample weight, 1 when absent. */
  readonly w?: number;
  /** Names of the slices the row belongs to, `species=Adelie`. */
  readonly k?: readonly string[];
}
