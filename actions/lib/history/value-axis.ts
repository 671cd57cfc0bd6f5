/** A vertical axis: its ends and the round numbers between them. */
export interface ValueAxis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** Steps between ticks, as multiples of a power of ten. */
const STEPS = [1, 2, 5, 10];

/**
 * An axis that holds all values, ends at round numbers and has about so many steps. Equal values get room on both
 * sides.
 */
export function valueAxis(values: readonly number[], steps = 4): ValueAxis {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const spread = most - least;
  const pad = spread > 0 ? 0 : Math.abs(least) * 0.05 || 1;
  const step = roundStep((spread + 2 * pad) / steps);
  const first = Math.floor((least - pad) / step);
  const last = Math.ceil((most + pad) / step);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { low: first * step, high: last * step, ticks };
}

/** The smallest 1, 2 or 5 times a power of ten that is not below the step asked for. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * (STEPS.find((multiple) => multiple * power >= step * (1 - 1e-9)) ?? 10);
}
