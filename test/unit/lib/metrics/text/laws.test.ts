import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TextRows } from '../../../../../actions/lib/metrics/rows.ts';
import { textMetrics } from '../../../../../actions/lib/metrics/text/catalog.ts';
import { measured, numbersOf, sumsOf, textRows } from './text-rows.ts';

const word = fc.constantFrom(
  ...['the', 'a', 'cat', 'Cat', 'dog', 'dog,', '3,5', '1.', '-', '(x)', '&amp;', 'é', '猫', '😀', 'the', 'a'],
);
const gap = fc.constantFrom(' ', ' ', ' ', '\n', '  ', '-');
const text = fc
  .array(fc.tuple(word, gap), { maxLength: 12 })
  .map((parts) => parts.map(([one, after]) => one + after).join(''));
const row = fc.tuple(text, fc.array(text, { minLength: 1, maxLength: 3 }));
const someRows = fc.array(row, { minLength: 1, maxLength: 6 });
type Row = readonly [string, readonly string[]];

const rowsOf = (rows: readonly Row[]): TextRows =>
  textRows(
    rows.map(([predicted]) => predicted),
    rows.map(([, references]) => references),
  );

describe.each(textMetrics)('$id', (metric) => {
  /** The numbers of each row as a text, so that they can be sorted. */
  const perRow = (rows: readonly Row[]): string[] => {
    const { width, values } = numbersOf(metric, rowsOf(rows));
    return rows.map((_, at) => values.slice(at * width, (at + 1) * width).join());
  };

  test('gives a row the same numbers wherever it stands', () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        expect(perRow(rows.toReversed())).toEqual(perRow(rows).toReversed());
        expect(rows.flatMap((one) => perRow([one]))).toEqual(perRow(rows));
      }),
    );
  });

  test('of shards together is that of the whole', () => {
    fc.assert(
      fc.property(someRows, someRows, (one, other) => {
        const sums = sumsOf(metric, rowsOf([...one, ...other]));
        const parts = [sumsOf(metric, rowsOf(one)), sumsOf(metric, rowsOf(other))];
        for (const [at, sum] of sums.entries())
          expect((parts[0]?.[at] ?? Number.NaN) + (parts[1]?.[at] ?? Number.NaN)).toBeCloseTo(sum, 9);
      }),
    );
  });

  test('stays within its range and is best for identical texts', () => {
    const [least, most] = metric.range;
    fc.assert(
      fc.property(someRows, text, (rows, same) => {
        const value = measured(metric.id, rowsOf(rows));
        if (typeof value === 'number') {
          expect(value).toBeGreaterThanOrEqual(least);
          expect(value).toBeLessThanOrEqual(most * (1 + 1e-12));
        } else expect(value).toMatch(/^no /);
        const best = measured(metric.id, rowsOf([[same, ['something else', same]]]));
        // By definition 0: chrF of a text of nothing, ROUGE where there is no word, or no pair of words.
        if (best === 0 && (same.trim() === '' || metric.id.startsWith('rouge'))) return;
        if (typeof best === 'string') return;
        expect(best).toBeCloseTo(metric.direction === 'higher' ? most : least, 9);
      }),
    );
  });

  test('is no worse with one more reference', () => {
    // BLEU and the error rates may lose by a reference of another length, which changes what they divide by.
    if (metric.kind !== 'mean' && !metric.id.startsWith('chrf')) return;
    fc.assert(
      fc.property(row, text, ([predicted, references], more) => {
        const without = measured(metric.id, rowsOf([[predicted, references]]));
        const also = measured(metric.id, rowsOf([[predicted, [...references, more]]]));
        if (typeof without === 'number') expect(also).toBeGreaterThanOrEqual(without);
      }),
    );
  });
});

describe('texts that match', () => {
  test('an exact match has token F1 1, also where case, marks and articles differ', () => {
    const marks = fc.constantFrom('', '!', '"', ' the', ' A ', '...', '  ');
    fc.assert(
      fc.property(text, marks, marks, (plain, before, after) => {
        const rows = rowsOf([[`${before} ${plain.toUpperCase()} ${after}`, [plain.toLowerCase()]]]);
        expect(measured('exact_match', rows)).toBe(1);
        expect(measured('token_f1', rows)).toBe(1);
      }),
    );
  });

  test('identical texts have no errors', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (texts) => {
        const rows = rowsOf(texts.map((one) => [one, [one]]));
        expect(measured('wer', rows)).toBe(0);
        expect(measured('cer', rows)).toBe(0);
        expect(measured('exact_match', rows)).toBe(1);
      }),
    );
  });
});
