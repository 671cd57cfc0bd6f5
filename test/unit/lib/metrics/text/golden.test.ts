import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { textMetrics } from '../../../../../actions/lib/metrics/text/catalog.ts';
import { measured, textRows } from './text-rows.ts';

/** Made by `test/fixtures/metrics/text/golden.py` with sacrebleu 2.6.0, RapidFuzz 3.14.6 and torchmetrics 1.9.0. */
interface GoldenCase {
  readonly name: string;
  readonly predicted: readonly string[];
  readonly references: readonly (readonly string[])[];
  /** `null` where a metric is undefined. */
  readonly expected: Readonly<Record<string, number | null>>;
}

const golden: readonly GoldenCase[] = JSON.parse(
  readFileSync(new URL('../../../../fixtures/metrics/text/golden.json', import.meta.url), 'utf8'),
);

describe('metrics of texts equal sacrebleu, and jiwer, rouge_score and SQuAD as restated in golden.py', () => {
  for (const { name, predicted, references, expected } of golden)
    test.each(Object.entries(expected))(`${name}: %s is %d`, (id, wanted) => {
      const value = measured(id, textRows(predicted, references));
      if (wanted === null) expect(value).toMatch(/^no /);
      else if (typeof value === 'number')
        expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-9 * Math.abs(wanted));
      else expect.fail(value);
    });

  test('every metric is compared on every one of 30 sets of texts', () => {
    const ids = textMetrics.map(({ id }) => id).sort();
    for (const { expected } of golden) expect(Object.keys(expected).sort()).toEqual(ids);
    expect(golden.length).toBeGreaterThanOrEqual(30);
  });
});
