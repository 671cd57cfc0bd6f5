import type { Task } from '../lib/documents/metrics.ts';
import { METRICS, metricByName, metricIds } from '../lib/metrics/catalog.ts';
import type { Metric } from '../lib/metrics/metric.ts';
import { didYouMean } from '../lib/nearest-name.ts';
import { FAIL_ON, type FailOn } from '../lib/verdict.ts';
import { type InputReader, readAll } from '../runtime/inputs.ts';
import type { InputSource } from '../runtime/runtime.ts';

/** What is scored: predictions that somebody made, or a model that is run on data. */
export type Scored =
  | { readonly kind: 'predictions'; readonly location: string; readonly model: string | undefined }
  | { readonly kind: 'model'; readonly model: string; readonly data: string };

/** A line of the input `slices`: all values of a column, or one of them. */
export interface SliceRequest {
  readonly column: string;
  readonly value: string | undefined;
}

export interface Inputs {
  readonly scored: Scored;
  readonly task: Task | 'auto';
  readonly target: string;
  readonly prediction: string;
  readonly score: string | undefined;
  readonly id: string | undefined;
  readonly weight: string | undefined;
  readonly features: readonly string[];
  readonly positiveLabel: string | undefined;
  readonly threshold: number;
  /** Empty for the defaults of the task. */
  readonly metrics: readonly Metric[];
  readonly slices: readonly SliceRequest[];
  readonly minSliceRows: number;
  readonly confidence: number;
  readonly resamples: number;
  readonly seed: number;
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

function readScored(read: InputReader): Scored {
  const predictions = read.optional('predictions');
  const model = read.optional('model');
  const data = read.optional('data');
  if (predictions !== undefined) {
    if (data !== undefined)
      read.problem(
        'data: not used with predictions, which hold the labels themselves; leave one of the two out',
      );
    return { kind: 'predictions', location: predictions, model };
  }
  if (model === undefined || data === undefined)
    read.problem('give either predictions, or both model (an .onnx file) and data (its test set)');
  return { kind: 'model', model: model ?? '', data: data ?? '' };
}

function readMetrics(read: InputReader, task: Task | 'auto'): readonly Metric[] {
  const names = METRICS.flatMap(({ id, aliases }) => [id, ...aliases]);
  const found = read.list('metrics').flatMap((name) => {
    const metric = metricByName(name);
    if (!metric) read.problem(`metrics: there is no metric "${name}"${didYouMean(name, names)}`);
    else if (task !== 'auto' && !metric.tasks.some((own) => own === task))
      read.problem(
        `metrics: ${metric.id} is none of a ${task} task; those are ${metricIds(task).join(', ')}`,
      );
    return metric ?? [];
  });
  return [...new Set(found)];
}

/** All inputs, checked. @throws ActionError invalid-input with every problem */
export const readInputs = (source: InputSource): Inputs =>
  readAll(source, (read) => {
    const task = read.choice('task', ['auto', 'binary', 'multiclass', 'regression'], 'auto');
    return {
      scored: readScored(read),
      task,
      target: read.text('target', 'label'),
      prediction: read.text('prediction', 'prediction'),
      score: read.optional('score'),
      id: read.optional('id'),
      weight: read.optional('weight'),
      features: read.list('features'),
      positiveLabel: read.optional('positive-label'),
      threshold: read.number('threshold', { fallback: 0.5, min: 0, max: 1 }),
      metrics: readMetrics(read, task),
      slices: read.lines('slices').map(sliceRequest),
      minSliceRows: read.integer('min-slice-rows', { fallback: 30, min: 1, max: MOST }),
      confidence: read.number('confidence', { fallback: 0.95, min: 0.5, max: 0.9999 }),
      resamples: read.integer('resamples', { fallback: 2000, min: 100, max: 100_000 }),
      seed: read.integer('seed', { fallback: 12345, min: 0, max: MOST }),
      rows: read.choice('rows', ['full', 'hashed', 'none'], 'hashed'),
      maxInvalidRows: read.integer('max-invalid-rows', { fallback: 0, min: 0, max: MOST }),
      outputDir: read.text('output-dir', 'mlops/evaluate-model'),
      upload: read.boolean('upload', true),
      artifactName: read.text('artifact-name', 'evaluate-model'),
      retentionDays: read.optional('retention-days')
        ? read.integer('retention-days', { fallback: 90, min: 1, max: 400 })
        : undefined,
      summary: read.boolean('summary', true),
      failOn: read.choice('fail-on', FAIL_ON, 'fail'),
    };
  });

function sliceRequest(line: string): SliceRequest {
  const equals = line.indexOf('=');
  return equals < 0
    ? { column: line, value: undefined }
    : { column: line.slice(0, equals).trim(), value: line.slice(equals + 1).trim() };
}
