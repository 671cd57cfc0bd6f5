import { formatNumber } from '../report/format-number.ts';
import { textWidth } from './text-width.ts';

/** An axis of numbers, formatted as the tables have them. */
export const numbers = (label: string | null, ticks = 5) =>
  ({ label, grid: true, nice: true, ticks, tickFormat: (value: number) => formatNumber(value, 3) }) as const;

/** An axis of shares, from 0 to 1. */
export const shares = (label: string) => ({ ...numbers(label), nice: false, domain: [0, 1] });

/** About how many ticks of a horizontal axis that reaches to these values have room for their numbers. */
export const ticksFor = (...values: readonly number[]): number => (widest(values) > 42 ? 3 : 5);

const widest = (values: readonly number[]): number =>
  Math.max(...values.map((value) => textWidth(formatNumber(value, 3))));

/** Room for the ticks of a vertical axis that reaches to these values, and its label. */
export const marginFor = (...values: readonly number[]): number =>
  Math.max(58, 36 + Math.ceil(widest(values)));

/** Bars of a histogram. */
export function barsOf({
  from,
  to,
  counts,
}: {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}): { readonly x1: number; readonly x2: number; readonly count: number }[] {
  const width = (to - from) / counts.length;
  return counts.flatMap((count, bin) =>
    count > 0 ? [{ count, x1: from + bin * width, x2: from + (bin + 1) * width }] : [],
  );
}
