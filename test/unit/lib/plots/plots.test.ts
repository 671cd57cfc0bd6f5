import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import type { MetricValue } from '../../../../actions/lib/documents/metrics.ts';
import { curvesOf } from '../../../../actions/lib/metrics/curves.ts';
import type { ClassRows, NumberRows } from '../../../../actions/lib/metrics/rows.ts';
import { classificationPlots, type PlotFile } from '../../../../actions/lib/plots/classification-plots.ts';
import { openDrawing } from '../../../../actions/lib/plots/drawing.ts';
import { regressionPlots } from '../../../../actions/lib/plots/regression-plots.ts';
import { slicesPlot } from '../../../../actions/lib/plots/slices-plot.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';

const random = seededRandom(1);
const actual = Int32Array.from({ length: 600 }, () => random.integer(2));
const scores = Float64Array.from(actual, (label) => 1 / (1 + Math.exp(-(label - 0.5 + random.normal()))));
const binary: ClassRows = {
  task: 'binary',
  count: 600,
  labels: ['no <script>alert(1)</script>', 'yes & "more"'],
  actual,
  predicted: Int32Array.from(scores, (score) => (score > 0.5 ? 1 : 0)),
  scores,
};
const regression: NumberRows = {
  task: 'regression',
  count: 600,
  actual: Float64Array.from(scores, (score) => 100 * score),
  predicted: Float64Array.from(scores, (score) => 100 * score + random.normal()),
};

const drawing = await openDrawing();

function classPlots(rows: ClassRows): PlotFile[] {
  const curves = curvesOf(rows);
  return curves.task === 'regression' ? [] : classificationPlots(drawing, curves);
}

describe('curves', () => {
  test('have at most 200 points and both ends', () => {
    const curves = curvesOf(binary);
    if (curves.task === 'regression') throw new Error('not a classification');
    for (const { points } of [...curves.roc, ...curves.precisionRecall]) expect(points).toHaveLength(200);
    expect(curves.roc[0]?.points[0]).toEqual([0, 0]);
    expect(curves.roc[0]?.points.at(-1)).toEqual([1, 1]);
    expect(curves.precisionRecall[0]?.points.at(-1)?.[0]).toBe(1);
    expect(curves.confusion.cells.flat().reduce((sum, cell) => sum + cell, 0)).toBe(600);
  });

  test('bins of residuals hold every row', () => {
    const curves = curvesOf(regression);
    if (curves.task !== 'regression') throw new Error('not a regression');
    expect(curves.residuals.counts.reduce((sum, count) => sum + count, 0)).toBe(600);
    expect(curves.points).toHaveLength(200);
  });
});

describe('plots', () => {
  const regressionCurves = curvesOf(regression);
  const plots = [
    ...classPlots(binary),
    ...(regressionCurves.task === 'regression' ? regressionPlots(drawing, regressionCurves) : []),
  ];

  test('are those of the task', () => {
    expect(plots.map(({ file }) => file)).toEqual([
      'confusion.svg',
      'roc.svg',
      'precision-recall.svg',
      'reliability.svg',
      'scores.svg',
      'predicted.svg',
      'residuals.svg',
    ]);
    const { scores: _, ...labelsOnly } = binary;
    expect(classPlots(labelsOnly).map(({ file }) => file)).toEqual(['confusion.svg']);
  });

  test.each(plots)(
    '$file is one small SVG that follows the colour scheme and holds no script',
    ({ svg, title }) => {
      expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      expect(svg).toContain('prefers-color-scheme:dark');
      expect(svg).not.toMatch(/<script|NaN|undefined|Infinity/);
      expect(svg.length).toBeLessThan(64 * 1024);
      const { document } = parseHTML(svg);
      expect(document.querySelectorAll('svg')).toHaveLength(1);
      expect(document.querySelector('svg > title')?.textContent).toContain(title.split(' ')[0]);
    },
  );

  test('are the same for the same rows', () => {
    expect(classPlots(binary).map(({ svg }) => svg)).toEqual(plots.slice(0, 5).map(({ svg }) => svg));
  });

  test('slices are drawn with all rows first, and not without any', () => {
    const value = (slice: string | undefined, own: number | null): MetricValue => ({
      name: 'f1',
      value: own,
      ...(own === null && { undefined: 'no positive rows' }),
      direction: 'higher',
      kind: 'confusion',
      n: 50,
      ...(own !== null && { ci: { low: own - 0.1, high: own + 0.05, level: 0.95, method: 'wilson' } }),
      ...(slice !== undefined && { slice: { region: slice } }),
    });
    const svg = slicesPlot(drawing, [value(undefined, 0.8), value('north', 0.7), value('south', null)])?.svg;
    expect(svg).toContain('region = north  (n = 50)');
    expect(svg).not.toContain('south');
    expect(slicesPlot(drawing, [value(undefined, 0.8)])).toBeUndefined();
  });
});
