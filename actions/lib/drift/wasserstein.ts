import type { NumberPair } from './number-pair.ts';

/** A distance and how far it may be off because values are known by their bins only. */
export interface Distance {
  readonly distance: number;
  readonly error: number;
}

/**
 * The first Wasserstein distance: the area between the two distribution functions, in the unit of the numbers.
 * Equals `scipy.stats.wasserstein_distance`. Values of a bin are taken to be spread evenly; moving them anywhere
 * else in their bin changes the area by at most half its width each.
 */
export function wasserstein({ low, high, first, second, n, m }: NumberPair): Distance {
  let [area, error, gap] = [0, 0, 0]; // the gap: first minus second distribution function
  let [x, y] = [0, 0];
  let end = low[0] ?? 0;
  for (let index = 0; index < low.length; index += 1) {
    const from = low[index] ?? 0;
    const width = (high[index] ?? 0) - from;
    area += Math.abs(gap) * (from - end);
    x += first[index] ?? 0;
    y += second[index] ?? 0;
    const next = x / n - y / m;
    if (width > 0) {
      area += width * areaOfLine(gap, next);
      error += (width / 2) * ((first[index] ?? 0) / n + (second[index] ?? 0) / m);
    }
    gap = next;
    end = from + width;
  }
  return { distance: area, error };
}

/** The area between 0 and a line from one height to another, over a width of 1. */
function areaOfLine(from: number, to: number): number {
  const [a, b] = [Math.abs(from), Math.abs(to)];
  if (from * to >= 0) return (a + b) / 2;
  return (a * a + b * b) / (2 * (a + b)); // two triangles
}

/**
 * The distance in standard deviations of the reference (of the current data, where the reference does not vary): a
 * shift of the whole by half a deviation is 0.5. Not finite where neither varies, or numbers are too large for their
 * deviation to be one.
 */
export function normedWasserstein(pair: NumberPair): Distance {
  const { distance, error } = wasserstein(pair);
  const deviation = pair.spread[0] || pair.spread[1];
  const spread = Number.isFinite(deviation) ? deviation : Number.NaN;
  return { distance: distance / spread, error: error / spread };
}
