import { expect, test } from 'vitest';
import type { MetricEntry } from '../../../../actions/lib/policy/metrics-view.ts';
import { asLines, FILE_SAMPLES, readAs, readSample } from '../../../support/metric-samples.ts';

async function read(path: string, choice?: string) {
  const sample = FILE_SAMPLES.find((each) => each.path.startsWith(path));
  if (sample === undefined) throw new Error(`no sample ${path}`);
  return readSample(sample, choice);
}

function entry(entries: readonly MetricEntry[], name: string, slice?: string): MetricEntry {
  const found = entries.find((each) => each.name === name && each.slice === slice);
  if (found === undefined) throw new Error(`no entry ${name}[${slice}]; there are ${asLines(entries)}`);
  return found;
}

test('lm-eval: direction, rows, filter and the interval of the standard error come with the number', async () => {
  const { entries } = await read('lm-eval');
  const acc = entry(entries, 'acc', 'task=colours');
  expect(acc).toMatchObject({ direction: 'higher', n: 12, params: { filter: 'none', shots: 0, repeats: 1 } });
  // scipy 1.17.1: norm.interval(0.95, 0.5833333333333334, 0.1486470975026408)
  expect(acc.ci?.low).toBeCloseTo(0.29199037582174364, 12);
  expect(acc.ci?.high).toBeCloseTo(0.874676290844923, 12);
  expect(entry(entries, 'exact_match', 'filter=strict-match,task=sums').params['filter']).toBe(
    'strict-match',
  );
});

test('lm-eval: a standard error of 0 makes no interval, which would pass for certainty', async () => {
  const { entries } = await read('lm-eval');
  expect(entry(entries, 'exact_match', 'filter=strict-match,task=sums').ci).toBeUndefined();
});

test('lm-eval: the samples are rows whose means are the values', async () => {
  const { entries, rows = [], datasetDigest, created } = await read('lm-eval');
  expect(rows).toHaveLength(12 + 2 * 6);
  for (const { name, slice = '', value } of entries) {
    const own = rows.filter(({ k }) => k?.includes(slice)).map(({ m }) => m?.[name] ?? Number.NaN);
    expect(own.reduce((sum, each) => sum + each, 0) / own.length).toBeCloseTo(Number(value), 12);
  }
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(datasetDigest).toMatch(/^sha256:/);
  expect(created).toBe('2026-11-27T07:59:34.845Z');
});

test('lm-eval: "N/A" is a metric without a value, "N/A" as a standard error no interval', async () => {
  const { entries } = await readAs(
    'lm-eval',
    JSON.stringify({
      results: { t: { alias: 't', 'acc,none': 'N/A', 'ppl,none': 9.5, 'ppl_stderr,none': 'N/A' } },
      higher_is_better: { t: { acc: true, ppl: false } },
    }),
  );
  expect(asLines(entries)).toEqual(['acc[task=t] = none', 'ppl[task=t] = 9.5']);
  expect(entry(entries, 'ppl', 'task=t')).toMatchObject({ direction: 'lower', ci: undefined });
});

test('promptfoo: tests that gave no answer have not passed and are counted apart', async () => {
  const { entries, rows = [] } = await read('promptfoo/output.json');
  expect(entry(entries, 'pass_rate')).toMatchObject({ value: 2 / 12, n: 12, direction: 'higher' });
  // statsmodels 0.15.0: proportion_confint(2, 12, method='wilson')
  const { ci } = entry(entries, 'pass_rate');
  expect([ci?.low, ci?.high]).toEqual([
    expect.closeTo(0.04696514218385381, 12),
    expect.closeTo(0.4480308622529735, 12),
  ]);
  expect(entry(entries, 'error_rate')).toMatchObject({ value: 4 / 12, n: 12, direction: 'lower' });
  expect(rows.map(({ p }) => p).sort()).toEqual([
    ...Array(4).fill('error'),
    ...Array(6).fill('failed'),
    ...Array(2).fill('passed'),
  ]);
});

test('promptfoo: a row is known by what was asked, not by its order, its prompt or its answer', async () => {
  const test = (question: string, success: boolean, output: string) => ({
    success,
    score: success ? 1 : 0,
    namedScores: {},
    vars: { question },
    testCase: { vars: { question }, assert: [{ type: 'equals', value: 'x' }], description: `Row ${output}` },
    provider: { id: output },
    promptId: output,
    promptIdx: 0,
    response: { output },
    failureReason: 0,
  });
  const output = (results: readonly unknown[]) =>
    JSON.stringify({ results: { version: 3, results, prompts: [], stats: { successes: 2, failures: 0 } } });
  const ids = async (results: readonly unknown[]) =>
    (await readAs('promptfoo', output(results))).rows?.map(({ id }) => id) ?? [];
  const before = await ids([test('a', true, 'one'), test('b', true, 'one')]);
  const after = await ids([test('b', false, 'two'), test('a', true, 'two')]);
  expect(after.toSorted()).toEqual(before.toSorted());
});

test('promptfoo: a variable that is NaN is asked about like any other', async () => {
  const text =
    '{"results": {"results": [{"success": true, "score": 1, "vars": {"a": NaN}}], "stats": {"successes": 1}}}';
  expect((await readAs('promptfoo', text)).rows).toHaveLength(1);
});

test('promptfoo: repeated tests say how often', async () => {
  const result = {
    success: true,
    score: 1,
    namedScores: {},
    vars: { a: 1 },
    provider: 'p',
    failureReason: 0,
  };
  const stats = { successes: 3, failures: 0, errors: 0 };
  const { entries, rows } = await readAs(
    'promptfoo',
    JSON.stringify({ results: { version: 3, results: [result, result, result], stats } }),
  );
  expect(entry(entries, 'pass_rate').params).toEqual({ repeats: 3 });
  expect(rows?.map(({ id }) => id.replace(/^[0-9a-f]{20}/, ''))).toEqual(['', '#2', '#3']);
});

test('promptfoo: an output with fewer results than its statistics count is refused', async () => {
  const text = JSON.stringify({
    results: { results: [{ success: true, score: 1 }], stats: { successes: 40, failures: 2, errors: 0 } },
  });
  await expect(readAs('promptfoo', text)).rejects.toThrow('its stats count 42 tests, its results are 1');
});

test('junit: each test that ran is a row; skipped ones are counted alone', async () => {
  const { entries, rows = [] } = await read('junit');
  // statsmodels 0.15.0: proportion_confint(3, 5, method='wilson')
  expect(entry(entries, 'tests.pass_rate')).toMatchObject({
    value: 3 / 5,
    n: 5,
    direction: 'higher',
    ci: { low: expect.closeTo(0.2307242812760129, 12), high: expect.closeTo(0.8823792257673522, 12) },
  });
  expect(rows.map(({ id, p }) => `${id} ${p}`)).toEqual([
    'test_cases::test_positive[1] passed',
    'test_cases::test_positive[2] passed',
    'test_cases::test_positive[3] passed',
    'test_cases::test_wrong failed',
    'test_cases::test_error error',
  ]);
});

test('junit: suites are slices where there are several', async () => {
  const suite = (name: string, inner: string) => `<testsuite name="${name}" tests="1">${inner}</testsuite>`;
  const text = `<testsuites>${suite('a', '<testcase name="x"/>')}${suite('b', '<testcase name="x"><failure/></testcase>')}</testsuites>`;
  const { entries, rows } = await readAs('junit', text);
  expect(asLines(entries).filter((line) => line.startsWith('tests.pass_rate'))).toEqual([
    'tests.pass_rate = 0.5',
    'tests.pass_rate[suite=a] = 1',
    'tests.pass_rate[suite=b] = 0',
  ]);
  expect(rows?.map(({ id, k }) => [id, k])).toEqual([
    ['a::x', ['suite=a']],
    ['b::x', ['suite=b']],
  ]);
});

test.each([
  ['<testsuites/>', 'holds no testcase'],
  ['<testsuite name="a" tests="3"><testcase name="x"/></testsuite>', 'its suites count 3 tests and hold 1'],
  ['<testsuite><testcase/></testsuite>', 'file:1: a testcase without a name'],
])('junit: %s is refused', async (text, message) => {
  await expect(readAs('junit', text)).rejects.toThrow(message);
});

test('deepeval: errors are counted apart, and the direction of a score is not guessed', async () => {
  const { entries, rows } = await read('deepeval');
  expect(entry(entries, 'Faithfulness')).toMatchObject({ value: 0.75, n: 2, direction: undefined });
  expect(entry(entries, 'Faithfulness.errors')).toMatchObject({ value: 1, direction: 'lower' });
  expect(rows?.[2]?.m).toEqual({
    pass_rate: 0,
    'Answer Relevancy': 0.7,
    'Answer Relevancy.pass_rate': 1,
    'Faithfulness.pass_rate': 0,
  });
  const wrapped = await readAs(
    'deepeval',
    JSON.stringify({ testRunData: { testPassed: 3, testFailed: 1, metricsScores: [], testCases: [] } }),
  );
  expect(asLines(wrapped.entries)).toEqual(['pass_rate = 0.75']);
});

test('dvc metrics diff: the old values are the baseline', async () => {
  const { entries, baseline = [] } = await read('dvc-diff');
  expect(asLines(entries)).toContain('precision = 0.88');
  expect(asLines(baseline.map((measured) => measured.entry))).toEqual([
    'auc = 0.9412',
    'train.acc = 0.98',
    'latency_ms = 41.2',
  ]);
});

test('dvc metrics show: a revision can be chosen, one that is not there is refused', async () => {
  expect(asLines((await read('dvc-show/show', 'main')).entries)).toEqual([
    'auc = 0.9412',
    'train.acc = 0.98',
  ]);
  await expect(read('dvc-show/show', 'dev')).rejects.toThrow('say which of workspace, main');
});

test('logs of training: the last row, or the best one by a column', async () => {
  // Of the values in the file: val_loss falls in every epoch, accuracy is greatest first in epoch 3.
  expect(entry((await read('keras-csv/training')).entries, 'val_loss').params['epoch']).toBe(4);
  expect(entry((await read('keras-csv/training', 'max(accuracy)')).entries, 'loss')).toMatchObject({
    value: 1.2584500312805176,
    params: { epoch: 3 },
  });
  expect(asLines((await read('dvc-plots/accuracy', 'max(accuracy)')).entries)).toEqual(['accuracy = 0.8391']);
  expect(asLines((await read('dvc-plots/loss', 'min(loss)')).entries)).toEqual([
    'loss = 0.4112',
    'acc = 0.81',
  ]);
  const first = await read('lightning-csv', 'max(val_loss)');
  expect(asLines(first.entries)).toEqual(['train_loss = 1.6801244020462036', 'val_loss = 1.117365837097168']);
});

test.each([
  ['best(val_loss)', 'after the colon, expected min(<column>) or max(<column>)'],
  [
    'min(nope)',
    'has no column nope to choose a row by; it has epoch, accuracy, loss, val_accuracy, val_loss',
  ],
])('logs of training: the choice %s is refused', async (choice, message) => {
  await expect(read('keras-csv/training', choice)).rejects.toThrow(message);
});

test('keras: NA is a metric without a value', async () => {
  const { entries } = await read('keras-csv/semicolons');
  expect(entry(entries, 'val_loss').problem).toBe(
    'epoch 2 has no value of it at semicolons.csv:4, column val_loss',
  );
});

test('evidently: tests become gates of their own severity, and one that did not run has no value', async () => {
  const { entries, gates = [] } = await read('evidently');
  expect(gates.map(({ id, severity }) => [id, severity])).toEqual([
    ['test.Share-of-Drifted-Columns-Less-0.5', 'error'],
    ['test.Value-Drift-for-column-age', 'error'],
    ['test.Mean-of-income', 'warning'],
    ['test.Row-Count', 'warning'],
  ]);
  expect(gates.every(({ id, metric }) => id === metric)).toBe(true);
  expect(entry(entries, 'test.Row-Count').problem).toBe('the test did not run: no reference');
});

test('evidently: what one type measured twice is told apart by its settings', async () => {
  const { entries } = await read('evidently');
  expect(entry(entries, 'QuantileValue', 'column=age,quantile=0.95').value).toBe(73);
});

test('deepchecks: conditions become gates; a check that raised an error holds nothing up', async () => {
  const { entries, gates = [] } = await read('deepchecks');
  expect(gates).toHaveLength(4);
  expect(entry(entries, 'test.Calibration-Metric').value).toBeNull();
  expect(entry(entries, 'Boosting Overfit.test').value).toBe(0.93);
});

test('scikit-learn: rows of classes and averages are named as the catalog names them', async () => {
  const { entries } = await read('sklearn-report/report');
  expect(entry(entries, 'f1', 'class=versicolor')).toMatchObject({ n: 21, direction: 'higher' });
  expect(entry(entries, 'f1_macro')).toMatchObject({ n: 60, direction: 'higher' });
  expect(entry(entries, 'accuracy')).toMatchObject({ n: 60 });
});

test('Hugging Face: splits and data sets are slices, samples are n, speeds have directions', async () => {
  const { entries } = await read('hf-trainer/all');
  expect(entry(entries, 'accuracy', 'split=eval')).toMatchObject({ value: 0.5, n: 20, direction: undefined });
  expect(entry(entries, 'loss', 'split=train')).toMatchObject({ n: 48, direction: 'lower' });
  expect(entry(entries, 'runtime', 'split=eval')).toMatchObject({ unit: 's', direction: 'lower' });
  const card = await read('hf-model-index');
  // A percent in the card stays one.
  expect(entry(card.entries, 'f1', 'config=sst2,dataset=glue,split=validation').value).toBe(91.4);
});

test('benchmarks: directions come from the tool or the measure, intervals from their bounds', async () => {
  const bencher = await read('bencher');
  expect(entry(bencher.entries, 'latency', 'benchmark=predict::one_row')).toMatchObject({
    direction: 'lower',
    unit: 'ns',
    ci: { low: 87.42, high: 88.88 },
  });
  expect(entry(bencher.entries, 'allocations', 'benchmark=predict::batch')).toMatchObject({
    direction: undefined,
    ci: undefined,
  });
  const history = await read('github-action-benchmark/data.js');
  expect(entry(history.entries, 'rows per second').direction).toBe('higher');
  expect(asLines(history.baseline?.map((measured) => measured.entry) ?? [])).toEqual([
    'rows per second = 1200',
  ]);
  const list = await read('github-action-benchmark/output');
  expect(list.entries.map(({ direction }) => direction)).toEqual([undefined, undefined]);
  const speed = await read('pytest-benchmark');
  const mean = entry(speed.entries, 'mean', 'benchmark=test_speed.py::test_square_root');
  expect(mean).toMatchObject({ direction: 'lower', unit: 's', n: 19608 });
  // scipy 1.17.1: norm.interval(0.95, 9.419742333750987e-08, 6.942847033101668e-08 / 19608**0.5)
  expect(Number(mean.ci?.low) * 1e8).toBeCloseTo(9.322564091628792, 9);
});

test('MLflow: NaN, which its JSON writes as a text, is a metric without a value', async () => {
  const { entries, created } = await read('mlflow-rest');
  expect(entry(entries, 'grad_norm').value).toBeNull();
  expect(created).toBe('2026-01-07T12:01:00.000Z');
});
