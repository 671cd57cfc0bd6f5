import { compensatedSum } from '../stats/mean.ts';
import { scoreOrder } from '../stats/tie-groups.ts';
import type { ClassRows } from './rows.ts';

/**
 * What the model claimed of each row and whether it held: for a binary task the probability of the positive class
 * and whether the row is positive; else the highest probability and whether that class is the true one.
 */
export interface Claims {
  readonly claimed: Float64Array;
  /** 1 where it held, else 0. */
  readonly held: ArrayLike<number>;
}

/** Kept for as long as the scores live: several metrics and their order are made of the same claims. */
const CLAIMS = new WeakMap<Float64Array, { readonly of: Int32Array; readonly claims: Claims }>();

/** The claims of rows with scores. */
export function claimsOf({ task, labels, scores, actual, count }: ClassRows): Claims {
  const values = scores ?? new Float64Array(count);
  if (task === 'binary') return { claimed: values, held: actual };
  const known = CLAIMS.get(values);
  if (known?.of === actual) return known.claims;
  const claims = { claimed: new Float64Array(count), held: new Uint8Array(count) };
  for (let row = 0; row < count; row++) {
    const from = row * labels.length;
    let best = 0;
    for (let label = 1; label < labels.length; label++)
      if ((values[from + label] ?? 0) > (values[from + best] ?? 0)) best = label;
    claims.claimed[row] = values[from + best] ?? 0;
    claims.held[row] = best === actual[row] ? 1 : 0;
  }
  CLAIMS.set(values, { of: actual, claims });
  return claims;
}

/** The bin of equal width of each claim; what is no probability gets the number of bins. */
export function equalWidthBins(claimed: Float64Array, bins: number): Int32Array {
  const binOf = new Int32Array(claimed.length);
  for (const [row, claim] of claimed.entries())
    binOf[row] = claim >= 0 && claim <= 1 ? Math.min(bins - 1, Math.floor(claim * bins)) : bins;
  return binOf;
}

/**
 * The bin of equal weight of each claim: equal claims lie together, in the bin where the middle of their weight
 * lies, so that neither the order of the rows nor that of equal claims decides. Bins may hold unequal weights, or
 * nothing, where many claims are equal. What is no probability gets the number of bins.
 */
export function equalWeightBins(claimed: Float64Array, bins: number, weights?: Float64Array): Int32Array {
  const binOf = new Int32Array(claimed.length);
  const order = scoreOrder(claimed);
  const weightAt = (place: number): number => weights?.[order[place] ?? 0] ?? 1;
  const total = compensatedSum(order.length, weightAt);
  let below = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    const claim = claimed[order[start] ?? 0] ?? Number.NaN;
    let own = 0;
    for (; end < order.length && claimed[order[end] ?? 0] === claim; end++) own += weightAt(end);
    const middle = total > 0 ? (below + own / 2) / total : 0;
    const bin = claim >= 0 && claim <= 1 ? Math.min(bins - 1, Math.floor(middle * bins)) : bins;
    for (let place = start; place < end; place++) binOf[order[place] ?? 0] = bin;
    below += own;
  }
  return binOf;
}
