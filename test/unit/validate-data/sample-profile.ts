import type { ColumnProfile, NumericProfile } from '../../../actions/lib/documents/profile.ts';

/** Numbers in bins of equal width from `from`, with these counts. */
export const numeric = (from: number, width: number, counts: readonly number[]): NumericProfile => ({
  min: from,
  max: from + width * counts.length,
  mean: from + (width * counts.length) / 2,
  standardDeviation: width,
  squares: 1,
  quantiles: [0.25, 0.5, 0.75].map((p) => ({ p, value: from + p * width * counts.length })),
  histogram: counts.map((count, i) => ({ from: from + i * width, to: from + (i + 1) * width, count })),
  exact: true,
});

/** A column of 100 rows, with whatever differs. */
export const column = (name: string, differs: Partial<ColumnProfile> = {}): ColumnProfile => ({
  name,
  type: 'integer',
  rows: 100,
  missing: 0,
  invalid: 0,
  distinct: { count: 40, exact: true },
  top: [],
  ...differs,
});

/** Counted texts. */
export const texts = (counts: Readonly<Record<string, number>>): Partial<ColumnProfile> => ({
  type: 'string',
  distinct: { count: Object.keys(counts).length, exact: true },
  top: Object.entries(counts).map(([value, count]) => ({ value, count })),
  distribution: { kind: 'values', values: Object.keys(counts), counts: Object.values(counts) },
});
