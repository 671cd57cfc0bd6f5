/** What the rows of every task have in common. A row is what a test set is drawn by: a line, or a query of a ranking. */
interface Drawn {
  readonly count: number;
  /** Sample weights ≥ 0; all 1 when absent. */
  readonly weights?: Float64Array;
  /** The cluster of each row, whole numbers from 0 without gaps: rows of a cluster were drawn together. */
  readonly clusters?: Int32Array;
}

/** Rows of a classification: what is true, what was predicted, and with what probability. */
export interface ClassRows extends Drawn {
  readonly task: 'binary' | 'multiclass';
  /** The classes; for a binary task the negative and then the positive one. */
  readonly labels: readonly string[];
  /** Index into `labels` for each row. */
  readonly actual: Int32Array;
  readonly predicted: Int32Array;
  /** Binary: the probability (or any score) of the positive class. Multiclass: one for each class, row after row. */
  readonly scores?: Float64Array;
}

/** Rows that each carry any number of labels. */
export interface LabelSetRows extends Drawn {
  readonly task: 'multilabel';
  readonly labels: readonly string[];
  /** 1 where the row carries the label, else 0: `count` × `labels`, row after row. */
  readonly actual: Uint8Array;
  readonly predicted: Uint8Array;
  /** A probability (or any score) for each label, row after row. */
  readonly scores?: Float64Array;
}

/** Rows of a regression. */
export interface NumberRows extends Drawn {
  readonly task: 'regression';
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
}

/** Queries (or users), each with its items. `count` is the number of queries. */
export interface RankingRows extends Drawn {
  readonly task: 'ranking';
  /** Items of query q lie from `starts[q]` to before `starts[q + 1]`: `count` + 1 numbers. */
  readonly starts: Uint32Array;
  /** How relevant each item truly is, ≥ 0. */
  readonly relevance: Float64Array;
  /** What the items are ordered by, the highest first. */
  readonly scores: Float64Array;
}

/** Points of time series, each with what was forecast for it. */
export interface ForecastRows extends Drawn {
  readonly task: 'forecast';
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
  /** Names of the series, and the series of each row. One series when there is no column of them. */
  readonly seriesNames: readonly string[];
  readonly series: Int32Array;
  /** Forecasts of quantiles: a level between 0 and 1 each, and its value for each row. */
  readonly quantiles: readonly { readonly level: number; readonly values: Float64Array }[];
  /**
   * For each series the mean absolute error and the mean squared error of the seasonal naive forecast on its
   * training part; NaN where it is not known.
   */
  readonly scales?: { readonly absolute: Float64Array; readonly squared: Float64Array };
}

/** Generated texts and what would have been right. */
export interface TextRows extends Drawn {
  readonly task: 'text';
  readonly predicted: readonly string[];
  /** One or more right answers for each row. */
  readonly references: readonly (readonly string[])[];
}

/** Numbers that somebody else worked out for each row, such as the scores of a judge. */
export interface ScoreRows extends Drawn {
  readonly task: 'scores';
  readonly names: readonly string[];
  /** For each name one number a row; NaN where there is none. */
  readonly values: readonly Float64Array[];
}

/** What metrics are computed on. Values are finite; whoever builds rows checks that. */
export type EvaluationRows =
  | ClassRows
  | LabelSetRows
  | NumberRows
  | RankingRows
  | ForecastRows
  | TextRows
  | ScoreRows;

/** Whether rows are those of a classification with one class a row. */
export const isClassRows = (rows: EvaluationRows): rows is ClassRows =>
  rows.task === 'binary' || rows.task === 'multiclass';

/** The same rows with other weights; arrays are shared. */
export const withWeights = <R extends EvaluationRows>(rows: R, weights: Float64Array): R => ({
  ...rows,
  weights,
});
