import { numericBin, temporalBin } from './bins.ts';

/** Whether bins have a width relative to the number, or of a day. */
export type Binning = 'relative' | 'days';

/** Counts of numbers in bins, with exact extremes and moments. Order of adding changes nothing but the last digits. */
export class NumericSketch {
  readonly binning: Binning;
  readonly bins = new Map<number, number>();
  count = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  mean = 0;
  /** Sum of squared distances from the mean. */
  squares = 0;

  constructor(binning: Binning) {
    this.binning = binning;
  }

  add(value: number, times: number): void {
    const bin = this.binning === 'days' ? temporalBin(value) : numericBin(value);
    this.bins.set(bin, (this.bins.get(bin) ?? 0) + times);
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    this.#combine(times, value, 0);
  }

  merge(other: NumericSketch): void {
    for (const [bin, times] of other.bins) this.bins.set(bin, (this.bins.get(bin) ?? 0) + times);
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    this.#combine(other.count, other.mean, other.squares);
  }

  /** Joins the moments of two groups (Chan, Golub and LeVeque). */
  #combine(count: number, mean: number, squares: number): void {
    const total = this.count + count;
    if (total === 0) return;
    const delta = mean - this.mean;
    this.squares += squares + (delta * delta * this.count * count) / total;
    this.mean += (delta * count) / total;
    this.count = total;
  }
}
