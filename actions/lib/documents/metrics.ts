import type { Digest } from '../digest.ts';
import type { Envelope } from './envelope.ts';

/** Every task there is; `scores` are numbers per row that somebody else worked out. */
export const TASKS = [
  'binary',
  'multiclass',
  'multilabel',
  'regression',
  'ranking',
  'forecast',
  'text',
  'scores',
] as const;

export type Task = (typeof TASKS)[number];

/** In which direction a metric is better. */
export type Direction = 'higher' | 'lower';

/**
 * How a metric depends on the rows; decides how its interval and a paired comparison are made.
 * `mean`: average of a value per row · `confusion`: function of the confusion matrix · `rank`: of the order of
 * scores · `sums`: function of sums over rows · `curve`: any other function of all rows · `resource`: size or time.
 */
export type MetricKind = 'mean' | 'confusion' | 'rank' | 'sums' | 'curve' | 'resource';

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

/** How one metric differs between two models on the same rows. */
export interface ComparedMetric {
  readonly name: string;
  readonly slice?: Readonly<Record<string, string>>;
  readonly direction: Direction;
  readonly n: number;
  readonly candidate: number | null;
  readonly baseline: number | null;
  /** Candidate minus baseline; absent where one of them has no value. */
  readonly change?: number;
  /** Interval of the change, by a method that uses the pairs. */
  readonly ci?: Interval;
  /** Two-sided p-value for "no difference". */
  readonly p?: number;
  /** What the interval shows; `unclear` when it holds 0 or there is none. */
  readonly better: 'candidate' | 'baseline' | 'unclear';
}

/** Rows that one model has right and the other has not. */
export interface ChangedRows {
  readonly count: number;
  /** The first of them, by id (redacted as `rows` says). Empty when rows are not kept. */
  readonly examples: readonly {
    readonly id: string;
    readonly actual: string | number;
    readonly candidate: string | number;
    readonly baseline: string | number;
  }[];
}

/** A second model on the same rows. */
export interface BaselineComparison {
  readonly name: string;
  readonly digest?: Digest;
  /** Rows that both models scored. */
  readonly rows: number;
  readonly metrics: readonly ComparedMetric[];
  /** Rows that only the candidate has right, and rows that only the baseline has; absent where no row is right or wrong. */
  readonly fixed?: ChangedRows;
  readonly broken?: ChangedRows;
}

/** Metrics of the groups of a sensitive column, and how far they lie apart. */
export interface Fairness {
  readonly by: string;
  readonly groups: readonly {
    readonly group: string;
    readonly n: number;
    readonly metrics: readonly MetricValue[];
  }[];
  /** Groups that are too small to tell. */
  readonly excluded: readonly { readonly group: string; readonly n: number; readonly reason: string }[];
  /** Differences and ratios, named as Fairlearn names them. */
  readonly gaps: readonly MetricValue[];
}

/** What was found in a model's file without loading it. */
export interface ModelFileScan {
  readonly file: string;
  readonly format: string;
  readonly verdict: 'safe' | 'unsafe' | 'inconclusive';
  readonly problems: readonly { readonly kind: string; readonly where: string; readonly message: string }[];
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
    /** The column whose values were drawn together. */
    readonly cluster?: string;
    /** Why the task is what it is, when it was found out rather than given. */
    readonly taskReason?: string;
  };
  readonly metrics: readonly MetricValue[];
  readonly excludedGroups: readonly {
    readonly slice: Readonly<Record<string, string>>;
    readonly n: number;
    readonly reason: string;
  }[];
  readonly baseline?: BaselineComparison;
  readonly fairness?: readonly Fairness[];
  readonly modelFiles?: readonly ModelFileScan[];
  /** Paths relative to the document. `rows` is absent when per-row evidence was switched off. */
  readonly files: {
    readonly rows?: string;
    readonly curves?: string;
    readonly plots?: readonly string[];
    readonly report?: string;
    readonly html?: string;
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
  /** Number of the cluster the row belongs to, where rows were drawn in clusters; means something in one document only. */
  readonly c?: number;
  /** Names of the slices the row belongs to, `species=Adelie`. */
  readonly k?: readonly string[];
  /**
   * Of tasks other than classification and regression: the row's value of each metric that is a mean of such
   * values; a metric that the row has no value of is left out. `y` and `p` then only say whether rows are the same.
   */
  readonly m?: Readonly<Record<string, number>>;
}
