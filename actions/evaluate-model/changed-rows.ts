import type { BaselineComparison, ChangedRows } from '../lib/documents/metrics.ts';
import { metricByName } from '../lib/metrics/catalog.ts';
import { metricFor } from '../lib/metrics/metric.ts';
import type { RowPair } from '../lib/metrics/paired-metric.ts';
import type { EvaluationRows } from '../lib/metrics/rows.ts';
import { isClassRows } from '../lib/metrics/rows.ts';
import type { RowIds } from './row-ids.ts';
import { hashedId } from './scored-rows.ts';

/** Rows that are listed one by one. */
const LISTED = 20;
const NOT_KEPT = '(not kept)';

/** By which metric a row is right or wrong. */
const RIGHT: Readonly<Partial<Record<EvaluationRows['task'], string>>> = {
  binary: 'accuracy',
  multiclass: 'accuracy',
  multilabel: 'accuracy',
  text: 'exact_match',
};

/**
 * Rows that only one of two models has right.
 *
 * @param ids - of the rows of the pair
 * @param keep - what may be shown of rows
 */
export function changedRows(
  { candidate, baseline }: RowPair,
  ids: RowIds,
  keep: 'full' | 'hashed' | 'none',
): Pick<BaselineComparison, 'fixed' | 'broken'> {
  const [own, other] = [rightOf(candidate), rightOf(baseline)];
  if (!own || !other) return {};
  const list = (wanted: boolean): ChangedRows => {
    const rows: number[] = [];
    let count = 0;
    for (let row = 0; row < candidate.count; row++) {
      if ((own[row] === 1) !== wanted || (other[row] === 1) === wanted) continue;
      count++;
      if (rows.length < LISTED && keep !== 'none') rows.push(row);
    }
    return {
      count,
      examples: rows.map((row) => ({
        id: keep === 'hashed' && ids.named ? hashedId(ids.of(row)) : ids.of(row),
        ...shown(candidate, baseline, row, keep),
      })),
    };
  };
  return { fixed: list(true), broken: list(false) };
}

function rightOf(rows: EvaluationRows): Float64Array | undefined {
  const name = RIGHT[rows.task];
  const metric = name === undefined ? undefined : metricByName(name, rows.task);
  const own = metric && metricFor(metric, rows);
  return own?.kind === 'mean' ? own.perRow(rows) : undefined;
}

function shown(
  candidate: EvaluationRows,
  baseline: EvaluationRows,
  row: number,
  keep: 'full' | 'hashed' | 'none',
): { readonly actual: string; readonly candidate: string; readonly baseline: string } {
  const [own, other] = [saidOf(candidate, row, keep), saidOf(baseline, row, keep)];
  return { actual: own.actual, candidate: own.predicted, baseline: other.predicted };
}

/** What a row truly is and was predicted to be; texts of people are shown only where rows are kept in full. */
function saidOf(
  rows: EvaluationRows,
  row: number,
  keep: 'full' | 'hashed' | 'none',
): { readonly actual: string; readonly predicted: string } {
  if (isClassRows(rows))
    return {
      actual: rows.labels[rows.actual[row] ?? -1] ?? '',
      predicted: rows.labels[rows.predicted[row] ?? -1] ?? '',
    };
  if (rows.task === 'multilabel') {
    const names = (flags: Uint8Array): string =>
      rows.labels.filter((_, at) => flags[row * rows.labels.length + at] === 1).join(', ');
    return { actual: names(rows.actual), predicted: names(rows.predicted) };
  }
  if (rows.task !== 'text' || keep !== 'full') return { actual: NOT_KEPT, predicted: NOT_KEPT };
  return { actual: rows.references[row]?.[0] ?? '', predicted: rows.predicted[row] ?? '' };
}
