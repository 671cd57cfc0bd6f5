import type { Direction, Task } from '../documents/metrics.ts';
import type { RankEstimate } from '../stats/delong.ts';
import type { Confusion } from './confusion.ts';
import type { ClassRows, NumberRows } from './rows.ts';

/**
 * A number, or the reason why there is none. Where scikit-learn warns that a metric is undefined, there is
 * none; only averages over classes count an undefined class as 0, as scikit-learn's `zero_division` does.
 */
export type Computed = number | string;

/** What every metric says about itself. */
interface Description {
  /** scikit-learn's name. */
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

interface OfClasses extends Description {
  readonly tasks: readonly ('binary' | 'multiclass')[];
  /** Whether rows must hold probabilities, or predicted labels suffice. */
  readonly needs: 'labels' | 'scores';
}

interface OfNumbers extends Description {
  readonly tasks: readonly ['regression'];
  readonly needs: 'labels';
}

interface Mean {
  readonly kind: 'mean';
  /** `wilson` for values of 0 and 1. */
  readonly interval: 'wilson' | 'student-t';
}

/** The average of a value per row, so two models are compared by the differences of their rows. */
export type ClassMeanMetric = OfClasses & Mean & { readonly perRow: (rows: ClassRows) => Float64Array };
/** As `ClassMeanMetric`, of a regression. */
export type NumberMeanMetric = OfNumbers & Mean & { readonly perRow: (rows: NumberRows) => Float64Array };

/** A function of the confusion matrix alone. */
export type ConfusionMetric = OfClasses & {
  readonly kind: 'confusion';
  readonly needs: 'labels';
  readonly fromCells: (confusion: Confusion) => Computed;
  /** For a plain share: its numerator and denominator, which give Wilson's interval. */
  readonly share?: (confusion: Confusion) => readonly [number, number];
};

/** A value of the order of scores, and what each row adds to it; see `RankEstimate`. */
export type RankMetric = OfClasses & {
  readonly kind: 'rank';
  readonly needs: 'scores';
  readonly estimate: (rows: ClassRows) => RankEstimate | string;
};

interface Curve {
  readonly kind: 'curve';
  /** `none` where resampling says nothing, as about a maximum. */
  readonly interval: 'bootstrap' | 'none';
}

/** Any other function of the rows of a classification. */
export type ClassCurveMetric = OfClasses & Curve & { readonly compute: (rows: ClassRows) => Computed };
/** Any other function of the rows of a regression. */
export type NumberCurveMetric = OfNumbers & Curve & { readonly compute: (rows: NumberRows) => Computed };

/** A property of the model rather than of rows; measured by whoever runs it. */
export type ResourceMetric = Description & {
  readonly kind: 'resource';
  readonly tasks: readonly Task[];
  readonly needs: 'model';
};

export type ClassMetric = ClassMeanMetric | ConfusionMetric | RankMetric | ClassCurveMetric;
export type NumberMetric = NumberMeanMetric | NumberCurveMetric;

/** One entry of the catalog. `kind` decides how it is computed, and how two models are compared by it. */
export type Metric = ClassMetric | NumberMetric | ResourceMetric;

/** Whether a metric is one of a regression. */
export const isNumberMetric = (metric: Metric): metric is NumberMetric =>
  metric.kind !== 'resource' && metric.tasks[0] === 'regression';

/** Whether a metric is one of a classification. */
export const isClassMetric = (metric: Metric): metric is ClassMetric =>
  metric.kind !== 'resource' && metric.tasks[0] !== 'regression';
