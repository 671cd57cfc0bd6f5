import { readFileSync } from 'node:fs';
import type { ForecastRows } from '../../../../../actions/lib/metrics/rows.ts';

/** Made by `test/fixtures/metrics/forecast/golden.py` with scikit-learn 1.9.1 and numpy 2.4.6. */
interface GoldenCase {
  readonly name: string;
  readonly y: readonly number[];
  readonly p: readonly number[];
  readonly w: readonly number[] | null;
  readonly series: readonly number[];
  readonly quantiles: readonly { readonly level: number; readonly values: readonly number[] }[];
  /** For each series; null where it is not known. */
  readonly scales: {
    readonly absolute: readonly (number | null)[];
    readonly squared: readonly (number | null)[];
  } | null;
  readonly expected: Readonly<Record<string, number | null>>;
}

export const golden: readonly GoldenCase[] = JSON.parse(
  readFileSync(new URL('../../../../fixtures/metrics/forecast/golden.json', import.meta.url), 'utf8'),
);

const orNaN = (values: readonly (number | null)[]): Float64Array =>
  Float64Array.from(values, (value) => value ?? Number.NaN);

export function forecastRows(one: Omit<GoldenCase, 'name' | 'expected'>): ForecastRows {
  const { y, p, w, series, quantiles, scales } = one;
  return {
    task: 'forecast',
    count: y.length,
    actual: Float64Array.from(y),
    predicted: Float64Array.from(p),
    seriesNames: Array.from({ length: Math.max(-1, ...series) + 1 }, (_, number) => `s${number}`),
    series: Int32Array.from(series),
    quantiles: quantiles.map(({ level, values }) => ({ level, values: Float64Array.from(values) })),
    ...(scales && { scales: { absolute: orNaN(scales.absolute), squared: orNaN(scales.squared) } }),
    ...(w && { weights: Float64Array.from(w) }),
  };
}
