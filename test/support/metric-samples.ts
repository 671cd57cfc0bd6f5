import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FILE_FORMATS } from '../../actions/lib/metric-formats/catalog.ts';
import type { FileFormat, FormatReading } from '../../actions/lib/metric-formats/format.ts';
import { joinMetrics } from '../../actions/lib/metric-formats/join-metrics.ts';
import { readSource } from '../../actions/lib/metric-formats/read-source.ts';
import type { FolderFile } from '../../actions/lib/metric-formats/source.ts';
import type { MetricEntry } from '../../actions/lib/policy/metrics-view.ts';

/** Where the samples lie, a folder for each format. */
export const SAMPLES = join(import.meta.dirname, '../fixtures/metric-formats');

/** A sample of one file, and the format it is of. */
export interface MetricSample {
  readonly path: string;
  readonly format: string;
}

/** Every sample of a format of one file. */
export const FILE_SAMPLES: readonly MetricSample[] = [
  { path: 'flat/metrics.json', format: 'flat' },
  { path: 'dvc-metrics/metrics.json', format: 'dvc-metrics' },
  { path: 'dvc-metrics/metrics.yaml', format: 'dvc-metrics' },
  { path: 'dvc-metrics/metrics.toml', format: 'dvc-metrics' },
  { path: 'dvc-plots/loss.json', format: 'dvc-plots' },
  { path: 'dvc-plots/accuracy.tsv', format: 'dvc-plots-table' },
  { path: 'dvc-diff/diff.json', format: 'dvc-diff' },
  { path: 'dvc-show/show.json', format: 'dvc-show' },
  { path: 'dvc-show/older.json', format: 'dvc-show' },
  { path: 'mlflow-rest/run.json', format: 'mlflow-rest' },
  { path: 'sklearn-report/report.json', format: 'sklearn-report' },
  { path: 'sklearn-report/subset.json', format: 'sklearn-report' },
  { path: 'evidently/snapshot.json', format: 'evidently' },
  { path: 'deepchecks/suite.json', format: 'deepchecks' },
  { path: 'hf-trainer/all_results.json', format: 'hf-trainer' },
  { path: 'hf-trainer/eval_results.json', format: 'hf-trainer' },
  { path: 'hf-model-index/README.md', format: 'hf-model-index' },
  { path: 'hf-eval-results/hle.yaml', format: 'hf-eval-results' },
  { path: 'lm-eval/results_2026-11-27T07-59-50.063722.json', format: 'lm-eval' },
  { path: 'promptfoo/output.json', format: 'promptfoo' },
  { path: 'promptfoo/version-2.json', format: 'promptfoo' },
  { path: 'deepeval/test_run.json', format: 'deepeval' },
  { path: 'bencher/results.json', format: 'bencher' },
  { path: 'github-action-benchmark/output.json', format: 'github-action-benchmark' },
  { path: 'github-action-benchmark/data.js', format: 'github-action-benchmark-history' },
  { path: 'pytest-benchmark/benchmark.json', format: 'pytest-benchmark' },
  { path: 'keras-csv/training.csv', format: 'keras-csv' },
  { path: 'keras-csv/semicolons.csv', format: 'keras-csv' },
  { path: 'lightning-csv/metrics.csv', format: 'lightning-csv' },
  { path: 'junit/results.xml', format: 'junit' },
];

/** The text of a sample. */
export const sampleText = (path: string): string => readFileSync(join(SAMPLES, path), 'utf8');

/** The format with this name. */
export function fileFormatNamed(name: string): FileFormat {
  const format = FILE_FORMATS.find((known) => known.name === name);
  if (format === undefined) throw new Error(`no format ${name}`);
  return format;
}

function besideOf(path: string, { beside }: FileFormat): readonly FolderFile[] {
  if (beside === undefined) return [];
  return readdirSync(join(SAMPLES, dirname(path)))
    .filter((name) => beside.test(name))
    .map((name) => ({ name, text: sampleText(join(dirname(path), name)) }));
}

/** What a text holds when it is read in a format. */
export async function readAs(
  format: string,
  text: string,
  options: {
    readonly where?: string;
    readonly choice?: string;
    readonly beside?: readonly FolderFile[];
  } = {},
): Promise<FormatReading & { readonly entries: readonly MetricEntry[] }> {
  const { where = 'file', choice, beside = [] } = options;
  const found = fileFormatNamed(format);
  const reading = found.read(await readSource(text, where, found.source), { choice, beside });
  return { ...reading, entries: joinMetrics(reading.metrics) };
}

/** What a sample holds, with the files beside it. */
export const readSample = ({ path, format }: MetricSample, choice?: string) =>
  readAs(format, sampleText(path), {
    where: basename(path),
    beside: besideOf(path, fileFormatNamed(format)),
    ...(choice !== undefined && { choice }),
  });

/** Entries as `name[slice] = value`. */
export const asLines = (entries: readonly MetricEntry[]): readonly string[] =>
  entries.map(
    ({ name, slice, value }) => `${name}${slice === undefined ? '' : `[${slice}]`} = ${value ?? 'none'}`,
  );
