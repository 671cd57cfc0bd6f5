import type { Digest } from '../digest.ts';
import type { Source } from '../documents/envelope.ts';
import type {
  Direction,
  Interval,
  MetricKind,
  MetricsDocument,
  MetricValue,
  ScoredRow,
  Task,
} from '../documents/metrics.ts';
import { sliceName } from './slice-name.ts';

/** One measured number, from whatever file it came. */
export interface MetricEntry {
  readonly name: string;
  /** Canonical text of the slice; `undefined` for all rows. */
  readonly slice: string | undefined;
  /** `null` when it has no value; then `problem` says why. */
  readonly value: number | null;
  readonly problem: string | undefined;
  readonly direction: Direction | undefined;
  readonly kind: MetricKind | undefined;
  readonly unit: string | undefined;
  /** Rows it rests on; `undefined` when the file does not say. */
  readonly n: number | undefined;
  readonly ci: Interval | undefined;
  readonly params: Readonly<Record<string, string | number | boolean>>;
}

/** What a gate can ask about one model: its numbers and, where they were kept, the rows behind them. */
export interface MetricsView {
  readonly location: string;
  readonly digest: Digest;
  readonly entries: readonly MetricEntry[];
  /** The metrics document; `undefined` for the files of other tools. */
  readonly document: MetricsDocument | undefined;
  /** The test data's digest and the time of the evaluation where a file of another tool names them. */
  readonly datasetDigest?: Digest;
  /** ISO 8601, UTC. */
  readonly created?: string;
  readonly rows: readonly ScoredRow[] | undefined;
  readonly rowsDigest: Digest | undefined;
}

/** A number of a metrics document. */
export const entryOf = (metric: MetricValue): MetricEntry => ({
  name: metric.name,
  slice: metric.slice === undefined ? undefined : sliceName(metric.slice),
  value: metric.value,
  problem: metric.value === null ? (metric.undefined ?? 'it has no value') : undefined,
  direction: metric.direction,
  kind: metric.kind,
  unit: metric.unit,
  n: metric.n,
  ci: metric.ci,
  params: metric.params ?? {},
});

/** The numbers of a metrics document. */
export const entriesOf = (document: MetricsDocument): readonly MetricEntry[] => document.metrics.map(entryOf);

/** The number with this name on this slice. */
export const findEntry = (
  view: MetricsView,
  name: string,
  slice: string | undefined,
): MetricEntry | undefined => view.entries.find((entry) => entry.name === name && entry.slice === slice);

/** The commit a view was made from; empty where the file does not say. */
export const commitOf = (view: MetricsView): Source['commit'] => view.document?.source.commit ?? '';

/** What identifies the test data, where the file says. */
export const dataDigestOf = ({ document, datasetDigest }: MetricsView): Digest | undefined =>
  document?.dataset.digest ?? datasetDigest;

/** When the evaluation was made, where the file says. */
export const createdOf = ({ document, created }: MetricsView): string | undefined =>
  document?.created ?? created;

/** What kind of rows are behind the numbers; the tools of others keep values per row. */
export const taskOf = ({ document }: MetricsView): Task => document?.task ?? 'scores';
