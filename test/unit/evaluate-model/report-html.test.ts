import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../actions/evaluate-model/report-html/render-html.ts';
import type { HtmlExtras } from '../../../actions/evaluate-model/report-html/words.ts';
import { sha256 } from '../../../actions/lib/digest.ts';
import type { MetricsDocument, MetricValue } from '../../../actions/lib/documents/metrics.ts';
import { curvesOf } from '../../../actions/lib/metrics/curves.ts';
import { drawPlots } from '../../../actions/lib/plots/draw-plots.ts';

const DIGEST = sha256('model');

const value = (name: string, own: number | null, more: Partial<MetricValue> = {}): MetricValue => ({
  name,
  value: own,
  ...(own === null && { undefined: 'no positive rows' }),
  direction: 'higher',
  kind: 'confusion',
  n: 1234,
  ...(own !== null && { ci: { low: own - 0.1, high: own + 0.05, level: 0.95, method: 'wilson' } }),
  ...more,
});

const slice = (name: string, own: number | null): MetricValue =>
  value('f1', own, { slice: { region: name }, n: 40 });

const DOCUMENT: MetricsDocument = {
  schema: 'mlops-actions/metrics/v1',
  created: '2026-10-02T09:14:03Z',
  source: {
    repository: 'acme/credit',
    commit: 'c'.repeat(40),
    ref: 'refs/heads/main',
    workflow: '',
    run: 1,
    attempt: 1,
    action: 'evaluate-model@1.0.0',
  },
  subjects: [],
  verdict: 'pass',
  model: { name: 'models/credit.onnx', digest: DIGEST, sizeBytes: 2048 },
  dataset: { path: 'data/test.csv', digest: sha256('data'), rows: 4812, invalidRows: 0 },
  task: 'binary',
  settings: {
    positiveLabel: 'yes',
    threshold: 0.5,
    confidence: 0.95,
    resamples: 2000,
    seed: 12345,
    taskReason: 'the label has two values',
  },
  metrics: [
    value('f1', 0.8),
    value('log_loss', 0.4, { direction: 'lower', kind: 'mean' }),
    value('recall', null),
    value('model_size_bytes', 2048, { kind: 'resource', unit: 'byte', direction: 'lower' }),
    slice('north', 0.9),
    slice('south', null),
    slice('west', 0.7),
    value('recall', 0.55, { slice: { region: 'west' }, n: 40 }),
  ],
  excludedGroups: [{ slice: { region: 'moon' }, n: 3, reason: 'fewer than 30 rows' }],
  baseline: {
    name: 'last week',
    rows: 4800,
    metrics: [
      {
        name: 'f1',
        direction: 'higher',
        n: 4800,
        candidate: 0.8,
        baseline: 0.8,
        change: 0,
        better: 'unclear',
      },
      {
        name: 'log_loss',
        direction: 'lower',
        n: 4800,
        candidate: 0.4,
        baseline: 0.3,
        change: 0.1,
        ci: { low: 0.05, high: 0.15, level: 0.95, method: 'student-t' },
        p: 0.01,
        better: 'baseline',
      },
    ],
    fixed: { count: 2, examples: [{ id: 'row-1', actual: 'yes', candidate: 'yes', baseline: 'no' }] },
    broken: { count: 0, examples: [] },
  },
  fairness: [
    {
      by: 'sex',
      groups: [
        { group: 'female', n: 100, metrics: [value('selection_rate', 0.4)] },
        { group: 'male', n: 120, metrics: [value('selection_rate', 0.5)] },
      ],
      excluded: [{ group: 'other', n: 4, reason: 'fewer than 30 rows' }],
      gaps: [
        value('demographic_parity_difference', 0.1, { params: { min_group: 'female', max_group: 'male' } }),
        value('equalized_odds_ratio', null, { undefined: 'group "other" has no positive rows' }),
      ],
    },
  ],
  modelFiles: [
    {
      file: 'models/credit.pkl',
      format: 'pickle',
      verdict: 'unsafe',
      problems: [{ kind: 'global', where: 'byte 12', message: 'calls posix.system' }],
    },
  ],
  files: {},
};

const EXTRAS: HtmlExtras = {
  headline: 'Model measured: f1 0.8 on 4,812 rows',
  reasons: [],
  warnings: [],
  describe: (name) =>
    name === 'f1' || name === 'recall' || name === 'log_loss'
      ? {
          title: name.toUpperCase(),
          definition: `Definition of ${name}.`,
          range: [0, name === 'log_loss' ? Number.POSITIVE_INFINITY : 1],
        }
      : undefined,
};

const scores = Float64Array.from({ length: 40 }, (_, row) => row / 40);
const plots = await drawPlots(
  curvesOf(
    {
      task: 'binary',
      count: 40,
      labels: ['no', 'yes'],
      actual: Int32Array.from(scores, (score) => (score > 0.6 ? 1 : 0)),
      predicted: Int32Array.from(scores, (score) => (score > 0.5 ? 1 : 0)),
      scores,
    },
    { latencies: Float64Array.of(1, 2, 3) },
  ),
  DOCUMENT,
);

const pageOf = (document: Partial<MetricsDocument> = {}, extras: Partial<HtmlExtras> = {}) =>
  parseHTML(renderHtml({ ...DOCUMENT, ...document }, plots, { ...EXTRAS, ...extras })).document;

type Page = ReturnType<typeof pageOf>;

const textOf = (page: Page, selector: string): string =>
  (page.querySelector(selector)?.textContent ?? '').replace(/\s+/g, ' ').trim();

/** Texts of the first cell of each row. */
const firstCells = (page: Page, selector: string): readonly string[] =>
  [...page.querySelectorAll(`${selector} tbody tr`)].map(
    (row) => row.querySelector('th, td')?.textContent?.trim() ?? '',
  );

describe('the page', () => {
  const page = pageOf({}, { warnings: ['3 rows share an id'] });

  test('begins with the verdict, and what a reader should know', () => {
    expect(textOf(page, 'main > section:first-child h1')).toBe('Model measured: f1 0.8 on 4,812 rows');
    expect(textOf(page, '.hero .notes')).toContain('3 rows share an id');
    expect(textOf(page, '#overview')).toContain('binary (the label has two values)');
    expect(page.querySelector('title')?.textContent).toBe('Model measured: f1 0.8 on 4,812 rows');
  });

  test('shows the tone of the verdict and its reasons', () => {
    const failed = pageOf({ verdict: 'fail' }, { reasons: ['5 rows have no label'] });
    expect(failed.querySelector('.badge')?.getAttribute('class')).toBe('badge bad');
    expect(textOf(failed, '.hero .notes li')).toBe('✗ 5 rows have no label');
  });

  test('leads to each of its parts, in their order', () => {
    const links = [...page.querySelectorAll('nav a')].map((link) => link.getAttribute('href')?.slice(1));
    const parts = [...page.querySelectorAll('main > section')].map((part) => part.id);
    expect(links).toEqual(parts);
    expect(parts).toEqual([
      'overview',
      'metrics',
      'comparison',
      'slices',
      'fairness',
      'calibration',
      'plots',
      'cost',
      'files',
      'methods',
    ]);
  });

  test('leaves out what was not asked for', () => {
    const { baseline: _, fairness: _fairness, modelFiles: _files, model: _model, ...rest } = DOCUMENT;
    const small = parseHTML(
      renderHtml({ ...rest, metrics: [value('f1', 0.8)], excludedGroups: [] }, [], EXTRAS),
    ).document;
    expect([...small.querySelectorAll('main > section')].map(({ id }) => id)).toEqual([
      'overview',
      'metrics',
      'methods',
    ]);
  });

  test('shows each metric with its interval, method and rows, or the reason why it has none', () => {
    const rows = [...page.querySelectorAll('#metrics tbody tr')].map((row) => row.textContent ?? '');
    expect(rows).toHaveLength(3);
    expect(rows[0]).toContain('F1 f1');
    expect(rows[0]).toContain('[0.700, 0.850]');
    expect(rows[0]).toContain('wilson');
    expect(rows[2]).toContain('no positive rows');
    const [bar] = page.querySelectorAll('#metrics svg.interval');
    const now = bar?.querySelector('.now');
    expect([now?.getAttribute('x'), now?.getAttribute('width')]).toEqual(['70%', '15%']);
    expect(bar?.querySelector('line')?.getAttribute('x1')).toBe('80%');
  });

  test('says what is better, worse and unclear, the worse first', () => {
    expect(textOf(page, '#comparison')).toContain('0 metrics better, 1 worse, 1 unclear than last week');
    expect(firstCells(page, '#comparison .metrics')).toEqual(['log_loss', 'f1']);
    expect(textOf(page, '#comparison .chip.bad')).toBe('worse');
    expect(textOf(page, '#comparison')).toContain('Fixed rows: 2');
    expect(textOf(page, '#comparison')).toContain('The first 1 of 2.');
    expect(textOf(page, '#comparison')).toContain('Broken rows: 0');
  });

  test('folds the slices that changed when they are many, the worse first', () => {
    const { baseline } = DOCUMENT;
    const changed = (count: number) =>
      pageOf({
        ...(baseline && {
          baseline: {
            ...baseline,
            metrics: Array.from({ length: count }, (_, at) => ({
              name: 'f1',
              slice: { region: `r${at}` },
              direction: 'higher' as const,
              n: 9,
              candidate: 0.5,
              baseline: 0.6,
              better: at === count - 1 ? ('baseline' as const) : ('candidate' as const),
            })),
          },
        }),
      });
    const many = changed(140);
    expect(textOf(many, '#comparison summary')).toBe('Slices that changed: 1 worse, 139 better');
    expect(firstCells(many, '#comparison details')[0]).toBe('region = r139 f1');
    expect(textOf(many, '#comparison details')).toContain('40 more are in metrics.json.');
    expect(many.querySelector('#comparison details')?.hasAttribute('open')).toBe(false);
    expect(changed(3).querySelector('#comparison details')?.hasAttribute('open')).toBe(true);
    expect(pageOf().querySelector('#comparison details')).toBeNull();
  });

  test('shows slices with the worst first, those without a value last, and those too small', () => {
    expect(firstCells(page, '#slices .slices')).toEqual([
      'all rows',
      'region = west',
      'region = north',
      'region = south',
    ]);
    expect(page.querySelector('#slices [title="no positive rows"]')?.textContent).toBe('–');
    expect(textOf(page, '#slices')).toContain('region = moon 3 rows: fewer than 30 rows');
    const lower = DOCUMENT.metrics.map((metric) => ({ ...metric, direction: 'lower' as const }));
    expect(firstCells(pageOf({ metrics: lower }), '#slices .slices').slice(1)).toEqual([
      'region = north',
      'region = west',
      'region = south',
    ]);
  });

  test('shows gaps between groups with the groups they are between, or why there are none', () => {
    const fairness = textOf(page, '#fairness');
    expect(fairness).toContain('female and male');
    expect(fairness).toContain('group "other" has no positive rows');
    expect(fairness).toContain('Not compared: other (4 rows, fewer than 30 rows)');
  });

  test('shows what is in model files, what it costs, and how all was measured', () => {
    expect(textOf(page, '#files')).toContain('unsafe models/credit.pkl pickle');
    expect(textOf(page, '#files')).toContain('calls posix.system byte 12');
    expect(textOf(page, '#cost')).toContain('2 KiB');
    expect(textOf(page, '#methods')).toContain('Definition of recall.');
    expect(textOf(page, '#methods')).toContain('12345');
  });

  test('holds every plot once, in the part it belongs to', () => {
    const titles = (id: string): readonly string[] =>
      [...page.querySelectorAll(`#${id} figure`)].map((figure) => figure.getAttribute('aria-label') ?? '');
    expect(page.querySelectorAll('figure')).toHaveLength(plots.length);
    expect(titles('comparison')).toEqual(['Better or worse than the baseline']);
    expect(titles('slices')).toEqual(['f1 by slice']);
    expect(titles('fairness')).toEqual(['Rates by sex']);
    expect(titles('calibration')).toEqual(['Reliability']);
    expect(titles('cost')).toEqual(['Latency']);
    expect(titles('plots')).toEqual([
      'Confusion matrix',
      'ROC curve',
      'Precision and recall',
      'Scores by true class',
    ]);
  });
});

const HOSTILE = '"><img src=x onerror=alert(1)></style><script>alert(1)</script>\u202E`\'&amp;';
const hostilePlots = await drawPlots(
  curvesOf({
    task: 'multiclass',
    count: 2,
    labels: [HOSTILE, 'b', 'c'],
    actual: Int32Array.of(0, 1),
    predicted: Int32Array.of(0, 2),
  }),
  { metrics: [value('f1', 0.8), value('f1', 0.5, { slice: { [HOSTILE]: HOSTILE } })] },
);

describe('safety', () => {
  const hostile = renderHtml(
    {
      ...DOCUMENT,
      model: { name: HOSTILE, digest: DIGEST, sizeBytes: 1 },
      dataset: { ...DOCUMENT.dataset, path: HOSTILE },
      settings: { ...DOCUMENT.settings, positiveLabel: HOSTILE, cluster: HOSTILE, taskReason: HOSTILE },
      metrics: [
        value('f1', 0.8, { params: { [HOSTILE]: HOSTILE } }),
        value('f1', 0.5, { slice: { [HOSTILE]: HOSTILE } }),
        value('recall', null, { undefined: HOSTILE }),
      ],
      excludedGroups: [{ slice: { [HOSTILE]: HOSTILE }, n: 1, reason: HOSTILE }],
      baseline: {
        name: HOSTILE,
        rows: 1,
        metrics: [],
        fixed: {
          count: 1,
          examples: [{ id: HOSTILE, actual: HOSTILE, candidate: HOSTILE, baseline: HOSTILE }],
        },
      },
      fairness: [
        {
          by: HOSTILE,
          groups: [{ group: HOSTILE, n: 1, metrics: [value(HOSTILE, 0.5)] }],
          excluded: [{ group: HOSTILE, n: 1, reason: HOSTILE }],
          gaps: [
            value(HOSTILE, null, { undefined: HOSTILE }),
            value('gap', 1, { params: { min_group: HOSTILE, max_group: HOSTILE } }),
          ],
        },
      ],
      modelFiles: [
        {
          file: HOSTILE,
          format: HOSTILE,
          verdict: 'unsafe',
          problems: [{ kind: HOSTILE, where: HOSTILE, message: HOSTILE }],
        },
      ],
    },
    hostilePlots,
    {
      headline: HOSTILE,
      reasons: [HOSTILE],
      warnings: [HOSTILE],
      describe: () => ({ title: HOSTILE, definition: HOSTILE, range: [0, 1] }),
    },
  );

  test('texts of users are texts wherever they stand', () => {
    const { document } = parseHTML(hostile);
    expect(document.querySelectorAll('script, img, iframe, object, link, base, form')).toHaveLength(0);
    expect([...hostile.matchAll(/<style>/g)]).toHaveLength(1);
    const attributes = [...document.querySelectorAll('*')].flatMap((element) =>
      [...element.attributes].map(({ name }) => name),
    );
    expect(attributes.filter((name) => name.startsWith('on') || name === 'style' || name === 'src')).toEqual(
      [],
    );
    expect(hostile).not.toMatch(/\p{Cf}/u);
    expect(textOf(document, 'h1')).toContain('<script>alert(1)</script>');
  });

  test('nothing is fetched, and the policy allows only the style of the page', () => {
    const page = renderHtml(DOCUMENT, plots, EXTRAS);
    expect(page).not.toMatch(/\b(src|srcset|action|poster)=|url\(|@import|https?:\/\/(?!www\.w3\.org)/);
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = Buffer.from(sha256(style).slice('sha256:'.length), 'hex').toString('base64');
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
  });

  test('ids are unique', () => {
    const ids = [...pageOf().querySelectorAll('[id]')].map(({ id }) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });

  test('300 slices of 20 metrics make less than 2 MB', () => {
    const names = Array.from({ length: 20 }, (_, at) => `metric_number_${at}`);
    const metrics = [
      ...names.map((name) => value(name, 0.8)),
      ...Array.from({ length: 300 }, (_, at) =>
        names.map((name) =>
          value(name, 0.123456 + at / 1000, { slice: { region: `a region with a name ${at}` } }),
        ),
      ).flat(),
    ];
    const describeAll = (name: string) => ({ title: name, definition: name, range: [0, 1] as const });
    const page = renderHtml({ ...DOCUMENT, metrics }, plots, { ...EXTRAS, describe: describeAll });
    expect(page).toContain('a region with a name 299');
    expect(page.length).toBeLessThan(2_000_000);
  });
});
