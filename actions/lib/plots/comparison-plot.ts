import type { BaselineComparison, ComparedMetric } from '../documents/metrics.ts';
import type { Drawing, PlotFile } from './drawing.ts';
import { type ForestLine, forestPanel } from './forest.ts';

/** More metrics than this are a table's business. */
const MAX_METRICS = 40;

const TONES = { candidate: 2, baseline: 1, unclear: 5 } as const;

/**
 * By how much each metric on all rows is better or worse than the baseline's, as a share of the baseline's value,
 * which makes metrics of different units comparable.
 *
 * @returns `undefined` when no metric can be compared
 */
export function comparisonPlot(
  { plot, draw }: Drawing,
  { metrics }: BaselineComparison,
): PlotFile | undefined {
  const lines = metrics.flatMap(lineOf).slice(0, MAX_METRICS);
  if (lines.length === 0) return undefined;
  const title = 'Better or worse than the baseline';
  const svg = draw({
    title,
    note: 'To the right: better.',
    panels: [forestPanel(plot, "improvement, % of the baseline's value", lines, 0)],
  });
  return { file: 'comparison.svg', title, svg };
}

function lineOf({ name, slice, direction, baseline, change, ci, better }: ComparedMetric): ForestLine[] {
  if (slice !== undefined || change === undefined || baseline === null || baseline === 0) return [];
  const scale = ((direction === 'higher' ? 1 : -1) * 100) / Math.abs(baseline);
  const ends = ci && [ci.low * scale, ci.high * scale];
  return [
    {
      name,
      value: change * scale,
      ...(ends && { low: Math.min(...ends), high: Math.max(...ends) }),
      tone: TONES[better],
    },
  ];
}
