import type { MetricsDocument } from '../documents/metrics.ts';
import { computedValue } from '../metrics/computed-value.ts';
import type { Metric } from '../metrics/metric.ts';
import { pairedMetric, type RowPair } from '../metrics/paired-metric.ts';
import type { ScoreRows } from '../metrics/rows.ts';
import { scoreMetrics } from '../metrics/scores/score-metrics.ts';
import { selectRows } from '../metrics/select-rows.ts';
import { normalQuantile } from '../stats/distributions.ts';
import type { Resampling } from '../stats/paired-bootstrap.ts';
import { normalDifference, type PairedDifference } from '../stats/paired-difference.ts';
import { evaluationRows } from './evaluation-rows.ts';
import type { Basis } from './evidence.ts';
import { type MetricEntry, type MetricsView, taskOf } from './metrics-view.ts';
import { belongsTo } from './slice-name.ts';

/** Candidate and baseline of one metric side by side, and how sure the difference is. */
export interface Comparison {
  readonly candidate: number;
  readonly baseline: number;
  /** Candidate minus baseline. */
  readonly change: number;
  /** `undefined` when only the plain numbers are known. */
  readonly difference: PairedDifference | undefined;
  readonly n: number | undefined;
  /** Why the comparison is weaker than it could be; empty when it is paired. */
  readonly note: string;
  /** Not known to be about the same data: may warn at most. */
  readonly advisory: boolean;
}

/** Compares one metric on one slice. */
export type Comparer = (candidate: MetricEntry, baseline: MetricEntry) => Comparison;

/** What the rows of both models say, when they can be paired. */
interface Paired {
  readonly pair: RowPair;
  readonly slices: readonly (readonly string[] | undefined)[];
  readonly recompute: boolean;
}

/** The document's number and the one its rows give may differ by this much, relative to the larger of it and 1. */
const REPRODUCES = 1e-6;

/**
 * The comparer for two models: on the rows where the basis allows it, else from the intervals of both documents,
 * else from the plain numbers. Where the basis is refused it only serves what is not measured on rows.
 *
 * @param metricOf - the catalog's definition of a metric, by name
 */
export function comparer(
  candidate: MetricsView,
  baseline: MetricsView,
  basis: Basis,
  metricOf: (name: string) => Metric | undefined,
  resampling: Resampling,
): Comparer {
  const paired = basis.kind === 'paired' ? pairedRows(candidate, baseline, basis) : basis.note;
  const advisory = basis.kind === 'unpaired' && basis.advisory;
  return (a, b) => {
    if (isResource(a, metricOf)) return compareNumbers(a, b, 'it is not measured on rows', false);
    const onRows =
      typeof paired === 'string'
        ? paired
        : compareRows(paired, a, b, ofValues(paired.pair, a) ?? metricOf(a.name), resampling);
    return typeof onRows === 'string' ? compareNumbers(a, b, onRows, advisory) : onRows;
  };
}

/** Sizes and times: the same on any test data, so that other data do not stand against comparing them. */
export const isResource = (
  { name, kind }: MetricEntry,
  metricOf: (name: string) => Metric | undefined,
): boolean => (kind ?? metricOf(name)?.kind) === 'resource';

function pairedRows(
  candidate: MetricsView,
  baseline: MetricsView,
  basis: Basis & { readonly kind: 'paired' },
): Paired | string {
  if (taskOf(candidate) !== taskOf(baseline))
    return `the candidate's task is ${taskOf(candidate)}, the baseline's ${taskOf(baseline)}`;
  // One list of classes for both, so that a class that only one model predicts has the same index in both.
  const labels = [...new Set([...classesOf(candidate), ...classesOf(baseline)])];
  const documentOf = ({ document }: MetricsView): MetricsDocument | undefined =>
    document && labels.length > 0 ? { ...document, settings: { ...document.settings, labels } } : document;
  const a = evaluationRows(basis.rows.candidate, documentOf(candidate));
  const b = evaluationRows(basis.rows.baseline, documentOf(baseline));
  if ('problem' in a) return `the candidate's rows cannot be read: ${a.problem}`;
  if ('problem' in b) return `the baseline's rows cannot be read: ${b.problem}`;
  return {
    pair: { candidate: a, baseline: b },
    slices: basis.rows.candidate.map((row) => row.k),
    recompute: basis.recompute,
  };
}

/** A metric whose values rows hold themselves, as those of texts and rankings do. */
function ofValues({ candidate, baseline }: RowPair, { name, direction }: MetricEntry): Metric | undefined {
  if (candidate.task !== 'scores' || baseline.task !== 'scores') return undefined;
  if (!candidate.names.includes(name) || !baseline.names.includes(name)) return undefined;
  const [metric] = scoreMetrics([
    // The difference is the same whichever way is better.
    { name, direction: direction ?? 'higher', binary: isBinary(candidate, name) && isBinary(baseline, name) },
  ]);
  return metric;
}

const isBinary = ({ names, values }: ScoreRows, name: string): boolean =>
  (values[names.indexOf(name)] ?? []).every((value) => value === 0 || value === 1);

const classesOf = ({ document, rows }: MetricsView): readonly string[] => {
  if (document === undefined || !(document.task === 'binary' || document.task === 'multiclass')) return [];
  return (
    document.settings.labels ??
    [...new Set((rows ?? []).flatMap((row) => [String(row.y), String(row.p)]))].sort()
  );
};

function compareRows(
  { pair, slices, recompute }: Paired,
  a: MetricEntry,
  b: MetricEntry,
  metric: Metric | undefined,
  resampling: Resampling,
): Comparison | string {
  if (metric === undefined) return `${a.name} is not in the catalog, so its rows cannot be compared`;
  const chosen = a.slice === undefined ? pair : sliceOf(pair, slices, a.slice);
  if (chosen.candidate.count === 0) return `no row names the slice ${a.slice}`;
  const onCandidate = computedValue(metric, chosen.candidate);
  const onBaseline = computedValue(metric, chosen.baseline);
  if (typeof onCandidate !== 'number' || typeof onBaseline !== 'number')
    return `the common rows do not give ${a.name}: ${onCandidate ?? 'no scores were kept'}`;
  if (!recompute && !(reproduces(a.value, onCandidate) && reproduces(b.value, onBaseline)))
    return `the rows give ${onCandidate} and ${onBaseline}, not what the documents say, so only the documents are compared`;
  const difference = pairedMetric(metric, chosen, resampling);
  if (difference === undefined)
    return `${chosen.candidate.count} rows are too few or too uniform for a paired interval`;
  return {
    candidate: recompute ? onCandidate : (a.value ?? onCandidate),
    baseline: recompute ? onBaseline : (b.value ?? onBaseline),
    change: difference.change,
    difference,
    n: chosen.candidate.count,
    note: '',
    advisory: false,
  };
}

const reproduces = (stated: number | null, computed: number): boolean =>
  stated !== null && Math.abs(stated - computed) <= REPRODUCES * Math.max(1, Math.abs(computed));

function sliceOf(pair: RowPair, slices: Paired['slices'], slice: string): RowPair {
  const indexes = Uint32Array.from(slices.flatMap((names, row) => (belongsTo(names, slice) ? [row] : [])));
  return { candidate: selectRows(pair.candidate, indexes), baseline: selectRows(pair.baseline, indexes) };
}

/** From the numbers alone: independent intervals, whose variances add, or the plain numbers. */
export function compareNumbers(a: MetricEntry, b: MetricEntry, note: string, advisory: boolean): Comparison {
  const candidate = a.value ?? Number.NaN;
  const baseline = b.value ?? Number.NaN;
  const errors = [a, b].map(standardErrorOf);
  const [ofA, ofB] = errors;
  const n = a.n === undefined || b.n === undefined ? undefined : Math.min(a.n, b.n);
  const numbers = { candidate, baseline, change: candidate - baseline, n, advisory };
  if (ofA === undefined || ofB === undefined)
    return { ...numbers, difference: undefined, note: `plain numbers: ${note}, and there are no intervals` };
  return {
    ...numbers,
    difference: normalDifference({
      change: candidate - baseline,
      standardError: Math.hypot(ofA, ofB),
      n: n ?? 0,
      method: 'unpaired-intervals',
    }),
    note: `unpaired: ${note}`,
  };
}

/** The standard error that an interval implies if it is about normal. */
const standardErrorOf = ({ ci }: MetricEntry): number | undefined =>
  ci === undefined ? undefined : (ci.high - ci.low) / 2 / normalQuantile((1 + ci.level) / 2);
