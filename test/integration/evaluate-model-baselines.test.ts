import { describe, expect, test } from 'vitest';
import { comparedOf, evaluated, expected, fixture, metricOf, refused } from './evaluate-model-runs.ts';

const inputs = { predictions: 'credit.csv', score: 'score', id: 'id', 'baseline-predictions': 'base.csv' };
const [header = '', ...lines] = fixture('credit-base.csv').trim().split('\n');
const csv = (rows: readonly string[], head = header): string => `${[head, ...rows].join('\n')}\n`;
const withBase = (content: string) => ({ files: { 'base.csv': content } });

describe('baseline predictions of the same rows', () => {
  test.each([
    { order: 'the same order, without ids', own: { id: '' }, base: csv(lines) },
    { order: 'another order, by id', own: {}, base: csv(lines.toReversed()) },
    {
      order: 'labels of its own left out',
      own: {},
      base: csv(
        lines.map((l) => l.replace(/,\d,/, ',')),
        'id,score',
      ),
    },
    { order: 'more rows than the candidate', own: {}, base: csv([...lines, 'other,1,0.4']) },
  ])('$order: values of both, and rows that one has right', async ({ own, base }) => {
    const { document, outcome } = await evaluated({ ...inputs, ...own }, withBase(base));
    expect(outcome.verdict).toBe('pass');
    const { accuracy, roc_auc: area, fixed, broken } = expected['credit baseline'];
    expect(document.baseline).toMatchObject({ name: 'base.csv', rows: 240 });
    expect(document.baseline?.fixed?.count).toBe(fixed);
    expect(document.baseline?.broken?.count).toBe(broken);
    expect(comparedOf(document, 'accuracy')?.baseline).toBeCloseTo(accuracy, 12);
    const compared = comparedOf(document, 'roc_auc');
    expect(compared).toMatchObject({ better: 'candidate', n: 240 });
    expect(compared?.candidate).toBeCloseTo(expected['credit'].roc_auc, 12);
    expect(compared?.change).toBeCloseTo(expected['credit'].roc_auc - area, 12);
    expect(compared?.ci?.low).toBeGreaterThan(0);
  });

  test('that has some rows only is compared on those, with a note', async () => {
    const { document, recorded } = await evaluated(inputs, withBase(csv(lines.slice(0, 150))));
    expect(document.baseline?.rows).toBe(150);
    expect(metricOf(document, 'roc_auc')?.n).toBe(240);
    const said = recorded.log.filter(({ level }) => level === 'warning').map(({ message }) => message);
    expect(said).toEqual([expect.stringMatching(/no usable prediction for 90 of 240 rows/)]);
  });

  test('that knows another class has its rows counted as wrong', async () => {
    const files = {
      'own.csv': 'id,label,prediction\n1,a,a\n2,b,b\n3,c,a\n4,a,a\n',
      'base.csv': 'id,prediction\n1,d\n2,b\n3,c\n4,a\n',
    };
    const { document } = await evaluated(
      { predictions: 'own.csv', id: 'id', 'baseline-predictions': 'base.csv', rows: 'full' },
      { files },
    );
    expect(comparedOf(document, 'accuracy')).toMatchObject({ candidate: 0.75, baseline: 0.75, change: 0 });
    expect(document.baseline?.fixed?.examples).toEqual([
      { id: '1', actual: 'a', candidate: 'a', baseline: 'd' },
    ]);
    expect(document.baseline?.broken?.examples).toEqual([
      { id: '3', actual: 'c', candidate: 'a', baseline: 'c' },
    ]);
  });

  test.each([
    { keep: 'full', shows: /^c\d{3}$/, listed: 20 },
    { keep: 'hashed', shows: /^[0-9a-f]{16}$/, listed: 20 },
    { keep: 'none', shows: /^/, listed: 0 },
  ])('rows: $keep', async ({ keep, shows, listed }) => {
    const { document, rows } = await evaluated({ ...inputs, rows: keep }, withBase(csv(lines)));
    expect(document.baseline?.fixed?.examples).toHaveLength(listed);
    for (const { id } of document.baseline?.fixed?.examples ?? []) expect(id).toMatch(shows);
    expect(rows?.length ?? 0).toBe(keep === 'none' ? 0 : 240);
    if (rows)
      expect(document.baseline?.fixed?.examples.every(({ id }) => rows.some((row) => row.id === id))).toBe(
        true,
      );
  });

  test('of a ranking are matched by item within its query, in whatever order they come', async () => {
    const own = {
      predictions: 'ranking.csv',
      query: 'query',
      target: 'relevance',
      prediction: 'score',
      metrics: 'ndcg_at_10',
    };
    const [head = '', ...items] = fixture('ranking.csv').trim().split('\n');
    const base = withBase(csv(items.toReversed(), head));
    const { document } = await evaluated({ ...own, id: 'doc', 'baseline-predictions': 'base.csv' }, base);
    expect(comparedOf(document, 'ndcg_at_10')).toMatchObject({ change: 0, n: 14 });
    const { code, message } = await refused({ ...own, 'baseline-predictions': 'base.csv' }, base);
    expect([code, message]).toEqual([
      'invalid-file',
      expect.stringMatching(/base\.csv:2: column "query": the query .* not the same rows/),
    ]);
  });
});

describe('baseline predictions that do not fit', () => {
  test.each([
    {
      what: 'other labels',
      base: csv(lines.map((line, at) => (at === 3 ? line.replace(/,(\d),/, (_, l) => `,${1 - l},`) : line))),
      says: /base\.csv:5: column "label": the label "\d" is "\d" in credit\.csv:5: these are not the same rows/,
    },
    {
      what: 'an id twice',
      base: csv([...lines, 'c004,1,0.2']),
      says: /base\.csv:242: column "id": the id "c004" is that of base\.csv:6 too/,
    },
    {
      what: 'no common row',
      base: csv(lines.map((line) => `x${line}`)),
      says: /base\.csv has none of the rows of credit\.csv: no value of "id" is in both/,
    },
    {
      what: 'no id column',
      base: csv(lines, 'case,label,score'),
      code: 'invalid-input',
      says: /id: base\.csv has no column "id".*case/,
    },
    {
      what: 'no scores of its own',
      base: csv(lines, 'id,label,scor'),
      code: 'invalid-input',
      says: /score: base\.csv has no column "score".*did you mean "scor"/,
    },
    {
      what: 'rows, but none with a prediction',
      base: csv(lines.map((line) => line.replace(/[^,]*$/, ''))),
      says: /base\.csv has no usable prediction for any row.*no probability/,
    },
    {
      what: 'another number of rows and no ids',
      own: { id: '' },
      base: csv(lines.slice(1)),
      says: /base\.csv has 239 rows, credit\.csv has 240; name a column that identifies rows/,
    },
  ])('$what', async ({ own = {}, base, code = 'invalid-file', says }) => {
    const found = await refused({ ...inputs, ...own }, withBase(base));
    expect(found).toEqual({ code, message: expect.stringMatching(says), left: [] });
  });

  test('predictions under another name are no copy of the candidate', async () => {
    const files = {
      'own.csv': 'label,prediction\n0,0\n1,1\n1,0\n',
      'base.csv': 'label,pred\n0,1\n1,1\n1,1\n',
    };
    const { message } = await refused(
      { predictions: 'own.csv', 'baseline-predictions': 'base.csv' },
      { files },
    );
    expect(message).toMatch(/prediction: base\.csv has no column "prediction"/);
  });
});

describe('a baseline model', () => {
  const model = {
    model: 'classifier-zipmap.onnx',
    'baseline-model': 'classifier.onnx',
    data: 'penguins.csv',
    target: 'species',
    id: 'id',
    features: 'bill_length_mm, bill_depth_mm, mass_kg',
  };

  test('runs on the same rows, in turns where latency is measured', async () => {
    const { document } = await evaluated({ ...model, latency: '5x20' }, { fixtures: 'onnx' });
    expect(document.baseline).toMatchObject({
      name: 'classifier.onnx',
      digest: expect.stringMatching(/^sha256:/),
    });
    expect(document.modelFiles?.map(({ file, verdict }) => [file, verdict])).toEqual([
      ['classifier-zipmap.onnx', 'safe'],
      ['classifier.onnx', 'safe'],
    ]);
    expect(comparedOf(document, 'accuracy')?.change).toBeCloseTo(0, 12);
    expect(metricOf(document, 'latency_ms_p50')).toMatchObject({ n: 20, unit: 'ms' });
    expect(comparedOf(document, 'latency_ms_p50')).toMatchObject({
      n: 20,
      ci: { method: 'bootstrap-paired' },
    });
  });

  test('runs beside a command that writes predictions for the same data', async () => {
    const { model: _, ...others } = model;
    const script = `const fs = require("node:fs"); const [, ...rows] = fs.readFileSync(process.env.MLOPS_DATA, "utf8").trim().split("\\n"); fs.writeFileSync(process.env.MLOPS_OUT, ["id,prediction", ...rows.map((row) => row.split(",")[0] + ",Adelie")].join("\\n"))`;
    const { document } = await evaluated(
      { ...others, command: `'${process.execPath}' -e '${script}'` },
      { fixtures: 'onnx' },
    );
    expect(comparedOf(document, 'accuracy')).toMatchObject({ better: 'baseline' });
    expect(document.baseline?.broken?.count).toBeGreaterThan(0);
  });
});
