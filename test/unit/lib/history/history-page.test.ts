import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { type HistoryPage, historyPage } from '../../../../actions/lib/history/history-page.ts';
import { trendOf } from '../../../../actions/lib/history/trend.ts';
import { valueAxis } from '../../../../actions/lib/history/value-axis.ts';
import type { HistoryPoint, HistoryValue } from '../../../../actions/lib/policy/history.ts';
import type { Verdict } from '../../../../actions/lib/verdict.ts';

const point = (run: number, verdict: Verdict, metrics: readonly HistoryValue[]): HistoryPoint => ({
  commit: run.toString(16).padStart(40, 'a'),
  created: new Date(Date.UTC(2026, 0, run)).toISOString(),
  run,
  verdict,
  metrics,
});

const VERDICTS: readonly Verdict[] = ['pass', 'waived', 'warn', 'inconclusive', 'fail'];

const page = (points: readonly HistoryPoint[], change: Partial<HistoryPage> = {}): string =>
  historyPage({
    repository: 'octo/models',
    repositoryUrl: 'https://github.com/octo/models',
    branch: 'mlops-history',
    histories: [{ key: 'gate-metrics', points }],
    others: [],
    ...change,
  });

describe('the page', () => {
  test('draws each metric with its intervals and marks every verdict by a shape', () => {
    const points = VERDICTS.map((verdict, index) =>
      point(index + 1, verdict, [
        { name: 'f1', value: 0.9, low: 0.8, high: 1 },
        { name: 'f1', slice: 'region=North', value: 0.7 },
      ]),
    );
    const { document } = parseHTML(page(points));
    expect([...document.querySelectorAll('h3')].map((title) => title.textContent)).toEqual([
      'f1',
      'f1, region=North',
    ]);
    const [plot] = document.querySelectorAll('svg.trend');
    expect(plot?.getAttribute('aria-label')).toBe(
      'f1 over 5 commits: from 0.9 to 0.9, last 0.9 (0.8 to 1) at aaaaaaa, 2026-01-05: fail',
    );
    expect([...(plot?.querySelectorAll('[class]') ?? [])].map((mark) => mark.getAttribute('class'))).toEqual([
      'grid-lines',
      'range',
      'line',
      'good',
      'good ring',
      'warn',
      'warn',
      'bad',
    ]);
    expect(plot?.querySelector('.range')?.getAttribute('d')?.match(/M/g)).toHaveLength(5);
    expect([...document.querySelectorAll('details')]).toHaveLength(2);
    expect(document.querySelector('tbody a')?.getAttribute('href')).toBe(
      `https://github.com/octo/models/commit/${points[4]?.commit}`,
    );
  });

  test('needs nothing from outside and runs nothing', () => {
    const text = page([point(1, 'pass', [{ name: 'f1', value: 1 }])]);
    expect(text).toContain("default-src 'none'");
    expect(text).not.toMatch(/<script|javascript:|@import|url\(|src=/);
    const { document } = parseHTML(text);
    expect([...document.querySelectorAll('link, img, iframe, script, object')]).toEqual([]);
  });

  test('shows hostile names and does nothing else with them', () => {
    const hostile = `</style></svg><script>alert(1)</script><img src=x onerror="alert(1)">'"\`\u202e\u0000 {{x}}`;
    const text = page([point(1, 'pass', [{ name: hostile, slice: hostile, value: 1 }])], {
      repository: hostile,
      branch: hostile,
      histories: [{ key: hostile, points: [point(1, 'fail', [{ name: hostile, value: 1 }])] }],
      others: [hostile],
    });
    const { document } = parseHTML(text);
    expect([...document.querySelectorAll('script, img')]).toEqual([]);
    expect([...document.querySelectorAll('*')].filter((element) => element.hasAttribute('onerror'))).toEqual(
      [],
    );
    expect(document.querySelector('h3')?.textContent).toBe(
      `</style></svg><script>alert(1)</script><img src=x onerror="alert(1)">'"\`\\u{202E}\\u{0} {{x}}`,
    );
    expect([...document.querySelectorAll('style')]).toHaveLength(1);
  });

  test('stays small whatever the history holds', () => {
    const metrics = Array.from({ length: 200 }, (_, index) => ({
      name: `metric_${index}`,
      value: index,
      low: 0,
      high: 300,
    }));
    const points = Array.from({ length: 1_000 }, (_, index) => point(index + 1, 'pass', metrics));
    const text = page(points);
    expect(text.length).toBeLessThan(3 * 1024 * 1024);
    expect(text).toContain('of 200 metrics are shown');
    expect(text).toContain('the newest 200 are drawn');
  });

  test('can be of one commit, of none, and of a number that never changes', () => {
    expect(page([])).toContain('0 commits');
    for (const value of [0, 5, -3, 1e-9, 1e15]) {
      const text = page([point(1, 'pass', [{ name: 'x', value }])]);
      expect(text).toContain('1 commit');
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});

describe('the axis', () => {
  test.each([
    [
      [0.861, 0.893],
      [0.86, 0.87, 0.88, 0.89, 0.9],
    ],
    [
      [0, 1],
      [0, 0.5, 1],
    ],
    [
      [-7, 12],
      [-10, -5, 0, 5, 10, 15],
    ],
    [
      [5, 5],
      [4.6, 4.8, 5, 5.2, 5.4],
    ],
    [
      [0, 0],
      [-1, -0.5, 0, 0.5, 1],
    ],
  ])('%j gets round ticks around it', (values, ticks) => {
    const axis = valueAxis(values);
    expect(axis.ticks.map((tick) => Number(tick.toFixed(9)) + 0)).toEqual(ticks);
    expect(axis.low).toBeLessThanOrEqual(Math.min(...values));
    expect(axis.high).toBeGreaterThanOrEqual(Math.max(...values));
  });
});

describe('a trend', () => {
  const history = [1, 2, 3].map((run) => point(run, 'pass', run === 2 ? [] : [{ name: 'f1', value: run }]));
  const candidate = { commit: 'c'.repeat(40), created: '2026-01-09T00:00:00Z', value: 9 };

  test('is the metric over the newest commits that have it, with the candidate last', () => {
    expect(trendOf(history, 'f1', candidate)?.points.map(({ value }) => value)).toEqual([1, 3, 9]);
    expect(trendOf(history, 'f1', candidate, 2)?.points.map(({ value }) => value)).toEqual([3, 9]);
  });

  test('is none where the candidate or all of the history lack the metric', () => {
    expect(trendOf(history, 'f1', { ...candidate, value: undefined })).toBeUndefined();
    expect(trendOf([], 'f1', candidate)).toBeUndefined();
    const sliced = [point(1, 'pass', [{ name: 'f1', slice: 'a=b', value: 1 }])];
    expect(trendOf(sliced, 'f1', candidate)).toBeUndefined();
  });
});
