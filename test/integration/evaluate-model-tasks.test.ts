import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { MetricsDocument } from '../../actions/lib/documents/metrics.ts';
import { evaluated, expected, fixture, metricOf, refused, valuesOf } from './evaluate-model-runs.ts';

/** Holds a document to values of another tool, to the intervals around them, and to the task it tells. */
function expectValues(document: MetricsDocument, wanted: Readonly<Record<string, number>>): void {
  const close = Object.fromEntries(
    Object.entries(wanted).map(([name, value]) => [name, expect.closeTo(value, 10)]),
  );
  expect(valuesOf(document, wanted)).toEqual(close);
  for (const { name, value, ci } of document.metrics)
    if (ci && value !== null)
      expect([name, ci.low <= value + 1e-12, ci.high >= value - 1e-12]).toEqual([name, true, true]);
}

describe('multilabel', () => {
  const file = { predictions: 'multilabel.csv', id: 'id' };
  const ways = [
    {
      way: 'lists with a separator',
      own: { target: 'label', prediction: 'prediction' },
      reason: /separated by "\|"/,
    },
    { way: 'lists as JSON', own: { target: 'list', prediction: 'plist' }, reason: /holds lists/ },
    {
      way: 'a column for each label',
      own: { target: 'is_*', prediction: 'was_*' },
      reason: /a column for each label, is_\*/,
    },
  ];

  test.each(ways)(
    '$way, with scores, shows itself and gives what scikit-learn does',
    async ({ own, reason }) => {
      const { document, rows } = await evaluated({ ...file, ...own, score: 'p_' });
      expect(document.task).toBe('multilabel');
      expect(document.settings.taskReason).toMatch(reason);
      expect(document.settings.labels).toEqual(['news', 'politics', 'science', 'sport']);
      expectValues(document, { ...expected['multilabel'], ...expected['multilabel scores'] });
      expect(rows?.[1]).toMatchObject({ y: '', p: 'news|politics' });
    },
  );

  test('without scores has the metrics of labels alone, also weighted', async () => {
    const plain = await evaluated({ ...file, task: 'multilabel' });
    expectValues(plain.document, expected['multilabel']);
    expect(metricOf(plain.document, 'roc_auc_macro')).toBeUndefined();
    const weighted = await evaluated({ ...file, task: 'multilabel', weight: 'w' });
    expectValues(weighted.document, expected['multilabel weighted']);
  });

  test('decides by the threshold where only scores are given', async () => {
    const { document } = await evaluated({ ...file, prediction: 'none', target: 'is_*', score: 'p_' });
    expectValues(document, { ...expected['multilabel'], ...expected['multilabel scores'] });
  });

  const model = readFileSync(new URL('../fixtures/onnx/several-labels.onnx', import.meta.url));
  const run = {
    task: 'multilabel',
    model: 'own.onnx',
    data: 'multilabel.csv',
    id: 'id',
    prediction: 'none',
    features: 'p_news,p_politics,p_science,p_sport',
  };

  test.each([
    { labels: 'the columns of the test set, in their order', target: 'is_*' },
    { labels: 'lists, sorted', target: 'label' },
  ])('an ONNX model that names no labels gives probabilities of $labels', async ({ target }) => {
    const { document } = await evaluated({ ...run, target }, { files: { 'own.onnx': model } });
    expectValues(document, { ...expected['multilabel'], ...expected['multilabel scores'] });
  });

  test('an ONNX model with probabilities for other labels than there are is refused', async () => {
    const found = await refused(
      { ...run, data: 'own.csv', target: 'few' },
      {
        files: {
          'own.onnx': model,
          'own.csv': 'p_news,p_politics,p_science,p_sport,few\n0.1,0.2,0.3,0.4,a|b\n0.4,0.3,0.2,0.1,c\n',
        },
      },
    );
    expect(found.code).toBe('invalid-file');
    expect(found.message).toMatch(/own\.onnx: it gives 4 probabilities a row .* own\.csv has 3 \(a, b, c\)/);
  });

  test('reads lists of JSON lines, and labels with another separator', async () => {
    const lines = fixture('multilabel.csv')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) =>
        line
          .split(',')
          .slice(1, 3)
          .map((cell) => (cell === '' ? [] : cell.split('|'))),
      );
    const json = lines.map(([label, prediction]) => JSON.stringify({ label, prediction })).join('\n');
    const read = await evaluated({ predictions: 'own.jsonl' }, { files: { 'own.jsonl': json } });
    expect(read.document.settings.taskReason).toMatch(/holds lists/);
    expectValues(read.document, expected['multilabel']);
    const other = fixture('multilabel.csv').replaceAll('|', ';');
    const semicolons = await evaluated(
      { predictions: 'own.csv', task: 'multilabel', 'label-separator': ';' },
      { files: { 'own.csv': other } },
    );
    expectValues(semicolons.document, expected['multilabel']);
  });
});

describe('ranking', () => {
  const inputs = {
    predictions: 'ranking.csv',
    query: 'query',
    target: 'relevance',
    prediction: 'score',
    id: 'doc',
  };

  test('averages over queries as scikit-learn does, ties included', async () => {
    const { document, rows, recorded } = await evaluated({
      ...inputs,
      metrics: 'ndcg_at_10, ndcg_at_5, mrr',
    });
    expect(document).toMatchObject({ task: 'ranking', dataset: { rows: 14 } });
    expect(document.settings.taskReason).toMatch(/query names the column "query"/);
    expectValues(document, expected['ranking']);
    expect(recorded.outputs.get('rows')).toBe('14');
    const own = await evaluated({ ...inputs, metrics: 'mrr', rows: 'full' });
    const byQuery = new Map(own.rows?.map(({ id, m }) => [id, m?.['mrr']]));
    for (const [query, value] of Object.entries(expected['ranking rows']))
      expect([query, byQuery.get(query)]).toEqual([query, expect.closeTo(Number(value), 12)]);
    expect(rows).toHaveLength(14);
  });

  test('weighs queries', async () => {
    const { document } = await evaluated({ ...inputs, weight: 'w', metrics: 'ndcg_at_10' });
    expectValues(document, expected['ranking weighted']);
  });
});

describe('forecast', () => {
  const inputs = { predictions: 'forecast.csv', target: 'demand', series: 'series' };

  test('with training data has scaled errors', async () => {
    const { document } = await evaluated({ ...inputs, 'training-data': 'forecast-past.csv', season: '4' });
    expect(document.task).toBe('forecast');
    expect(document.settings.taskReason).toMatch(/series/);
    expectValues(document, expected['forecast']);
  });

  test('with quantiles has their losses and the coverage of their intervals', async () => {
    const { document } = await evaluated({ ...inputs, score: 'q_' });
    expectValues(document, expected['forecast quantiles']);
    expect(metricOf(document, 'mase')).toBeUndefined();
  });

  test('is told by columns of quantiles alone', async () => {
    const { document } = await evaluated({ predictions: 'forecast.csv', target: 'demand', score: 'q_' });
    expect(document.task).toBe('forecast');
    expect(document.settings.taskReason).toMatch(/quantiles/);
  });

  test('a gap in the past is a gap, and shifts no season', async () => {
    const gap = fixture('forecast-past.csv').replace(/^(north,5),.*$/m, '$1,');
    const { document } = await evaluated(
      { ...inputs, 'training-data': 'gap.csv', season: '4', metrics: 'mase' },
      { files: { 'gap.csv': gap } },
    );
    // Two of the 16 differences of one of three series are not known: the value moves a little, not by a season.
    expect(Math.abs((metricOf(document, 'mase')?.value ?? 0) / expected['forecast'].mase - 1)).toBeLessThan(
      0.1,
    );
  });
});

describe('text', () => {
  test('tells itself, and is measured by words and characters', async () => {
    const { document, rows } = await evaluated({ predictions: 'text.csv', id: 'id' });
    expect(document.task).toBe('text');
    expect(document.settings.taskReason).toMatch(/texts, nearly all different/);
    expectValues(document, expected['text']);
    expect(JSON.stringify(rows)).not.toContain('model');
  });

  test('takes the best of several references', async () => {
    const { document } = await evaluated({
      predictions: 'text-references.csv',
      task: 'text',
      metrics: 'exact_match',
    });
    expectValues(document, { exact_match: expected['text'].exact_match });
  });

  test('compares answers that are digits as they are written', async () => {
    const files = { 'own.csv': 'label,prediction\n007,7\n1.0,1.0\n12,12\n' };
    const { document } = await evaluated(
      { predictions: 'own.csv', task: 'text', metrics: 'exact_match' },
      { files },
    );
    expect(metricOf(document, 'exact_match')?.value).toBeCloseTo(2 / 3, 12);
  });
});

describe('scores', () => {
  test('of several columns are averaged, those of which less is better told apart', async () => {
    const { document } = await evaluated({
      predictions: 'scores.csv',
      id: 'id',
      score: 'helpful, passed, cost:lower',
    });
    expect(document.task).toBe('scores');
    expect(document.settings.taskReason).toMatch(/no label column "label"/);
    expectValues(document, expected['scores']);
    expect(document.metrics.map(({ name, direction, n, ci }) => [name, direction, n, ci?.method])).toEqual([
      ['helpful', 'higher', 39, 'student-t'],
      ['passed', 'higher', 40, 'wilson'],
      ['cost', 'lower', 40, 'student-t'],
    ]);
  });
});

describe('binary, looked at from all sides', () => {
  const inputs = { predictions: 'credit.csv', id: 'id', score: 'score', 'min-slice-rows': '20' };

  test('slices by values, conditions, quantiles and products', async () => {
    const slices = 'region\nage>=65\nregion*sex\nquantiles(amount,4)';
    const { document, rows } = await evaluated({ ...inputs, slices });
    expectValues(document, expected['credit']);
    for (const [slice, value] of Object.entries(expected['credit slices']))
      expect([slice, metricOf(document, 'roc_auc', slice)?.value]).toEqual([
        slice,
        expect.closeTo(Number(value), 10),
      ]);
    const cut = document.metrics.filter(
      ({ name, slice }) => name === 'roc_auc' && slice?.['amount'] !== undefined,
    );
    expect(cut.map(({ value }) => value)).toEqual(
      expected['credit quantiles'].map((value: number) => expect.closeTo(value, 10)),
    );
    expect(cut.reduce((sum, { n }) => sum + n, 0)).toBe(240);
    expect(rows?.[0]).toMatchObject({
      y: '0',
      k: expect.arrayContaining(['region=south', 'region=south,sex=m']),
    });
  });

  test('compares groups as Fairlearn does', async () => {
    const { document } = await evaluated({ ...inputs, fairness: 'sex, sex*region' });
    const [sex, both] = document.fairness ?? [];
    expect(sex?.groups.map(({ group }) => group)).toEqual(['f', 'm']);
    const gaps = Object.fromEntries((sex?.gaps ?? []).map(({ name, value }) => [name, value]));
    for (const [name, value] of Object.entries(expected['credit fairness']))
      expect([name, gaps[name]]).toEqual([name, expect.closeTo(Number(value), 10)]);
    expect(both?.groups).toHaveLength(4);
  });

  test('rests intervals on clusters', async () => {
    const { document, rows = [] } = await evaluated({ ...inputs, cluster: 'user' });
    // gate-metrics compares two models on these rows, and must keep those of a user together as well.
    const users = fixture('credit.csv')
      .trim()
      .split('\n')
      .map((line) => line.split(',')[6] ?? '')
      .slice(1);
    expect(rows.map(({ c }) => c)).toEqual(users.map((user) => [...new Set(users)].indexOf(user)));
    expectValues(document, expected['credit']);
    expect(document.settings.cluster).toBe('user');
    for (const { name, ci } of document.metrics)
      if (ci) expect([name, ci.method]).toEqual([name, expect.stringMatching(/-clustered$/)]);
  });

  test('rows that are there twice say no more when both are of one cluster', async () => {
    const [header = '', ...lines] = fixture('credit.csv').trim().split('\n');
    const twice = [`${header},one`, ...lines.flatMap((line, at) => [`${line},${at}`, `${line},${at}`])].join(
      '\n',
    );
    const single = await evaluated({
      predictions: 'credit.csv',
      score: 'score',
      metrics: 'roc_auc, accuracy, f1',
    });
    const double = await evaluated(
      { predictions: 'twice.csv', score: 'score', cluster: 'one', metrics: 'roc_auc, accuracy, f1' },
      { files: { 'twice.csv': twice } },
    );
    for (const name of ['roc_auc', 'accuracy', 'f1']) {
      const [a, b] = [metricOf(single.document, name), metricOf(double.document, name)];
      expect(b?.value).toBeCloseTo(a?.value ?? 0, 12);
      const width = (ci = { low: 0, high: 0 }): number => ci.high - ci.low;
      expect([name, width(b?.ci) / width(a?.ci)]).toEqual([name, expect.closeTo(1, 1)]);
    }
  });
});

describe('the task that is not named', () => {
  test.each([
    {
      columns: 'label,prediction',
      rows: ['0,0', '1,1', '1,0'],
      task: 'binary',
      reason: /labels are 0 and 1/,
    },
    {
      columns: 'label,prediction',
      rows: ['True,True', 'False,True'],
      task: 'binary',
      reason: /False and True/,
    },
    { columns: 'label,prediction', rows: ['a,a', 'b,c', 'c,a'], task: 'multiclass', reason: /3 classes/ },
    { columns: 'label,prediction', rows: ['1.5,1', '2,2', '3,4'], task: 'regression', reason: /fractions/ },
    {
      columns: 'label,prediction',
      rows: Array.from({ length: 30 }, (_, at) => `${at},${at + 1}`),
      task: 'regression',
      reason: /more than 20 different whole numbers/,
    },
  ])('$task: $reason', async ({ columns, rows, task, reason }) => {
    const files = { 'own.csv': [columns, ...rows].join('\n') };
    const { document } = await evaluated({ predictions: 'own.csv' }, { files });
    expect([document.task, document.settings.taskReason]).toEqual([task, expect.stringMatching(reason)]);
  });
});
