import type { GroupRate } from './group-rates.ts';
import type { JointSums } from './joint-draws.ts';

/** A rate of every group, and of every group in every draw. */
export interface RateDraws {
  readonly rate: GroupRate;
  /** NaN for a group that has none. */
  readonly observed: Float64Array;
  /** Draw after draw the rates of all groups. */
  readonly drawn: Float64Array;
}

/** Rates that are kept of all draws together; with very many groups there are fewer draws. */
const KEPT_RATES = 4_000_000;
const MIN_DRAWS = 200;

/** Draws all rates of all groups together, so that what two groups or two rates have in common is in every draw. */
export function drawRates(
  { observed, width, draw }: JointSums,
  rates: readonly GroupRate[],
  resamples: number,
): readonly RateDraws[] {
  const groups = observed.length / width;
  const most = Math.max(MIN_DRAWS, Math.floor(KEPT_RATES / Math.max(1, groups * rates.length)));
  const draws = Math.min(resamples, most);
  const results = rates.map((rate) => ({
    rate,
    observed: new Float64Array(groups),
    drawn: new Float64Array(groups * draws),
  }));
  for (const result of results) readRates(result.rate, observed, width, result.observed, 0);
  const sums = new Float64Array(observed.length);
  for (let round = 0; round < draws; round++) {
    draw(sums);
    for (const { rate, drawn } of results) readRates(rate, sums, width, drawn, round * groups);
  }
  return results;
}

function readRates(rate: GroupRate, sums: Float64Array, width: number, into: Float64Array, at: number): void {
  for (let group = 0; group * width < sums.length; group++) {
    const [part, whole] = rate.parts(sums, group * width);
    into[at + group] = whole > 0 ? part / whole : Number.NaN;
  }
}
