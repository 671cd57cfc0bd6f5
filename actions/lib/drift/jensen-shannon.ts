import { sum } from './sample.ts';

/**
 * The Jensen-Shannon distance of two tables of counts, base 2: 0 for equal shares, 1 for no common value. Equals
 * `scipy.spatial.distance.jensenshannon(p, q, base=2)`.
 */
export function jensenShannon(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const n = sum(a.values());
  const m = sum(b.values());
  let divergence = 0;
  for (const value of new Set([...a.keys(), ...b.keys()])) {
    const p = (a.get(value) ?? 0) / n;
    const q = (b.get(value) ?? 0) / m;
    const mean = (p + q) / 2;
    divergence += (term(p, mean) + term(q, mean)) / 2;
  }
  return Math.sqrt(Math.max(0, divergence));
}

const term = (share: number, mean: number): number => (share === 0 ? 0 : share * Math.log2(share / mean));
