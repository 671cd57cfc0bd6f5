import { normalQuantile } from '../stats/distributions.ts';

/** Two samples without a difference stay below the floor this often. */
const LEVEL = 0.999;

const scale = (n: number, m: number): number => Math.sqrt(1 / n + 1 / m);

/** Floor of the normed Wasserstein distance, by the difference of the means of two normal samples. */
export const wassersteinFloor = (n: number, m: number): number =>
  normalQuantile((1 + LEVEL) / 2) * scale(n, m);

/**
 * Floor of the Jensen-Shannon distance base 2: without a difference 8·ln 2·D²/(1/n + 1/m) is nearly chi-square with
 * one degree of freedom less than categories; its quantile by Wilson and Hilferty.
 */
export function jensenShannonFloor(n: number, m: number, categories: number): number {
  const df = Math.max(1, categories - 1);
  const quantile = df * (1 - 2 / (9 * df) + normalQuantile(LEVEL) * Math.sqrt(2 / (9 * df))) ** 3;
  return Math.min(1, scale(n, m) * Math.sqrt(quantile / (8 * Math.LN2)));
}

/** Floor of a difference of two shares about a pooled one. */
export const proportionFloor = (n: number, m: number, pooled: number): number =>
  normalQuantile((1 + LEVEL) / 2) * Math.sqrt(pooled * (1 - pooled)) * scale(n, m);
