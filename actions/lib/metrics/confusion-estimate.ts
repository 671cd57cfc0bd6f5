import { wilson } from '../stats/intervals.ts';
import { compensatedSum, effectiveRows } from '../stats/mean.ts';
import { confusionOf } from './confusion.ts';
import type { Estimate } from './made-interval.ts';
import type { ConfusionMetric } from './metric.ts';
import type { ClassRows } from './rows.ts';

/** By Wilson's score for a plain share, else by resampling the matrix. */
export function estimateConfusion(metric: ConfusionMetric, rows: ClassRows, level: number): Estimate {
  const confusion = confusionOf(rows);
  const value = metric.fromCells(confusion);
  const n = rows.count;
  if (typeof value === 'string') return { value, n };
  if (!metric.share || rows.clusters) return { value, n, interval: { ofCells: metric.fromCells } };
  const [part, whole] = metric.share(confusion);
  // Weighted rows of a class count as many as carry the same information, at the rate of all rows.
  const mass = compensatedSum(confusion.cells.length, (cell) => confusion.cells[cell] ?? 0);
  const rate = mass > 0 ? effectiveRows(rows.count, rows.weights) / mass : 0;
  return { value, n, interval: { bounds: wilson(part * rate, whole * rate, level), method: 'wilson' } };
}
