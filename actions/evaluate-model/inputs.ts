import { TASKS, type Task } from '../lib/documents/metrics.ts';
import { METRICS, metricByName, metricIds } from '../lib/metrics/catalog.ts';
import { didYouMean } from '../lib/nearest-name.ts';
import { FAIL_ON, type FailOn } from '../lib/verdict.ts';
import { readRetention } from '../runtime/hand-over.ts';
import { type InputReader, readAll } from '../runtime/inputs.ts';
import type { InputSource } from '../runtime/runtime.ts';
import { readSource, type Source } from './read-source.ts';
import { type SliceRequest, sliceRequest } from './slice-request.ts';

/** Which columns of the data hold what. */
export interface Columns {
  readonly target: string;
  readonly prediction: string;
  readonly score: string | undefined;
  readonly id: string | undefined;
  readonly weight: string | undefined;
  readonly cluster: string | undefined;
  /** Of a ranking: the query of an item. */
  readonly query: string | undefined;
  /** Of a forecast: the series of a point. */
  readonly series: string | undefined;
}

/** How latency is measured: calls that do not count, then calls that do. */
export interface LatencyRuns {
  readonly warmup: number;
  readonly runs: number;
}

/** A second model on the same rows. */
export type Baseline =
  | { readonly kind: 'predictions'; readonly location: string }
  | { readonly kind: 'model'; readonly location: string };

export interface Inputs {
  readonly source: Source;
  readonly baseline: Baseline | undefined;
  readonly task: Task | 'auto';
  readonly columns: Columns;
  readonly features: readonly string[];
  readonly positiveLabel: string | undefined;
  readonly threshold: number;
  /** What stands between labels of a row of a multilabel task. */
  readonly labelSeparator: string;
  /** Location of the part of time series that forecasts were made from. */
  readonly training: string | undefined;
  readonly season: number;
  /** Empty for the defaults of the task. */
  readonly metrics: readonly string[];
  readonly slices: readonly SliceRequest[];
  readonly minSliceRows: number;
  /** Sensitive columns. */
  readonly fairness: readonly SliceRequest[];
  readonly confidence: number;
  readonly resamples: number;
  readonly seed: number;
  readonly latency: LatencyRuns | undefined;
  readonly modelScan: 'fail' | 'warn' | 'off';
  readonly allowGlobals: readonly string[];
  readonly rows: 'full' | 'hashed' | 'none';
  readonly maxInvalidRows: number;
  readonly outputDir: string;
  readonly upload: boolean;
  readonly artifactName: string;
  readonly retentionDays: number | undefined;
  readonly summary: boolean;
  readonly failOn: FailOn;
}

const MOST = Number.MAX_SAFE_INTEGER;

/** All inputs, checked. @throws ActionError invalid-input with every problem */
export const readInputs = (source: InputSource): Inputs =>
  readAll(source, (read) => {
    const task = read.choice('task', ['auto', ...TASKS], 'auto');
    const scored = readSource(read);
    return {
      source: scored,
      baseline: readBaseline(read, scored),
      task,
      columns: {
        target: read.text('target', 'label'),
        prediction: read.text('prediction', 'prediction'),
        score: read.optional('score'),
        id: read.optional('id'),
        weight: read.optional('weight'),
        cluster: read.optional('cluster'),
        query: read.optional('query'),
        series: read.optional('series'),
      },
      features: read.list('features'),
      positiveLabel: read.optional('positive-label'),
      threshold: read.number('threshold', { fallback: 0.5, min: 0, max: 1 }),
      labelSeparator: read.text('label-separator', '|'),
      training: read.optional('training-data'),
      season: read.integer('season', { fallback: 1, min: 1, max: 100_000 }),
      metrics: readMetrics(read, task),
      slices: readSlices(read, 'slices'),
      minSliceRows: read.integer('min-slice-rows', { fallback: 30, min: 1, max: MOST }),
      fairness: readSlices(read, 'fairness'),
      confidence: read.number('confidence', { fallback: 0.95, min: 0.5, max: 0.9999 }),
      resamples: read.integer('resamples', { fallback: 2000, min: 100, max: 100_000 }),
      seed: read.integer('seed', { fallback: 12345, min: 0, max: MOST }),
      latency: readLatency(read, scored),
      modelScan: read.choice('model-scan', ['fail', 'warn', 'off'], 'fail'),
      allowGlobals: read.list('allow-globals'),
      rows: read.choice('rows', ['full', 'hashed', 'none'], 'hashed'),
      maxInvalidRows: read.integer('max-invalid-rows', { fallback: 0, min: 0, max: MOST }),
      outputDir: read.text('output-dir', 'mlops/evaluate-model'),
      upload: read.boolean('upload', true),
      artifactName: read.text('artifact-name', 'evaluate-model'),
      retentionDays: readRetention(read),
      summary: read.boolean('summary', true),
      failOn: read.choice('fail-on', FAIL_ON, 'fail'),
    };
  });

function readBaseline(read: InputReader, source: Source): Baseline | undefined {
  const predictions = read.optional('baseline-predictions');
  const model = read.optional('baseline-model');
  if (predictions !== undefined && model !== undefined)
    read.problem('baseline-model: leave out either this or baseline-predictions: there is one baseline');
  if (predictions !== undefined) return { kind: 'predictions', location: predictions };
  if (model === undefined) return undefined;
  if (source.kind === 'predictions')
    read.problem(
      'baseline-model: a baseline is run on the input data, which is not given; pass its predictions as baseline-predictions',
    );
  return { kind: 'model', location: model };
}

const OF_LEVELS = /^(quantile_loss_at_|interval_(coverage|width)_at_|coverage_\d)/;

/** Names are looked up once the task is known: tasks share some. */
function readMetrics(read: InputReader, task: Task | 'auto'): readonly string[] {
  const wanted = read.list('metrics');
  // The columns of scores name their own metrics.
  if (task === 'scores') return wanted;
  const names = METRICS.flatMap(({ id, aliases }) => [id, ...aliases]);
  for (const name of wanted) {
    // Metrics of single levels are known once the quantiles are.
    if (OF_LEVELS.test(name)) continue;
    if (!metricByName(name)) read.problem(`metrics: there is no metric "${name}"${didYouMean(name, names)}`);
    else if (task !== 'auto' && !metricByName(name, task))
      read.problem(`metrics: ${name} is none of a ${task} task; those are ${metricIds(task).join(', ')}`);
  }
  return wanted;
}

function readSlices(read: InputReader, input: string): readonly SliceRequest[] {
  const lines = input === 'fairness' ? read.list(input) : read.lines(input);
  return lines.flatMap((line) => {
    const request = sliceRequest(line);
    if (typeof request !== 'string') return request;
    read.problem(`${input}: ${request}`);
    return [];
  });
}

function readLatency(read: InputReader, { kind }: Source): LatencyRuns | undefined {
  const text = read.text('latency', 'off');
  if (text === 'off') return undefined;
  if (kind !== 'model')
    read.problem(
      'latency: single predictions are timed of an ONNX model that is run here (model and data); an endpoint is timed by request without asking, other predictions cannot be',
    );
  const [, warmup, runs] = /^(\d{1,5})x(\d{1,6})$/.exec(text) ?? [];
  if (runs === undefined || Number(runs) === 0)
    read.problem(
      `latency: expected off, or calls that do not count and calls that do, such as 10x200; found "${text}"`,
    );
  return { warmup: Number(warmup ?? 0), runs: Number(runs ?? 1) };
}
