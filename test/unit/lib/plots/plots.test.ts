import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import type { BaselineComparison, Fairness, MetricValue } from '../../../../actions/lib/documents/metrics.ts';
import { curvesOf } from '../../../../actions/lib/metrics/curves.ts';
import type { ClassRows, EvaluationRows, NumberRows } from '../../../../actions/lib/metrics/rows.ts';
import { type DrawnParts, drawPlots } from '../../../../actions/lib/plots/draw-plots.ts';
import { inlinePlot, type PlotFile } from '../../../../actions/lib/plots/drawing.ts';
import { fitted, fittedNames, textWidth } from '../../../../actions/lib/plots/text-width.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';

const random = seededRandom(1);
const HOSTILE = ['no <script>alert(1)</script>', 'yes & "more"\u202E\u0000'] as const;

const actual = Int32Array.from({ length: 600 }, () => random.integer(2));
const scores = Float64Array.from(actual, (label) => 1 / (1 + Math.exp(-(label - 0.5 + random.normal()))));
const binary: ClassRows = {
  task: 'binary',
  count: 600,
  labels: HOSTILE,
  actual,
  predicted: Int32Array.from(scores, (score) => (score > 0.5 ? 1 : 0)),
  scores,
};

function classes(count: number, labels: readonly string[]): ClassRows {
  const predicted = Int32Array.from({ length: count }, () => random.integer(labels.length));
  return {
    task: 'multiclass',
    count,
    labels,
    actual: Int32Array.from({ length: count }, (_, row) => row % labels.length),
    predicted,
  };
}

function regression(count: number): NumberRows {
  const values = Float64Array.from({ length: count }, () => 1e6 * random.next());
  return { task: 'regression', count, actual: values, predicted: values.map((one) => one + random.normal()) };
}

const value = (name: string, own: number | null, more: Partial<MetricValue> = {}): MetricValue => ({
  name,
  value: own,
  ...(own === null && { undefined: 'no positive rows' }),
  direction: 'higher',
  kind: 'confusion',
  n: 50,
  ...(own !== null && { ci: { low: own - 0.1, high: own + 0.05, level: 0.95, method: 'wilson' } }),
  ...more,
});

const slice = (name: string, own: number | null, more: Partial<MetricValue> = {}): MetricValue =>
  value('f1', own, { slice: { region: name }, ...more });

const fairness: Fairness = {
  by: HOSTILE[0],
  groups: ['a', HOSTILE[1]].map((group, index) => ({
    group,
    n: 100 + index,
    metrics: [
      value('selection_rate', 0.4 + index / 10),
      value('true_positive_rate', index === 0 ? 0.7 : null),
    ],
  })),
  excluded: [],
  gaps: [],
};

const baseline: BaselineComparison = {
  name: HOSTILE[1],
  rows: 600,
  metrics: [
    {
      name: 'log_loss',
      direction: 'lower',
      n: 600,
      candidate: 0.5,
      baseline: 0.4,
      change: 0.1,
      ci: { low: 0.05, high: 0.15, level: 0.95, method: 'student-t' },
      better: 'baseline',
    },
    {
      name: 'f1',
      direction: 'higher',
      n: 600,
      candidate: 0.5,
      baseline: 0,
      change: 0.5,
      better: 'candidate',
    },
    { name: 'recall', direction: 'higher', n: 600, candidate: null, baseline: 0.5, better: 'unclear' },
  ],
};

const NONE: DrawnParts = { metrics: [] };

const draw = (
  rows: EvaluationRows,
  options: Parameters<typeof curvesOf>[1] = {},
  parts: DrawnParts = NONE,
): Promise<readonly PlotFile[]> => drawPlots(curvesOf(rows, options), parts);

const filesOf = (plots: readonly PlotFile[]): readonly string[] => plots.map(({ file }) => file);

/** The texts of a plot, in their order. */
const textsOf = (plots: readonly PlotFile[], file: string): readonly string[] => {
  const svg = plots.find((plot) => plot.file === file)?.svg ?? '';
  return [...parseHTML(svg).document.querySelectorAll('text')].map((text) => text.textContent ?? '');
};

const series = Int32Array.from({ length: 60 }, (_, row) => row % 6);
const labelled = Uint8Array.from({ length: 200 }, () => random.integer(2));
const ALL: Readonly<Record<string, readonly [EvaluationRows, readonly string[]]>> = {
  binary: [binary, ['confusion.svg', 'roc.svg', 'precision-recall.svg', 'reliability.svg', 'scores.svg']],
  'labels only': [classes(30, ['a', 'b', 'c']), ['confusion.svg']],
  'twelve classes with long names': [
    classes(
      120,
      Array.from({ length: 12 }, (_, at) => `${at} ${'very long name '.repeat(20)}`),
    ),
    ['confusion.svg'],
  ],
  'a hundred classes': [
    classes(
      3_000,
      Array.from({ length: 100 }, (_, at) => `class ${at}`),
    ),
    ['confusion.svg'],
  ],
  'regression, dots': [regression(600), ['predicted.svg', 'residuals.svg']],
  'regression, density': [regression(5_000), ['predicted.svg', 'residuals.svg']],
  multilabel: [
    {
      task: 'multilabel',
      count: 100,
      labels: [...HOSTILE],
      actual: labelled,
      predicted: labelled.toReversed(),
    },
    ['labels.svg', 'mixed-up.svg'],
  ],
  ranking: [
    {
      task: 'ranking',
      count: 2,
      starts: Uint32Array.of(0, 3, 6),
      relevance: Float64Array.of(1, 0, 2, 0, 1, 0),
      scores: Float64Array.of(3, 2, 1, 3, 2, 1),
    },
    ['ndcg.svg'],
  ],
  forecast: [
    {
      task: 'forecast',
      count: 60,
      seriesNames: [...HOSTILE, 'c', 'd', 'e', 'f'],
      series,
      actual: Float64Array.from(series, () => random.next()),
      predicted: Float64Array.from(series, () => random.next()),
      quantiles: [0.1, 0.9].map((level) => ({ level, values: Float64Array.from(series, () => level) })),
    },
    ['forecast.svg', 'error-by-step.svg', 'residuals.svg'],
  ],
  scores: [
    { task: 'scores', count: 3, names: [HOSTILE[0]], values: [Float64Array.of(0.1, 0.5, Number.NaN)] },
    ['values.svg'],
  ],
};

describe.each(Object.entries(ALL))('plots of %s', (_, [rows, files]) => {
  test('are those of the task, each a small picture that follows the colour scheme and does nothing', async () => {
    const plots = await draw(rows);
    expect(filesOf(plots)).toEqual(files);
    for (const { svg, title } of plots) {
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      expect(svg).toContain('prefers-color-scheme:dark');
      expect(svg).not.toMatch(/<script|NaN|undefined|Infinity|style="|href|url\(|\p{Cf}/u);
      expect(svg.length).toBeLessThan(128 * 1024);
      const { document } = parseHTML(svg);
      expect(document.querySelector('svg > title')?.textContent).toContain(title.split(' ')[0]);
      expect(document.querySelectorAll('[id]')).toHaveLength(0);
    }
  });

  test('are the same for the same rows', async () => {
    expect(await draw(rows)).toEqual(await draw(rows));
  });
});

describe('plots', () => {
  test('are well-formed XML in a page and in a file, whatever the names', async () => {
    for (const plot of await draw(binary, {}, { metrics: [], fairness: [fairness], baseline })) {
      const inline = inlinePlot(plot);
      expect(inline).not.toMatch(/<style|xmlns/);
      expect(inline.match(/<svg/g)?.length).toBe(inline.match(/<\/svg>/g)?.length);
      for (const svg of [plot.svg, inline])
        expect(svg.replaceAll(/<[a-zA-Z/][^<>]*>/g, '')).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot|apos|#\d+);)/);
    }
  });

  test('show the threshold and the baseline', async () => {
    const plots = await draw(binary, { threshold: 0.5, baseline: { name: 'last week', rows: binary } });
    for (const file of ['roc.svg', 'precision-recall.svg'])
      expect(textsOf(plots, file)).toEqual(
        expect.arrayContaining(['○ threshold 0.5', 'this model', 'baseline: last week']),
      );
    expect(textsOf(await draw(binary), 'roc.svg')).toContain('○ as predicted');
    expect(textsOf(await draw(binary), 'roc.svg')).not.toContain('this model');
  });

  test('show counts and shares of the confusion matrix, and the largest of many classes', async () => {
    const rows: ClassRows = {
      task: 'binary',
      count: 4,
      labels: ['no', 'yes'],
      actual: Int32Array.of(0, 0, 0, 1),
      predicted: Int32Array.of(0, 0, 1, 1),
    };
    expect(textsOf(await draw(rows), 'confusion.svg')).toEqual(
      expect.arrayContaining(['Confusion matrix', 'no', 'yes', '2', '67 %', '1', '33 %', '100 %', '0 %']),
    );
    const many = await draw(
      classes(
        3_000,
        Array.from({ length: 100 }, (_, at) => `class ${at}`),
      ),
    );
    expect(textsOf(many, 'confusion.svg')).toContain('The 40 largest of 100 classes');
  });

  test('show percentiles of latency', async () => {
    const latencies = Float64Array.from({ length: 101 }, (_, at) => at);
    const plots = await draw(binary, { latencies });
    expect(textsOf(plots, 'latency.svg')).toContain('101 measurements: p50 50 ms, p95 95 ms, p99 99 ms');
  });

  test('show slices with the worst first and all rows on top, and none without slices', async () => {
    const metrics = [
      value('f1', 0.8),
      value('recall', 0.1, { slice: { region: 'elsewhere' } }),
      slice('north', 0.9),
      slice('south', null),
      slice('west', 0.7, { n: 1234 }),
    ];
    const texts = textsOf(await draw(binary, {}, { metrics }), 'slices.svg');
    const order = ['all rows', 'region = west', 'region = north'].map((name) => texts.indexOf(name));
    expect(order.every((at) => at >= 0)).toBe(true);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(texts).toEqual(expect.arrayContaining(['n = 1,234', '0.7 [0.600, 0.750]']));
    expect(texts.join()).not.toMatch(/south|elsewhere/);
    expect(filesOf(await draw(binary, {}, { metrics: [value('f1', 0.8)] }))).not.toContain('slices.svg');
    const lower = metrics.map((one) => ({ ...one, direction: 'lower' as const }));
    const reversed = textsOf(await draw(binary, {}, { metrics: lower }), 'slices.svg');
    expect(reversed.indexOf('region = north')).toBeLessThan(reversed.indexOf('region = west'));
  });

  test('show forty slices of many', async () => {
    const metrics = [value('f1', 0.8), ...Array.from({ length: 60 }, (_, at) => slice(`r${at}`, at / 100))];
    const texts = textsOf(await draw(binary, {}, { metrics }), 'slices.svg');
    expect(texts).toContain('The 40 worst of 60 slices');
    expect(texts.filter((text) => text.startsWith('region = '))).toHaveLength(40);
  });

  test('show a loss that grew as worse, in percent of the baseline', async () => {
    const texts = textsOf(await draw(binary, {}, { metrics: [], baseline }), 'comparison.svg');
    expect(texts).toContain('-25 [-37.5, -12.5]');
    // Of a baseline of 0 there are no percent.
    expect(texts).not.toContain('f1');
  });

  test('show the rates of groups, one picture for each sensitive column', async () => {
    const plots = await draw(binary, {}, { metrics: [], fairness: [fairness, { ...fairness, by: 'age' }] });
    expect(filesOf(plots).slice(-2)).toEqual(['fairness-1.svg', 'fairness-2.svg']);
    expect(textsOf(plots, 'fairness-2.svg')).toEqual(
      expect.arrayContaining(['Rates by age', 'selection_rate', '0.4 [0.300, 0.450]', 'n = 101']),
    );
  });
});

describe('names in plots', () => {
  test.each([
    ['as it is', 'short', 'short'],
    ['without its middle', 'a'.repeat(300), /^a+…a+$/],
    ['with whole characters', '😀'.repeat(300), /^(😀)+…(😀)+$/u],
    ['with what is invisible written out', 'right\u202Eleft\n', 'right\\u{202E}left\\n'],
  ])('fit in a line %s', (_, name, expected) => {
    const short = fitted(name, 150);
    expect(textWidth(short)).toBeLessThanOrEqual(150);
    if (typeof expected === 'string') expect(short).toBe(expected);
    else expect(short).toMatch(expected);
  });

  test('that would be cut to the same lose what they have in common, or get a number', () => {
    const long = (at: number): string => `category number ${at} with a very long name`;
    expect(fittedNames([long(1), long(12)], 130)).toEqual([
      expect.stringMatching(/^…1 with/),
      expect.stringMatching(/^…12 with/),
    ]);
    const middle = (at: number): string => `${'a'.repeat(90)}${at}${'b'.repeat(90)}`;
    expect(new Set(fittedNames([middle(1), middle(2), middle(2)], 100)).size).toBe(3);
    expect(fittedNames(['short', 'names'], 130)).toEqual(['short', 'names']);
  });
});
