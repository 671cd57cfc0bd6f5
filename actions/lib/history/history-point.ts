import { canonicalJson, sha256 } from '../digest.ts';
import type { GateDocument } from '../documents/gate.ts';
import type { HistoryPoint, HistoryValue } from '../policy/history.ts';
import type { MetricEntry, MetricsView } from '../policy/metrics-view.ts';

/** Values a point keeps at most; a metric on all rows comes before one on a slice. */
const MAX_VALUES = 200;

/**
 * What a history keeps of a judged commit: the metrics on all rows, and those on slices that a gate asked for.
 * Values that are no finite number leave a gap.
 */
export function pointOf(document: GateDocument, candidate: MetricsView): HistoryPoint {
  const { created, source, verdict } = document;
  const asked = new Set(document.gates.map(({ metric, slice }) => `${metric}\n${slice ?? ''}`));
  const whole = candidate.entries.filter(({ slice }) => slice === undefined);
  const sliced = candidate.entries.filter(
    ({ name, slice }) => slice !== undefined && asked.has(`${name}\n${slice}`),
  );
  const digest = candidate.document?.dataset.digest ?? candidate.datasetDigest;
  return {
    commit: source.commit,
    created,
    run: source.run,
    verdict,
    ...(digest !== undefined && { datasetDigest: digest }),
    metrics: [...whole, ...sliced].flatMap(keptValue).slice(0, MAX_VALUES),
  };
}

function keptValue({ name, slice, value, ci }: MetricEntry): readonly HistoryValue[] {
  if (value === null || !Number.isFinite(value)) return [];
  const interval =
    ci !== undefined && Number.isFinite(ci.low) && Number.isFinite(ci.high)
      ? { low: ci.low, high: ci.high }
      : {};
  return [{ name, ...(slice !== undefined && { slice }), value, ...interval }];
}

/** The numbers of a point as a gate can ask for them; there are no rows and no intervals of a known level behind them. */
export const viewOfPoint = (point: HistoryPoint, location: string): MetricsView => ({
  location,
  digest: sha256(canonicalJson(point)),
  entries: point.metrics.map(({ name, slice, value }) => plainEntry(name, slice, value)),
  created: point.created,
  ...(point.datasetDigest !== undefined && { datasetDigest: point.datasetDigest }),
  document: undefined,
  rows: undefined,
  rowsDigest: undefined,
});

/** A number of which only its name is known. */
export const plainEntry = (name: string, slice: string | undefined, value: number): MetricEntry => ({
  name,
  slice,
  value,
  problem: undefined,
  direction: undefined,
  kind: undefined,
  unit: undefined,
  n: undefined,
  ci: undefined,
  params: {},
});
