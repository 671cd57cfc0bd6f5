import type { Direction, Task } from '../documents/metrics.ts';
import type { AreaEstimate, RankEstimate } from '../stats/delong.ts';
import type { Confusion } from './confusion.ts';
import type {
  ClassRows,
  EvaluationRows,
  ForecastRows,
  LabelSetRows,
  NumberRows,
  RankingRows,
  ScoreRows,
  TextRows,
} from './rows.ts';

/**
 * A number, or the reason why there is none. Where scikit-learn warns that a metric is undefined, there is
 * none; only averages over classes count an undefined class as 0, as scikit-learn's `zero_division` does.
 */
export type Computed = number | string;

/** What every metric says about itself. */
interface Description {
  /** The name of its reference implementation. */
  readonly id: string;
  /** Other names under which people ask for it. */
  readonly aliases: readonly string[];
  readonly title: string;
  readonly direction: Direction;
  readonly unit?: string;
  /** The least and the greatest possible value. */
  readonly range: readonly [number, number];
  /** The definition and where it is from. */
  readonly definition: string;
  /** Choices within the definition; written with each value, so that unlike values are never compared. */
  readonly params?: Readonly<Record<string, string | number | boolean>>;
}

interface OfRows<R extends EvaluationRows> extends Description {
  readonly tasks: readonly R['task'][];
  /** Whether rows must hold probabilities (of a forecast: quantiles), or labels and predictions suffice. */
  readonly needs: 'labels' | 'scores';
}

/** The average of a value per row, so two models are compared by the differences of their rows. */
export type MeanMetric<R extends EvaluationRows> = OfRows<R> & {
  readonly kind: 'mean';
  /** `wilson` for values of 0 and 1. */
  readonly interval: 'wilson' | 'student-t';
  /** A value for each row; NaN for a row that has none and does not count, such as a query without relevant items. */
  readonly perRow: (rows: R) => Float64Array;
  /** Why there is no value when no row has one. */
  readonly missing?: string;
  /** The sum of the values where they are 0 and 1 and every row has one: faster than the values. */
  readonly hits?: (rows: R) => number;
};

/**
 * What each row adds to the sums a metric is a function of: `width` numbers, to the row's cell where there are
 * cells. Sums are `cells` × `width` numbers, cell after cell; rows count with their weights.
 */
export interface Terms {
  readonly cells: number;
  readonly width: number;
  /** The cell of each row, from 0; absent for a single cell. */
  readonly cellOf?: Int32Array;
  /** `count` × `width`, row after row. */
  readonly values: Float64Array;
}

/** A function of sums over rows: a ratio of counts, BLEU, the error of calibration bins. */
export type SumsMetric<R extends EvaluationRows> = OfRows<R> & {
  readonly kind: 'sums';
  readonly terms: (rows: R) => Terms;
  /** @param rows - for what does not depend on the draw, such as the number of labels */
  readonly fromSums: (sums: Float64Array, rows: R) => Computed;
  /** The value itself, where the sums only come near it; they then serve its interval. */
  readonly compute?: (rows: R) => Computed;
  /** The sums where they only count rows, for rows without weights and clusters: faster than terms of each row. */
  readonly counts?: (rows: R) => Float64Array;
};

/** Any other function of the rows. */
export type CurveMetric<R extends EvaluationRows> = OfRows<R> & {
  readonly kind: 'curve';
  /** `none` where resampling says nothing, as about a maximum. */
  readonly interval: 'bootstrap' | 'none';
  readonly compute: (rows: R) => Computed;
};

/** A function of the confusion matrix alone. */
export type ConfusionMetric = OfRows<ClassRows> & {
  readonly kind: 'confusion';
  readonly needs: 'labels';
  readonly fromCells: (confusion: Confusion) => Computed;
  /** For a plain share: its numerator and denominator, which give Wilson's interval. */
  readonly share?: (confusion: Confusion) => readonly [number, number];
};

/** A value of the order of scores, and what each row adds to it; see `RankEstimate`. */
export type RankMetric = OfRows<ClassRows> & {
  readonly kind: 'rank';
  readonly needs: 'scores';
  readonly estimate: (rows: ClassRows) => RankEstimate | string;
  /** The same without what each row adds, for rows without weights and clusters: faster. */
  readonly summary?: (rows: ClassRows) => AreaEstimate | string;
};

type AnyRowMetric<R extends EvaluationRows> = MeanMetric<R> | SumsMetric<R> | CurveMetric<R>;

export type ClassMetric = AnyRowMetric<ClassRows> | ConfusionMetric | RankMetric;
export type LabelSetMetric = AnyRowMetric<LabelSetRows>;
export type NumberMetric = AnyRowMetric<NumberRows>;
export type RankingMetric = AnyRowMetric<RankingRows>;
export type ForecastMetric = AnyRowMetric<ForecastRows>;
export type TextMetric = AnyRowMetric<TextRows>;
export type ScoreMetric = AnyRowMetric<ScoreRows>;

/** A property of the model rather than of rows; measured by whoever runs it. */
export type ResourceMetric = Description & {
  readonly kind: 'resource';
  readonly tasks: readonly Task[];
  readonly needs: 'model';
};

/** A metric that rows determine. `kind` decides how it is computed, and how two models are compared by it. */
export type RowMetric =
  | ClassMetric
  | LabelSetMetric
  | NumberMetric
  | RankingMetric
  | ForecastMetric
  | TextMetric
  | ScoreMetric;

/** One entry of the catalog. */
export type Metric = RowMetric | ResourceMetric;

/** The metrics of some rows. */
export type MetricFor<R extends EvaluationRows> =
  | AnyRowMetric<R>
  | (R extends ClassRows ? ConfusionMetric | RankMetric : never);

/**
 * The metric as one of the rows' task; `undefined` when it is of another task, or of no rows at all. A metric's
 * tasks say which rows its functions take, which the compiler cannot know.
 */
export const metricFor = <R extends EvaluationRows>(metric: Metric, rows: R): MetricFor<R> | undefined =>
  metric.kind !== 'resource' && metric.tasks.some((task) => task === rows.task)
    ? (metric as unknown as MetricFor<R>)
    : undefined;
