import { logFactorial } from './density.ts';
import { fillNormals } from './ziggurat.ts';

/** A reproducible source of random numbers. Not for secrets. */
export interface Random {
  /** Uniform in [0, 1), 53 random bits. */
  next(): number;
  /** Uniform whole number from 0 to n − 1, without bias; 1 ≤ n ≤ 2^32. */
  integer(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** Fills `into` with standard normals of 24 random bits each: several times faster than one by one, for resampling. */
  normals(into: Float64Array): void;
  /** Successes in n trials of probability p, exactly distributed. */
  binomial(n: number, p: number): number;
  /** Fills `into` with counts of n trials that fall into cells with probability proportional to `weights`. */
  multinomial(n: number, weights: ArrayLike<number>, into: Float64Array): void;
}

const TWO_32 = 2 ** 32;

/** The 32-bit finalizer of SplitMix32, which turns one seed into well-mixed state words. */
function splitMix32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/**
 * The generator for a seed (a whole number; its low and high 32 bits count). The same seed gives the same
 * numbers on every machine. Source: D. Blackman, S. Vigna, xoshiro128** 1.1.
 */
export function seededRandom(seed: number): Random {
  const mix = splitMix32(seed ^ Math.floor(seed / TWO_32));
  // In an array rather than in four variables: those that closures share are boxed, and cost three times as much.
  const state = Int32Array.of(mix(), mix(), mix(), mix());

  const bits = (): number => {
    const second = state[1] ?? 0;
    const product = Math.imul(second, 5);
    const third = (state[2] ?? 0) ^ (state[0] ?? 0);
    const fourth = (state[3] ?? 0) ^ second;
    state[1] = second ^ third;
    state[0] = (state[0] ?? 0) ^ fourth;
    state[2] = third ^ (second << 9);
    state[3] = (fourth << 11) | (fourth >>> 21);
    return Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
  };
  const next = (): number => ((bits() >>> 5) * 67108864 + (bits() >>> 6)) / 9007199254740992;
  const integer = (n: number): number => {
    for (;;) {
      const value = bits();
      const rest = value % n;
      // The last stretch of n values may be cut off by 2^32, and its values would come too often.
      if (value - rest <= TWO_32 - n) return rest;
    }
  };
  const binomial = (n: number, p: number): number => sampleBinomial(n, p, next);
  return {
    next,
    integer,
    normal: normalSampler(next),
    normals: (into) => fillNormals(into, bits, next),
    binomial,
    multinomial: (n, weights, into) => sampleMultinomial(n, weights, into, binomial),
  };
}

/** Marsaglia's polar method: two normals from two uniforms, the second kept for the next call. */
function normalSampler(next: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const u = 2 * next() - 1;
      const v = 2 * next() - 1;
      const square = u * u + v * v;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = v * factor;
      return u * factor;
    }
  };
}

function sampleBinomial(n: number, p: number, next: () => number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - sampleBinomial(n, 1 - p, next);
  return n * p < 10 ? binomialByInversion(n, p, next) : binomialByRejection(n, p, next);
}

/** Walks up the cumulative distribution; for small means. */
function binomialByInversion(n: number, p: number, next: () => number): number {
  const odds = p / (1 - p);
  const atZero = Math.exp(n * Math.log1p(-p));
  for (;;) {
    let probability = atZero;
    let left = next();
    for (let k = 0; k <= n; k++) {
      if (left < probability) return k;
      left -= probability;
      probability *= ((n - k) / (k + 1)) * odds;
    }
  }
}

/** W. Hörmann, "The generation of binomial random variates", 1993, algorithm BTRS; for n p ≥ 10 and p ≤ ½. */
function binomialByRejection(n: number, p: number, next: () => number): number {
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const sure = 0.92 - 4.2 / b;
  const logOdds = Math.log(p / (1 - p));
  const mode = Math.floor((n + 1) * p);
  const atMode = logFactorial(mode) + logFactorial(n - mode);
  for (;;) {
    const u = next() - 0.5;
    const v = next();
    const edge = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / edge + b) * u + n * p + 0.5);
    if (k < 0 || k > n) continue;
    if (edge >= 0.07 && v <= sure) return k;
    const bound = atMode - logFactorial(k) - logFactorial(n - k) + (k - mode) * logOdds;
    if (Math.log((v * alpha) / (a / (edge * edge) + b)) <= bound) return k;
  }
}

/** One binomial draw per cell, each given the cells before it. */
function sampleMultinomial(
  n: number,
  weights: ArrayLike<number>,
  into: Float64Array,
  binomial: (n: number, p: number) => number,
): void {
  let mass = 0;
  for (let cell = 0; cell < weights.length; cell++) mass += weights[cell] ?? 0;
  let left = n;
  for (let cell = 0; cell < weights.length; cell++) {
    const weight = weights[cell] ?? 0;
    const count = weight >= mass ? left : binomial(left, weight / mass);
    into[cell] = weight > 0 ? count : 0;
    left -= into[cell] ?? 0;
    mass -= weight;
  }
}
