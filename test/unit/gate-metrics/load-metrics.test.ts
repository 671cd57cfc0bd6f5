import { expect, test } from 'vitest';
import { loadInput } from '../../../actions/gate-metrics/metrics/load-input.ts';
import {
  type LoadedMetrics,
  loadCandidate,
  loadMetrics,
} from '../../../actions/gate-metrics/metrics/load-metrics.ts';
import type { ActionErrorCode } from '../../../actions/lib/errors.ts';
import { memoryRuntime } from '../../support/memory-runtime.ts';
import { asLines, sampleText } from '../../support/metric-samples.ts';
import { evidenceFiles, simulatedRows } from '../../support/metrics-evidence.ts';

interface Given {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly fixtures?: string;
  readonly artifacts?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly format?: string;
  readonly expectInputs?: number;
}

async function load(locations: readonly string[], given: Given = {}): Promise<LoadedMetrics> {
  const { format = 'auto', expectInputs, ...options } = given;
  await using runtime = await memoryRuntime(options);
  return await loadCandidate(runtime, locations, { format, expectInputs });
}

const lines = async (locations: readonly string[], given: Given = {}) =>
  asLines((await load(locations, given)).view.entries);

const refused = (code: ActionErrorCode, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

const JUNIT = '<testsuite name="s" tests="1"><testcase name="x"/></testsuite>';

test('files of several locations and formats are one list of metrics', async () => {
  const loaded = await load(['metrics.json', 'reports/*.xml'], {
    files: { 'metrics.json': '{"accuracy": 0.9}', 'reports/a.xml': JUNIT },
  });
  expect(asLines(loaded.view.entries)).toEqual([
    'accuracy = 0.9',
    'tests.pass_rate = 1',
    'tests.total = 1',
    'tests.passed = 1',
    'tests.failed = 0',
    'tests.errors = 0',
    'tests.skipped = 0',
  ]);
  expect(loaded.inputs).toEqual([
    { name: 'metrics.json', format: 'flat' },
    { name: 'reports/a.xml', format: 'junit' },
  ]);
  expect(loaded.view.location).toBe('metrics.json, reports/*.xml');
});

test('the digest of several files is of all of them and not of their order', async () => {
  const files = { 'a.json': '{"a": 1}', 'b.json': '{"b": 1}' };
  const digest = async (locations: readonly string[], given: Given = { files }) =>
    (await load(locations, given)).view.digest;
  expect(await digest(['a.json', 'b.json'])).toBe(await digest(['b.json', 'a.json']));
  expect(await digest(['a.json', 'b.json'])).not.toBe(
    await digest(['*.json'], { files: { ...files, 'b.json': '{"b": 2}' } }),
  );
});

test('the same metric with one value in two files is one; with two values both files are named', async () => {
  const same = { 'a.json': '{"acc": 0.9}', 'b.json': '{"acc": 0.9, "auc": 1}' };
  expect(await lines(['*.json'], { files: same })).toEqual(['acc = 0.9', 'auc = 1']);
  const other = { ...same, 'b.json': '{"acc": 0.8}' };
  await expect(load(['*.json'], { files: other })).rejects.toEqual(
    refused('invalid-file', 'b.json:1:9: acc is 0.8 here and 0.9 at a.json:1:9'),
  );
});

test('expect-inputs refuses what jobs did not hand over, and names what is there', async () => {
  const files = { 'shard-1.json': '{"a": 1}', 'shard-2.json': '{"b": 1}' };
  expect(await lines(['shard-*.json'], { files, expectInputs: 2 })).toEqual(['a = 1', 'b = 1']);
  await expect(load(['shard-*.json'], { files, expectInputs: 3 })).rejects.toEqual(
    refused('evidence-refused', 'expect-inputs says 3, found 2: shard-1.json, shard-2.json'),
  );
});

test('of a folder the metrics.json counts, else the one file that has the shape of a format', async () => {
  const files = { 'out/metrics.json': '{"a": 1}', 'out/notes.json': '{"z": 1}', 'out/plot.svg': '<svg/>' };
  expect(await lines(['out'], { files })).toEqual(['a = 1']);
  const other = { 'out/results.xml': JUNIT, 'out/config.json': '{"z": 1}', 'out/log.md': '# Log' };
  expect((await load(['out'], { files: other })).inputs).toEqual([
    { name: 'out/results.xml', format: 'junit' },
  ]);
});

test('a folder or an artifact with two candidates is refused unless their number is known', async () => {
  const one = { 'a/metrics.json': '{"a": 1}', 'b/metrics.json': '{"b": 1}' };
  const message = 'expected one metrics.json, found a/metrics.json, b/metrics.json';
  await expect(load(['artifact:eval'], { artifacts: { eval: one } })).rejects.toEqual(
    refused('invalid-input', message),
  );
  expect(await lines(['artifact:eval'], { artifacts: { eval: one }, expectInputs: 2 })).toEqual([
    'a = 1',
    'b = 1',
  ]);
});

test('a folder without metrics is refused with what is in it', async () => {
  const files = { 'out/a.svg': '<svg/>', 'out/b.json': '{"z": {"y": 1}}', 'out/c.json': '[[1]]' };
  await expect(load(['out'], { files })).rejects.toEqual(
    refused('not-found', 'found out/a.svg, out/b.json, out/c.json'),
  );
  await expect(load(['nothing/*.json'], { files })).rejects.toEqual(refused('not-found', 'no name matches'));
});

test('a format that is asked for is read as asked, one that is none is refused with the nearest', async () => {
  const files = { 'm.txt': 'acc=0.9\n', 'log.csv': 'epoch,loss,acc\n0,2,0.5\n1,1,0.4\n' };
  expect(await lines(['m.txt'], { files, format: 'text' })).toEqual(['acc = 0.9']);
  // Columns out of order are no log of Keras by shape, but may be read as one.
  await expect(load(['log.csv'], { files })).rejects.toEqual(
    refused('invalid-file', 'it is a table with the columns "epoch", "loss", "acc"'),
  );
  expect(await lines(['log.csv'], { files, format: 'keras-csv:max(acc)' })).toEqual([
    'loss = 2',
    'acc = 0.5',
  ]);
  await expect(load(['m.txt'], { files, format: 'junitt' })).rejects.toEqual(
    refused('invalid-input', 'did you mean "junit"?'),
  );
  await expect(load(['m.txt'], { files, format: 'junit:x' })).rejects.toEqual(
    refused('invalid-input', 'nothing may follow junit'),
  );
  await expect(load(['m.txt'], { files, format: 'sklearn-report' })).rejects.toEqual(
    refused(
      'invalid-file',
      'm.txt: not classification_report(output_dict=True) of scikit-learn: it is TOML, an object with the keys "acc"',
    ),
  );
});

test('a run of MLflow: the last logged value by step, or the best', async () => {
  const fixtures = 'metric-formats/mlflow-run';
  const { view, inputs } = await load(['mlruns/478112/3f0e5a'], { fixtures });
  expect(inputs).toEqual([{ name: 'mlruns/478112/3f0e5a', format: 'mlflow-run' }]);
  expect(asLines(view.entries).toSorted()).toEqual([
    'accuracy = 0.9535',
    'grad_norm = none',
    'val/loss = 0.2113',
  ]);
  expect(view.created).toBe('2026-01-07T12:01:00.000Z');
  const best = await lines(['mlruns'], { fixtures, format: 'mlflow-run:min' });
  expect(best).toContain('val/loss = 0.2007');
  await expect(load(['mlruns'], { fixtures, format: 'mlflow-run:best' })).rejects.toEqual(
    refused('invalid-input', 'expected min or max'),
  );
});

test('several runs of MLflow are refused with their names', async () => {
  const files = Object.fromEntries(
    ['a', 'b'].flatMap((run) => [
      [`mlruns/1/${run}/meta.yaml`, 'status: 3\n'],
      [`mlruns/1/${run}/metrics/acc`, '1 0.5 0\n'],
    ]),
  );
  await expect(load(['mlruns'], { files })).rejects.toEqual(
    refused('invalid-input', 'expected one run folder of MLflow, found mlruns/1/a, mlruns/1/b'),
  );
});

test('a metric of MLflow that is cut off is refused with its line', async () => {
  const files = { 'run/meta.yaml': 'status: 3\n', 'run/metrics/acc': '1 0.5 0\n2 high 1\n' };
  await expect(load(['run'], { files })).rejects.toEqual(
    refused('invalid-file', 'run/metrics/acc:2: expected'),
  );
});

test('the folder that EvaluationResult.save of MLflow writes: n and directions are known', async () => {
  const { view, inputs } = await load(['.'], { fixtures: 'metric-formats/mlflow-evaluation' });
  expect(inputs[0]?.format).toBe('mlflow-evaluation');
  const named = new Map(view.entries.map((entry) => [entry.name, entry]));
  expect(named.get('accuracy')).toMatchObject({
    value: 0.9736842105263158,
    n: 114,
    direction: 'higher',
  });
  expect(named.get('log_loss')).toMatchObject({ value: 0.0845192, direction: 'lower' });
  expect(named.get('precision_recall_auc')?.direction).toBe('higher');
  expect(named.get('example_count')?.direction).toBeUndefined();
});

test('lm-eval: samples beside the results are the rows, from a folder, a pattern or an artifact', async () => {
  const fixtures = 'metric-formats/lm-eval';
  const rows = async (location: string, given: Given) => (await load([location], given)).view.rows?.length;
  expect(await rows('.', { fixtures })).toBe(24);
  expect(await rows('results_*.json', { fixtures })).toBe(24);
  const name = 'results_2026-11-27T07-59-50.063722.json';
  const sums = 'samples_sums_2026-11-27T07-59-50.063722.jsonl';
  const files = Object.fromEntries(
    [name, sums].map((file) => [`dummy/${file}`, sampleText(`lm-eval/${file}`)]),
  );
  expect(await rows('artifact:lm', { artifacts: { lm: files } })).toBe(12);
  const { view } = await load(['.'], { fixtures });
  expect(view).toMatchObject({ document: undefined, datasetDigest: expect.stringMatching(/^sha256:/) });
});

test('lm-eval: samples of another run in the same folder are no rows of this one', async () => {
  const name = 'results_2026-11-27T07-59-50.063722.json';
  const samples = sampleText('lm-eval/samples_sums_2026-11-27T07-59-50.063722.jsonl');
  const files = {
    [`r/${name}`]: sampleText(`lm-eval/${name}`),
    'r/samples_sums_2026-11-20T00-00-00.0.jsonl': samples,
  };
  expect((await load(['r/*'], { files })).view.rows).toBeUndefined();
});

test('files that are larger together than is read, and more metrics than are judged, are refused', async () => {
  const many = JSON.stringify(
    Object.fromEntries(Array.from({ length: 100_001 }, (_, index) => [`m${index}`, 1])),
  );
  await expect(load(['m.json'], { files: { 'm.json': many } })).rejects.toEqual(
    refused('limit-exceeded', '100001 metrics, at most 100000 are judged together'),
  );
  await using runtime = await memoryRuntime({ files: { 'm.json': '{"acc": 0.5}' } });
  const file = { location: 'm.json', name: 'm.json', path: 'm.json' };
  const request = { format: undefined, choice: undefined };
  await expect(
    loadInput(runtime, { kind: 'file', file, files: [file] }, request, { bytes: 11 }),
  ).rejects.toEqual(refused('limit-exceeded', 'larger together than is read'));
});

test('a sample that is no JSON is refused with its file and line', async () => {
  const name = 'results_2026-11-27T07-59-50.063722.json';
  const files = {
    [name]: sampleText(`lm-eval/${name}`),
    'samples_sums_2026-11-27T07-59-50.063722.jsonl': '{"doc_id": 0}\n{"doc_id": \n',
  };
  await expect(load([name], { files })).rejects.toEqual(
    refused('invalid-file', 'samples_sums_2026-11-27T07-59-50.063722.jsonl:2'),
  );
});

test('dvc metrics diff brings its own baseline, Evidently its own gates', async () => {
  const { embeddedBaseline } = await load(['diff.json'], { fixtures: 'metric-formats/dvc-diff' });
  expect(asLines(embeddedBaseline?.entries ?? [])).toContain('auc = 0.9412');
  const { readyGates, embeddedBaseline: none } = await load(['snapshot.json'], {
    fixtures: 'metric-formats/evidently',
  });
  expect(readyGates).toHaveLength(4);
  expect(none).toBeUndefined();
});

const ROWS = simulatedRows({ n: 40, wrong: 0.1, model: 1 });

test('a document of evaluate-model comes with its rows, also beside files of other tools', async () => {
  const files = { ...evidenceFiles('eval', ROWS), 'results.xml': JUNIT };
  const { view, inputs } = await load(['eval', 'results.xml'], { files });
  expect(view.document?.task).toBe('binary');
  expect(view.rows).toHaveLength(40);
  expect(view.entries.map(({ name }) => name)).toContain('tests.pass_rate');
  expect(inputs.map(({ format }) => format)).toEqual(['metrics', 'junit']);
});

test('two documents of evaluations are refused: numbers of parts cannot be added up', async () => {
  const files = {
    ...evidenceFiles('one', ROWS),
    ...evidenceFiles('two', ROWS),
  };
  await expect(load(['one', 'two'], { files, expectInputs: 2 })).rejects.toEqual(
    refused('invalid-input', 'evaluate the predictions of all parts in one step'),
  );
});

test('a document of another kind is refused by its kind', async () => {
  const files = { 'gate.json': '{"schema": "mlops-actions/gate/v1"}' };
  await expect(load(['gate.json'], { files })).rejects.toEqual(
    refused('invalid-document', 'expected a metrics document'),
  );
});

test('a baseline of one location is read the same way', async () => {
  await using runtime = await memoryRuntime({ files: { 'm.yaml': 'train:\n  acc: 0.9\n' } });
  expect(asLines((await loadMetrics(runtime, 'm.yaml')).entries)).toEqual(['train.acc = 0.9']);
});
