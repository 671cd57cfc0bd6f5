import { confusionOf } from './confusion.ts';
import { type Histogram, histogramOf, rangeOf } from './curves-histogram.ts';
import { type Points, type RankCurves, rankCurves } from './curves-ranks.ts';
import { type ReliabilityBin, reliabilityOf } from './curves-reliability.ts';
import type { ClassRows } from './rows.ts';
import { isOfClass, scoreColumns } from './score-columns.ts';

/** With more classes than this, curves of one class against the rest say nothing at a glance. */
const MAX_CLASSES = 10;

/** A curve of one class against all others. */
export interface ClassCurve {
  readonly label: string;
  /** `[x, y]`: false and true positive rate, or recall and precision. */
  readonly points: Points;
}

/** Where on the curves of a binary task the predicted labels lie. A rate without rows is absent. */
export interface OperatingPoint {
  /** From this score on a row counts as positive; absent where the labels were given. */
  readonly threshold?: number;
  readonly falsePositiveRate?: number;
  readonly recall?: number;
  readonly precision?: number;
}

/** What the scores of a model on some rows look like. */
export interface ScoreCurves {
  readonly roc: readonly ClassCurve[];
  readonly precisionRecall: readonly ClassCurve[];
  readonly reliability: readonly ReliabilityBin[];
}

/** `curves.json`: what the plots of a classification are drawn from. */
export interface ClassCurves extends ScoreCurves {
  readonly task: 'binary' | 'multiclass';
  /** Binary: what the predicted labels amount to. */
  readonly operating?: OperatingPoint;
  readonly confusion: { readonly labels: readonly string[]; readonly cells: readonly (readonly number[])[] };
  /** Binary: rows by score, of the negatives and of the positives. */
  readonly scores: readonly (Histogram & { readonly label: string })[];
  readonly baseline?: ScoreCurves & { readonly name: string };
}

/** What curves of a classification need to know beside its rows. */
export interface ClassCurveOptions {
  readonly threshold?: number | undefined;
  readonly confidence: number;
  readonly baseline?: { readonly name: string; readonly rows: ClassRows } | undefined;
}

/** The curves of a classification, and those of the baseline model where it has scores. */
export function classCurves(rows: ClassRows, options: ClassCurveOptions): ClassCurves {
  const { size, cells } = confusionOf(rows);
  const { baseline } = options;
  return {
    task: rows.task,
    ...scoreCurves(rows, options.confidence),
    ...(rows.task === 'binary' && { operating: operatingPoint(cells, options.threshold) }),
    confusion: {
      labels: rows.labels,
      cells: rows.labels.map((_, actual) => [...cells.subarray(actual * size, (actual + 1) * size)]),
    },
    scores: rows.task === 'binary' && rows.scores ? scoreHistograms(rows, rows.scores) : [],
    ...(baseline && {
      baseline: { name: baseline.name, ...scoreCurves(baseline.rows, options.confidence) },
    }),
  };
}

function scoreCurves(rows: ClassRows, confidence: number): ScoreCurves {
  const curves = rows.scores ? curvesByClass(rows, rows.scores) : [];
  const named = (kind: keyof RankCurves): ClassCurve[] =>
    curves.flatMap(({ label, [kind]: points }) => (points.length > 0 ? [{ label, points }] : []));
  return {
    roc: named('roc'),
    precisionRecall: named('precisionRecall'),
    reliability: reliabilityOf(rows, confidence),
  };
}

/** Each class against the rest; of a binary task the positive one alone. */
function curvesByClass(rows: ClassRows, scores: Float64Array): (RankCurves & { readonly label: string })[] {
  const { labels, actual, weights } = rows;
  if (rows.task === 'binary')
    return [{ label: labels[1] ?? '', ...rankCurves({ scores, positives: actual, weights }) }];
  if (labels.length > MAX_CLASSES) return [];
  // Columns and flags are those of the metrics, which keep their orders.
  const columns = scoreColumns(scores, labels.length);
  return columns.map((own, label) => ({
    label: labels[label] ?? '',
    ...rankCurves({ scores: own, positives: isOfClass(actual, label), weights }),
  }));
}

function operatingPoint(cells: Float64Array, threshold: number | undefined): OperatingPoint {
  const [trueNegative = 0, falsePositive = 0, falseNegative = 0, truePositive = 0] = cells;
  const rate = <K extends keyof OperatingPoint>(name: K, part: number, rest: number) =>
    part + rest > 0 ? { [name]: part / (part + rest) } : {};
  return {
    ...(threshold !== undefined && { threshold }),
    ...rate('falsePositiveRate', falsePositive, trueNegative),
    ...rate('recall', truePositive, falseNegative),
    ...rate('precision', truePositive, falsePositive),
  };
}

/** Over the range of probabilities, or that of the scores where they are none. */
function scoreHistograms(rows: ClassRows, scores: Float64Array): ClassCurves['scores'] {
  const found = rangeOf(scores, 0);
  if (!found) return [];
  const range = found.from < 0 || found.to > 1 ? found : { from: 0, to: 1 };
  return rows.labels.map((label, only) => ({
    label,
    ...histogramOf(scores, range, { classes: rows.actual, only }),
  }));
}
