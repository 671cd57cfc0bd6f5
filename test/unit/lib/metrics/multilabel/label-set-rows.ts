import { readFileSync } from 'node:fs';
import type { LabelSetRows } from '../../../../../actions/lib/metrics/rows.ts';

/** Made by `test/fixtures/metrics/multilabel/golden.py` with scikit-learn 1.9.1. */
interface GoldenCase {
  readonly name: string;
  readonly labels: number;
  readonly y: readonly number[];
  readonly p: readonly number[];
  readonly s: readonly number[];
  readonly w: readonly number[] | null;
  readonly expected: Readonly<Record<string, number | null>>;
}

export const golden: readonly GoldenCase[] = JSON.parse(
  readFileSync(new URL('../../../../fixtures/metrics/multilabel/golden.json', import.meta.url), 'utf8'),
);

export const labelSetRows = ({
  labels,
  y,
  p,
  s,
  w,
}: Omit<GoldenCase, 'name' | 'expected'>): LabelSetRows => ({
  task: 'multilabel',
  count: y.length / labels,
  labels: Array.from({ length: labels }, (_, label) => String.fromCharCode(97 + label)),
  actual: Uint8Array.from(y),
  predicted: Uint8Array.from(p),
  scores: Float64Array.from(s),
  ...(w && { weights: Float64Array.from(w) }),
});
