import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commonLength, commonPlaces } from '../../../../../actions/lib/metrics/text/common-subsequence.ts';
import { editDistance } from '../../../../../actions/lib/metrics/text/edit-distance.ts';
import { NgramMatcher, ngramCount } from '../../../../../actions/lib/metrics/text/ngrams.ts';

/** Sequences of few symbols, up to several blocks of 32; some symbols are far from 0, as code points are. */
const sequence = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.array(fc.nat(1_000_000), { maxLength: 140, size: 'max' }))
  .map(([kinds, draws]) => Int32Array.from(draws, (draw) => (draw % kinds) * 20_011));

/** The tables as textbooks have them. */
function table(
  one: Int32Array,
  other: Int32Array,
  border: (at: number) => number,
  cell: (same: boolean, diagonal: number, above: number, before: number) => number,
): number[][] {
  const rows = [Array.from({ length: other.length + 1 }, (_, at) => border(at))];
  for (const [i, a] of one.entries()) {
    const above = rows[i] ?? [];
    const row = [border(i + 1)];
    for (const [j, b] of other.entries())
      row.push(cell(a === b, above[j] ?? 0, above[j + 1] ?? 0, row[j] ?? 0));
    rows.push(row);
  }
  return rows;
}

const distances = (one: Int32Array, other: Int32Array): number[][] =>
  table(
    one,
    other,
    (at) => at,
    (same, diagonal, above, before) => Math.min(diagonal + (same ? 0 : 1), above + 1, before + 1),
  );

const lengths = (one: Int32Array, other: Int32Array): number[][] =>
  table(
    one,
    other,
    () => 0,
    (same, diagonal, above, before) => (same ? diagonal + 1 : Math.max(above, before)),
  );

/** The subsequence that rouge_score reads from the table of lengths. */
function placesFrom(lcs: number[][], one: Int32Array, other: Int32Array): number[] {
  const found: number[] = [];
  let i = one.length;
  let j = other.length;
  while (i > 0 && j > 0)
    if (one[i - 1] === other[j - 1]) {
      found.push(--i);
      j--;
    } else if ((lcs[i]?.[j - 1] ?? 0) > (lcs[i - 1]?.[j] ?? 0)) j--;
    else i--;
  return found;
}

describe('bits give what the whole table gives', () => {
  test('edit distance', () => {
    fc.assert(
      fc.property(sequence, sequence, (one, other) => {
        expect(editDistance(one, other)).toBe(distances(one, other).at(-1)?.at(-1));
      }),
      { numRuns: 300 },
    );
  });

  test('longest common subsequence, its length and its places', () => {
    fc.assert(
      fc.property(sequence, sequence, (one, other) => {
        const lcs = lengths(one, other);
        expect(commonLength(one, other)).toBe(lcs.at(-1)?.at(-1));
        expect(commonPlaces(one, other)).toEqual(placesFrom(lcs, one, other));
      }),
      { numRuns: 300 },
    );
  });

  test.each([31, 32, 33, 63, 64, 65, 96])('sequences of %d symbols fill their blocks', (length) => {
    const rising = Int32Array.from({ length }, (_, at) => at);
    const falling = rising.toReversed();
    expect(editDistance(rising, falling)).toBe(distances(rising, falling).at(-1)?.at(-1));
    expect(editDistance(rising, new Int32Array())).toBe(length);
    expect(editDistance(new Int32Array(), rising)).toBe(length);
    expect(editDistance(new Int32Array(length).fill(-1), rising)).toBe(length);
    expect(commonLength(rising, falling)).toBe(1);
    expect(commonPlaces(rising, rising)).toHaveLength(length);
  });
});

/** Counts of n-grams by their text. */
function grams(symbols: Int32Array, order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + order <= symbols.length; at++) {
    const key = symbols.slice(at, at + order).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

describe('matches of n-grams', () => {
  test('are counted as with plain maps, with one matcher for texts long and short', () => {
    const matcher = new NgramMatcher(6);
    fc.assert(
      fc.property(sequence, fc.array(sequence, { maxLength: 3 }), (predicted, references) => {
        const expected = [1, 2, 3, 4, 5, 6].map((order) => {
          const theirs = references.map((reference) => grams(reference, order));
          return [...grams(predicted, order)].reduce(
            (sum, [key, count]) =>
              sum + Math.min(count, Math.max(0, ...theirs.map((one) => one.get(key) ?? 0))),
            0,
          );
        });
        expect([...matcher.matches(predicted, references)]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    [0, 1, 0],
    [3, 1, 3],
    [3, 3, 1],
    [3, 4, 0],
  ])('%d symbols have n-grams of %d: %d', (length, order, count) => {
    expect(ngramCount(length, order)).toBe(count);
  });
});
