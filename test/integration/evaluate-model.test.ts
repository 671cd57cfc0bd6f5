import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { main } from '../../actions/evaluate-model/main.ts';
import type { MetricsDocument, MetricValue, ScoredRow } from '../../actions/lib/documents/metrics.ts';
import { readDocument } from '../../actions/lib/schema/documents.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';

const OUT = 'mlops/evaluate-model';

async function documentOf(runtime: MemoryRuntime): Promise<MetricsDocument> {
  return readDocument<MetricsDocument>(
    'metrics',
    await runtime.files.readText(`${OUT}/metrics.json`),
    'metrics.json',
  );
}

const metricOf = ({ metrics }: MetricsDocument, name: string, slice?: string): MetricValue | undefined =>
  metrics.find((metric) => metric.name === name && Object.values(metric.slice ?? {})[0] === slice);

async function rowsOf(runtime: MemoryRuntime): Promise<ScoredRow[]> {
  const packed = await runtime.files.read(`${OUT}/rows.ndjson.gz`);
  return gunzipSync(packed)
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The golden rows of scikit-learn 1.9.1 in `test/fixtures/metrics/golden.py`: y, score. */
const BINARY = `case,label,score,region
a,0,0.1,north
b,1,0.4,north
c,1,0.8,north
d,0,0.4,north
e,1,0.9,south
f,0,0.6,south
g,1,0.35,south
h,1,0.7,south
`;

describe('predictions of a binary task', () => {
  const inputs = {
    predictions: 'test.csv',
    score: 'score',
    id: 'case',
    slices: 'region',
    'min-slice-rows': '4',
  };

  test('give scikit-learn values, intervals, slices, documents and outputs', async () => {
    await using runtime = await memoryRuntime({
      action: 'evaluate-model',
      inputs,
      files: { 'test.csv': BINARY },
    });
    const outcome = await main(runtime);
    expect(outcome).toMatchObject({ verdict: 'pass', failOn: 'fail' });
    const document = await documentOf(runtime);
    expect(document).toMatchObject({
      task: 'binary',
      dataset: { path: 'test.csv', rows: 8, invalidRows: 0 },
      settings: { positiveLabel: '1', labels: ['0', '1'], threshold: 0.5, seed: 12345 },
    });
    expect(metricOf(document, 'roc_auc')).toMatchObject({ n: 8, ci: { method: 'delong', level: 0.95 } });
    // scikit-learn 1.9.1, `golden.py`, "eight rows".
    expect(metricOf(document, 'roc_auc')?.value).toBeCloseTo(0.7666666666666666, 12);
    expect(metricOf(document, 'average_precision')?.value).toBeCloseTo(0.8761904761904762, 12);
    expect(metricOf(document, 'log_loss')?.value).toBeCloseTo(0.5229710923226967, 12);
    expect(metricOf(document, 'f1')).toMatchObject({
      ci: { method: 'bootstrap-cells' },
      params: { average: 'binary' },
    });
    expect(metricOf(document, 'accuracy', 'south')).toMatchObject({
      value: 0.5,
      n: 4,
      ci: { method: 'wilson' },
    });
    for (const { ci, value } of document.metrics)
      if (ci && value !== null) {
        expect(ci.low).toBeLessThanOrEqual(value);
        expect(ci.high).toBeGreaterThanOrEqual(value);
      }
    const { outputs } = runtime.recorded;
    expect(outputs.get('primary')).toMatch(/^roc_auc=0\.7666/);
    expect(outputs.get('rows')).toBe('8');
    expect(outputs.get('data-digest')).toBe(document.dataset.digest);
    expect(runtime.recorded.uploads[0]?.files).toEqual(
      expect.arrayContaining([
        'metrics.json',
        'rows.ndjson.gz',
        'curves.json',
        'report.md',
        'plots/roc.svg',
        'plots/slices.svg',
      ]),
    );
    expect(runtime.recorded.summary()).toContain('| `roc_auc` | ↑ |');
  });

  test('keep what a paired comparison needs, with hashed ids', async () => {
    await using runtime = await memoryRuntime({ inputs, files: { 'test.csv': BINARY } });
    await main(runtime);
    const rows = await rowsOf(runtime);
    expect(rows).toHaveLength(8);
    expect(rows[2]).toMatchObject({ y: '1', p: '1', s: 0.8, k: ['region=north'] });
    expect(rows[2]?.id).toMatch(/^[0-9a-f]{16}$/);
  });

  test('is the same data in another order of columns and with quotes, and other data with another label', async () => {
    const digest = async (csv: string): Promise<string | undefined> => {
      await using runtime = await memoryRuntime({
        inputs: { ...inputs, slices: '' },
        files: { 'test.csv': csv },
      });
      await main(runtime);
      return runtime.recorded.outputs.get('data-digest');
    };
    const reordered = BINARY.replace(/^(.*?),(.*?),(.*?),(.*)$/gm, '"$3","$2",$1');
    expect(await digest(reordered)).toBe(await digest(BINARY));
    expect(await digest(BINARY.replace('a,0', 'a,1'))).not.toBe(await digest(BINARY));
  });

  test('small slices are listed as excluded', async () => {
    await using runtime = await memoryRuntime({
      inputs: { ...inputs, 'min-slice-rows': '5' },
      files: { 'test.csv': BINARY },
    });
    await main(runtime);
    const document = await documentOf(runtime);
    expect(document.excludedGroups).toHaveLength(2);
    expect(document.metrics.every(({ slice }) => slice === undefined)).toBe(true);
  });

  test('a requested metric that cannot be computed makes the verdict inconclusive', async () => {
    await using runtime = await memoryRuntime({
      inputs: { predictions: 'test.csv', metrics: 'accuracy, roc_auc' },
      files: { 'test.csv': 'label,prediction\n0,0\n1,1\n1,0\n' },
    });
    const outcome = await main(runtime);
    expect(outcome.verdict).toBe('inconclusive');
    expect(metricOf(await documentOf(runtime), 'roc_auc')).toMatchObject({
      value: null,
      undefined: 'no probabilities were given',
    });
  });

  test('rows without label or score fail beyond what is tolerated, on their lines', async () => {
    const files = { 'test.csv': `${BINARY}i,,0.3,south\nj,1,,south\nk,0,nan,north\n` };
    await using runtime = await memoryRuntime({ inputs, files });
    expect(await main(runtime)).toMatchObject({ verdict: 'fail' });
    expect(runtime.recorded.annotations.map(({ line, level }) => [line, level])).toEqual([
      [10, 'error'],
      [11, 'error'],
      [12, 'error'],
    ]);
    await using tolerant = await memoryRuntime({ inputs: { ...inputs, 'max-invalid-rows': '3' }, files });
    expect(await main(tolerant)).toMatchObject({ verdict: 'pass' });
    expect((await documentOf(tolerant)).dataset).toMatchObject({ rows: 8, invalidRows: 3 });
  });
});

describe('predictions of other tasks', () => {
  test('multiclass from columns of probabilities', async () => {
    const csv = `label,p_x,p_y,p_z
x,.7,.2,.1
y,.1,.6,.3
z,.2,.2,.6
z,.1,.5,.4
y,.3,.4,.3
x,.2,.5,.3
z,.1,.1,.8
y,.3,.3,.4
`;
    await using runtime = await memoryRuntime({
      inputs: { predictions: 'test.csv', score: 'p_' },
      files: { 'test.csv': csv },
    });
    expect(await main(runtime)).toMatchObject({ verdict: 'pass' });
    const document = await documentOf(runtime);
    expect(document.settings.labels).toEqual(['x', 'y', 'z']);
    // scikit-learn 1.9.1, `golden.py`, "eight rows" of multiclass.
    expect(metricOf(document, 'f1_macro')?.value).toBeCloseTo(0.6349206349206349, 12);
    expect(metricOf(document, 'roc_auc_ovr_macro')?.value).toBeCloseTo(0.8305555555555556, 12);
    expect(metricOf(document, 'top_k_accuracy')?.value).toBeCloseTo(0.875, 12);
    expect((await rowsOf(runtime))[0]).toMatchObject({ y: 'x', p: 'x', s: [0.7, 0.2, 0.1] });
  });

  test('regression', async () => {
    await using runtime = await memoryRuntime({
      inputs: { predictions: 'test.jsonl', target: 'y', prediction: 'p', rows: 'full' },
      files: { 'test.jsonl': '{"y":3,"p":2.5}\n{"y":-0.5,"p":0}\n{"y":2,"p":2}\n{"y":7,"p":8}\n' },
    });
    expect(await main(runtime)).toMatchObject({ verdict: 'pass' });
    const document = await documentOf(runtime);
    expect(document.task).toBe('regression');
    // scikit-learn 1.9.1, `golden.py`, "four rows" of regression.
    expect(metricOf(document, 'r2')?.value).toBeCloseTo(0.9486081370449679, 12);
    expect(metricOf(document, 'mean_absolute_error')).toMatchObject({
      value: 0.5,
      ci: { method: 'student-t' },
    });
    expect(await rowsOf(runtime)).toEqual([
      { id: '0', y: 3, p: 2.5 },
      { id: '1', y: -0.5, p: 0 },
      { id: '2', y: 2, p: 2 },
      { id: '3', y: 7, p: 8 },
    ]);
  });
});

describe('an ONNX model run on a test set', () => {
  const inputs = {
    model: 'classifier-zipmap.onnx',
    data: 'penguins.csv',
    target: 'species',
    id: 'id',
    features: 'bill_length_mm, bill_depth_mm, mass_kg',
    slices: 'island',
    'min-slice-rows': '5',
  };

  test('is measured like its predictions in Python', async () => {
    await using runtime = await memoryRuntime({ inputs, fixtures: 'onnx' });
    expect(await main(runtime)).toMatchObject({ verdict: 'pass' });
    const document = await documentOf(runtime);
    const expected = JSON.parse(
      readFileSync(new URL('../fixtures/onnx/expected.json', import.meta.url), 'utf8'),
    )['classifier-zipmap'];
    const rows = await rowsOf(runtime);
    expect(rows.map(({ p }) => p)).toEqual(expected.first);
    for (const [index, { s }] of rows.entries())
      for (const [part, value] of (Array.isArray(s) ? s : []).entries())
        expect(Math.abs(value - expected.probabilities[index * 3 + part])).toBeLessThan(1e-6);
    const right = rows.filter(({ y, p }) => y === p).length;
    expect(metricOf(document, 'accuracy')?.value).toBeCloseTo(right / rows.length, 12);
    expect(metricOf(document, 'model_size_bytes')).toMatchObject({
      value: 574,
      unit: 'byte',
      kind: 'resource',
    });
    expect(document.model).toMatchObject({ name: 'classifier-zipmap.onnx', sizeBytes: 574 });
    expect(runtime.recorded.outputs.get('model-digest')).toBe(document.model?.digest);
  });

  test.each([
    { model: 'tree.onnx', target: 'heavy', features: 'bill_length_mm,bill_depth_mm', task: 'binary' },
    {
      model: 'regressor.onnx',
      target: 'mass_g',
      features: 'bill_length_mm,bill_depth_mm',
      task: 'regression',
    },
    { model: 'classifier-columns.onnx', target: 'species', features: '', task: 'multiclass' },
  ])('$model shows its task, $task', async ({ task, ...own }) => {
    await using runtime = await memoryRuntime({ inputs: { ...inputs, ...own }, fixtures: 'onnx' });
    expect(await main(runtime)).toMatchObject({ verdict: 'pass' });
    expect((await documentOf(runtime)).task).toBe(task);
  });
});

describe('what cannot be meant so is an error that says where and what', () => {
  const binary = { predictions: 'test.csv', score: 'score' };
  const multi = { predictions: 'test.csv', score: 'p_' };
  test.each<{ what: string; inputs: Record<string, string>; csv: string; code?: string; says: RegExp }>([
    {
      what: 'no source',
      inputs: {},
      csv: '',
      code: 'invalid-input',
      says: /give predictions, or a command, or an endpoint with data, or both model .* and data/,
    },
    {
      what: 'an unknown metric',
      inputs: { ...binary, metrics: 'roc_acu' },
      csv: BINARY,
      code: 'invalid-input',
      says: /no metric "roc_acu"; did you mean "roc_auc"/,
    },
    {
      what: 'a metric of another task',
      inputs: { ...binary, metrics: 'r2' },
      csv: BINARY,
      code: 'invalid-input',
      says: /r2: not of a binary task/,
    },
    {
      what: 'no file',
      inputs: { predictions: 'tset.csv' },
      csv: BINARY,
      code: 'not-found',
      says: /tset\.csv/,
    },
    {
      what: 'no such label column',
      inputs: { ...binary, target: 'lable' },
      csv: BINARY,
      code: 'invalid-input',
      says: /no column "lable"; did you mean "label"/,
    },
    {
      what: 'no such score column',
      inputs: { predictions: 'test.csv', score: 'scores' },
      csv: BINARY,
      code: 'invalid-input',
      says: /no column "scores".*did you mean "score"/,
    },
    {
      what: 'neither prediction nor score',
      inputs: { predictions: 'test.csv' },
      csv: BINARY,
      code: 'invalid-input',
      says: /prediction: test\.csv has no column "prediction"/,
    },
    {
      what: 'a score that is no number',
      inputs: binary,
      csv: BINARY.replace('0.8', 'high'),
      says: /test\.csv:4: column "score": expected a number, found "high"/,
    },
    {
      what: 'a score above 1',
      inputs: binary,
      csv: BINARY.replace('0.8', '1.8'),
      says: /test\.csv:4: column "score": expected a probability from 0 to 1, found 1\.8/,
    },
    {
      what: 'probabilities that do not add up',
      inputs: multi,
      csv: 'label,p_a,p_b,p_c\na,.5,.2,.3\nb,.5,.2,.1\nc,0,0,1\n',
      says: /test\.csv:3: .*add up to 0\.79.*not to 1/,
    },
    {
      what: 'a class without probabilities',
      inputs: multi,
      csv: 'label,p_a,p_b,p_c\na,.5,.2,.3\nd,.5,.2,.3\n',
      code: 'invalid-input',
      says: /label "d" .* has no scores/,
    },
    {
      what: 'one class only',
      inputs: binary,
      csv: 'label,score\n1,.5\n1,.6\n',
      says: /all 2 rows have the label "1"/,
    },
    {
      what: 'an id twice',
      inputs: { ...binary, id: 'case' },
      csv: BINARY.replace('d,0', 'b,0'),
      says: /test\.csv:5: column "case": the id "b" is that of test\.csv:3 too/,
    },
    {
      what: 'three classes in a binary task',
      inputs: { ...binary, task: 'binary' },
      csv: BINARY.replace('d,0', 'd,2'),
      code: 'invalid-input',
      says: /3 classes \(0, 1, 2\); a binary task has two/,
    },
    {
      what: 'unclear positive class',
      inputs: binary,
      csv: 'label,score\ncat,.5\ndog,.6\n',
      code: 'invalid-input',
      says: /positive-label: say which .* cat, dog/,
    },
    {
      what: 'a positive class that is not there',
      inputs: { ...binary, 'positive-label': '2' },
      csv: BINARY,
      code: 'invalid-input',
      says: /no row .* has the label "2"/,
    },
    {
      what: 'a negative weight',
      inputs: { ...binary, weight: 'w' },
      csv: 'label,score,w\n0,.5,1\n1,.6,-1\n',
      says: /test\.csv:3: column "w": expected a weight of 0 or more, found -1/,
    },
    {
      what: 'a slice of a column that is not there',
      inputs: { ...binary, slices: 'regoin' },
      csv: BINARY,
      code: 'invalid-input',
      says: /no column "regoin"; did you mean "region"/,
    },
    {
      what: 'a slice of a value that is not there',
      inputs: { ...binary, slices: 'region=nort' },
      csv: BINARY,
      code: 'invalid-input',
      says: /no row .* has region=nort; did you mean "north"/,
    },
    {
      what: 'no usable row',
      inputs: { predictions: 'test.csv', task: 'regression' },
      csv: 'label,prediction\n1,\n2,\n',
      says: /none of its 2 rows can be used; the first: test\.csv:2/,
    },
    {
      what: 'a regression with text',
      inputs: { predictions: 'test.csv', task: 'regression' },
      csv: 'label,prediction\n1,2\n2,about 3\n',
      says: /test\.csv:3: column "prediction": expected a number, found "about 3"/,
    },
    { what: 'an empty file', inputs: binary, csv: 'label,score\n', says: /holds no rows/ },
  ])('$what', async ({ inputs, csv, code = 'invalid-file', says }) => {
    await using runtime = await memoryRuntime({ inputs, files: { 'test.csv': csv } });
    await expect(main(runtime)).rejects.toMatchObject({ code, message: expect.stringMatching(says) });
  });
});
