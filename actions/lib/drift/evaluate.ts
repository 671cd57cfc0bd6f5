import { chiSquare } from './chi-square.ts';
import { ksStatistic, ksTail } from './kolmogorov-smirnov.ts';
import type { DriftMeasure, Found } from './measure.ts';
import { quantileCells } from './quantile-cells.ts';
import type { Subject } from './subject.ts';

/** What a measure says of two columns, with the test that tells it from chance. */
export interface Evaluated extends Found {
  /** Name of the test behind `p`: a measure of the catalog. */
  readonly significance: string;
}

/**
 * Applies a measure. Measures without a test of their own get Kolmogorov-Smirnov for numbers, chi-square for cells.
 *
 * @returns `undefined` when the columns do not hold what the measure needs
 */
export function evaluate(measure: DriftMeasure, subject: Subject): Evaluated | undefined {
  const found = apply(measure, subject);
  if (found === undefined) return undefined;
  if (measure.kind === 'test') return { ...found, significance: measure.name };
  return subject.kind === 'numbers'
    ? { ...found, significance: 'ks', p: ksP(subject) }
    : { ...found, significance: 'chiSquare', p: chiSquare(subject.cells)?.p };
}

function apply(measure: DriftMeasure, subject: Subject): Found | undefined {
  if (subject.kind === 'cells') return measure.cells?.(subject.cells);
  return measure.numbers?.(subject.pair) ?? measure.cells?.(quantileCells(subject.pair));
}

const ksP = ({ pair }: Extract<Subject, { kind: 'numbers' }>): number =>
  ksTail(ksStatistic(pair), pair.n, pair.m);
