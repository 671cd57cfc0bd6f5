import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { main } from '../../actions/evaluate-model/main.ts';
import type {
  ComparedMetric,
  MetricsDocument,
  MetricValue,
  ScoredRow,
} from '../../actions/lib/documents/metrics.ts';
import { readDocument } from '../../actions/lib/schema/documents.ts';
import { type MemoryRuntimeOptions, memoryRuntime } from '../support/memory-runtime.ts';

const OUT = 'mlops/evaluate-model';

/** What scikit-learn, numpy and scipy say of the files of `test/fixtures/evaluate-model`; see `tasks.py` there. */
export const expected = JSON.parse(
  readFileSync(new URL('../fixtures/evaluate-model/expected.json', import.meta.url), 'utf8'),
);

/** A file of `test/fixtures/evaluate-model`. */
export const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/evaluate-model/${name}`, import.meta.url), 'utf8');

/** Runs the action once over the files of `test/fixtures/evaluate-model` and some more, and reads what it left. */
export async function evaluated(
  inputs: Readonly<Record<string, string>>,
  options: Omit<MemoryRuntimeOptions, 'inputs'> = {},
) {
  await using runtime = await memoryRuntime({
    action: 'evaluate-model',
    fixtures: 'evaluate-model',
    inputs,
    ...options,
  });
  const outcome = await main(runtime);
  const text = await runtime.files.readText(`${OUT}/metrics.json`);
  // Reading holds the document to its schema.
  const document = readDocument<MetricsDocument>('metrics', text, 'metrics.json');
  const hasRows = await runtime.files.exists(`${OUT}/rows.ndjson.gz`);
  const rows = hasRows ? linesOf(await runtime.files.read(`${OUT}/rows.ndjson.gz`)) : undefined;
  return { outcome, document, rows, recorded: runtime.recorded };
}

const linesOf = (packed: Uint8Array): ScoredRow[] =>
  gunzipSync(packed)
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** What a run is refused with: code and message. It must leave nothing behind that looks like a result. */
export async function refused(
  inputs: Readonly<Record<string, string>>,
  options: Omit<MemoryRuntimeOptions, 'inputs'> = {},
): Promise<{ readonly code: unknown; readonly message: string; readonly left: readonly string[] }> {
  await using runtime = await memoryRuntime({
    action: 'evaluate-model',
    fixtures: 'evaluate-model',
    inputs,
    ...options,
  });
  const error: unknown = await main(runtime).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const left = await runtime.files.glob(`${OUT}/**`);
  const { outputs } = runtime.recorded;
  return {
    code: error instanceof Error && 'code' in error ? error.code : undefined,
    message: error instanceof Error ? error.message : 'it was not refused',
    left: [...left.map(String), ...[...outputs.keys()].map((name) => `output ${name}`)],
  };
}

/** The slice of a value as gates name it: `region=north`; empty for all rows. */
const sliceOf = ({ slice }: Pick<MetricValue, 'slice'>): string =>
  Object.entries(slice ?? {})
    .map(([column, value]) => `${column}=${value}`)
    .sort()
    .join(',');

export const metricOf = (
  { metrics }: Pick<MetricsDocument, 'metrics'>,
  name: string,
  slice = '',
): MetricValue | undefined => metrics.find((metric) => metric.name === name && sliceOf(metric) === slice);

export const comparedOf = (
  { baseline }: MetricsDocument,
  name: string,
  slice = '',
): ComparedMetric | undefined =>
  baseline?.metrics.find((metric) => metric.name === name && sliceOf(metric) === slice);

/** The values of a document by name, for those that are expected. */
export const valuesOf = (document: MetricsDocument, wanted: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.keys(wanted).map((name) => [name, metricOf(document, name)?.value]));
