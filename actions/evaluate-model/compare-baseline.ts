import type { BaselineComparison, ComparedMetric } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import { alignLabels } from '../lib/metrics/align-labels.ts';
import { computedValue } from '../lib/metrics/computed-value.ts';
import type { Metric } from '../lib/metrics/metric.ts';
import { pairedMetric, type RowPair } from '../lib/metrics/paired-metric.ts';
import { selectRows } from '../lib/metrics/select-rows.ts';
import { matchRows } from './baseline-table.ts';
import { betterOf } from './better-of.ts';
import { changedRows } from './changed-rows.ts';
import { compareCosts } from './compare-costs.ts';
import type { Inputs } from './inputs.ts';
import type { Predictions } from './predictions.ts';
import type { RowIds } from './row-ids.ts';
import type { Assembled } from './rows/assembled.ts';
import type { Slice } from './slices.ts';
import type { Cost, Scored } from './sources/scored.ts';

/** What the candidate is, for a comparison. */
export interface Candidate {
  readonly predictions: Predictions;
  readonly assembled: Assembled;
  readonly ids: RowIds;
  readonly metrics: readonly Metric[];
  readonly slices: readonly Slice[];
  readonly cost: Cost;
}

/** A comparison, and both models' rows side by side for the plots. */
export interface Comparison {
  readonly document: BaselineComparison;
  readonly pair: RowPair;
  readonly notes: readonly string[];
}

/**
 * Compares the candidate with the baseline on the rows that both have scored.
 *
 * @param assemble - makes rows of the baseline's predictions, as the candidate's were made
 * @throws ActionError as `matchRows`
 */
export function compareWithBaseline(
  candidate: Candidate,
  baseline: Scored,
  inputs: Inputs,
  assemble: (predictions: Predictions) => Assembled,
): Comparison {
  const { predictions, assembled, ids, metrics, slices } = candidate;
  const { table } = predictions;
  const other = baseline.predictions;
  const matched = other.table === table ? undefined : matchRows(table, other.table, inputs);
  const theirs = assemble(matched ? { ...other, table: matched.table } : other);
  const { own, others } = commonRows(assembled.source, theirs.source);
  if (own.length === 0) throw noUsableRow(other.table.name, theirs);
  const [a, b] = alignLabels(selectRows(assembled.rows, own), selectRows(theirs.rows, others));
  const pair = { candidate: a, baseline: b };
  const inPair = new Map([...own].map((row, at) => [row, at]));
  const compared = [
    ...metrics.map((metric) => compareMetric(metric, pair, inputs)),
    ...slices.flatMap(({ of, rows }) => {
      const at = Uint32Array.from([...rows].flatMap((row) => inPair.get(row) ?? []));
      if (at.length < inputs.minSliceRows) return [];
      const part = { candidate: selectRows(a, at), baseline: selectRows(b, at) };
      return metrics.map((metric) => ({ ...compareMetric(metric, part, inputs), slice: of }));
    }),
    ...compareCosts(candidate.cost, baseline.cost, a.count, inputs),
  ];
  const idOf = (row: number): string => ids.of(assembled.source[own[row] ?? 0] ?? 0);
  const changed = changedRows(pair, { named: ids.named, of: idOf }, inputs.rows);
  const left = assembled.rows.count - a.count;
  return {
    document: {
      name: baseline.model?.name ?? other.table.name,
      ...(baseline.model && { digest: baseline.model.digest }),
      rows: a.count,
      metrics: compared,
      ...changed,
    },
    pair,
    notes:
      left > 0
        ? [
            `the baseline has no usable prediction for ${left} of ${assembled.rows.count} rows; both are compared on the others`,
          ]
        : [],
  };
}

function noUsableRow(name: string, { invalid: [first] }: Assembled): ActionError {
  const why = first ? `; the first: column "${first.column}": ${first.problem}` : '';
  return new ActionError(
    'invalid-file',
    `the baseline ${name} has no usable prediction for any row of the candidate${why}`,
  );
}

/** Where the rows that both have are among the rows of each; both are in ascending order of the table. */
function commonRows(
  source: Uint32Array,
  other: Uint32Array,
): { readonly own: Uint32Array; readonly others: Uint32Array } {
  const at = new Map([...other].map((row, index) => [row, index]));
  const own: number[] = [];
  const others: number[] = [];
  for (const [index, row] of source.entries()) {
    const found = at.get(row);
    if (found === undefined) continue;
    own.push(index);
    others.push(found);
  }
  return { own: Uint32Array.from(own), others: Uint32Array.from(others) };
}

function compareMetric(metric: Metric, pair: RowPair, settings: Inputs): ComparedMetric {
  const candidate = computedValue(metric, pair.candidate);
  const baseline = computedValue(metric, pair.baseline);
  const common = {
    name: metric.id,
    direction: metric.direction,
    n: pair.candidate.count,
    candidate: finite(candidate),
    baseline: finite(baseline),
  };
  if (typeof candidate === 'string' || typeof baseline === 'string') return { ...common, better: 'unclear' };
  const found = pairedMetric(metric, pair, settings);
  if (!found) return { ...common, change: candidate - baseline, better: 'unclear' };
  const { low, high } = found.interval(settings.confidence);
  return {
    ...common,
    change: found.change,
    ci: { low, high, level: settings.confidence, method: found.method },
    p: found.p,
    better: betterOf(metric.direction, low, high),
  };
}

const finite = (value: number | string): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
