import {
  type Density,
  densityOf,
  type Histogram,
  histogramOf,
  type Range,
  rangeOf,
} from './curves-histogram.ts';
import type { Points } from './curves-ranks.ts';
import type { NumberRows } from './rows.ts';

/** More dots than this lie on each other, and make files large. */
const MAX_DOTS = 1_000;
/** The share of rows at each end that may lie beyond the axis. */
const TAIL = 0.005;
const DENSITY_TAIL = 0.001;

/** Pairs of numbers: each of them, or how many lie where. */
export type Pairs =
  | { readonly kind: 'dots'; readonly points: Points }
  | ({ readonly kind: 'density' } & Density);

/** `curves.json`: what the plots of a regression are drawn from. */
export interface NumberCurves {
  readonly task: 'regression';
  /** Actual and predicted value. */
  readonly predicted: Pairs;
  /** Predicted value, and the error there. */
  readonly errors: Pairs;
  /** Errors (actual − predicted); absent without rows. */
  readonly residuals?: Histogram;
}

/** The curves of a regression. */
export function numberCurves(rows: NumberRows): NumberCurves {
  const { actual, predicted } = rows;
  const errors = errorsOf(actual, predicted);
  const residuals = residualsOf(errors);
  const both = new Float64Array(actual.length * 2);
  both.set(actual);
  both.set(predicted, actual.length);
  const [values, forecasts, spread] = [both, predicted, errors].map((own) => rangeOf(own, DENSITY_TAIL));
  return {
    task: 'regression',
    predicted: pairsOf(actual, predicted, values, values),
    errors: pairsOf(predicted, errors, forecasts, spread),
    ...(residuals && { residuals }),
  };
}

/** Actual minus predicted. */
export function errorsOf(actual: Float64Array, predicted: Float64Array): Float64Array {
  const errors = new Float64Array(actual.length);
  for (let row = 0; row < errors.length; row++) errors[row] = (actual[row] ?? 0) - (predicted[row] ?? 0);
  return errors;
}

/** How errors are spread, without the outermost; `undefined` without rows. */
export function residualsOf(errors: Float64Array): Histogram | undefined {
  const range = rangeOf(errors, TAIL);
  return range && histogramOf(errors, range);
}

function pairsOf(xs: Float64Array, ys: Float64Array, x: Range | undefined, y: Range | undefined): Pairs {
  if (xs.length > MAX_DOTS && x && y) return { kind: 'density', ...densityOf(xs, ys, x, y) };
  return { kind: 'dots', points: Array.from(xs, (own, row) => [own, ys[row] ?? 0] as const) };
}
