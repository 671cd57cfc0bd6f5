import type { RowPair } from '../../lib/metrics/paired-metric.ts';
import { selectRows } from '../../lib/metrics/select-rows.ts';
import { seededRandom } from '../../lib/stats/random.ts';
import { type AskedGate, askGate } from './decisions-gate.ts';
import { distanceAfterLoss } from './decisions-law.ts';
import { type Rates, ratesOf } from './decisions-rates.ts';
import { scoredPairs } from './decisions-rows.ts';
import { BASELINE, type Effort, gateOn, LAW, type Line, MARGINS, METRICS, SEED } from './decisions-setup.ts';

const SLICES = 4;

/** Gates on one test set: one; a metric on all rows and four slices; all four metrics on those. */
const SETS = [
  { gates: 1, metrics: 1, parts: 1 },
  { gates: 1 + SLICES, metrics: 1, parts: 1 + SLICES },
  { gates: METRICS.length * (1 + SLICES), metrics: METRICS.length, parts: 1 + SLICES },
] as const;

/**
 * One test set of so many rows, on which all gates are asked, so that what chance does to one it does to the others.
 * The candidate is worse everywhere: its accuracy by `loss` margins, other metrics by what follows from that.
 */
export function simulateTestSet(
  rows: number,
  losses: readonly number[],
  { runs, resamples }: Omit<Effort, 'equalRuns'>,
): readonly Line<Rates>[] {
  return losses.flatMap((loss) => {
    const candidate = distanceAfterLoss('accuracy', LAW, BASELINE, loss * MARGINS.accuracy);
    const draw = scoredPairs(LAW, candidate, BASELINE);
    const random = seededRandom(SEED + rows + 1e6 * loss);
    const sets = Array.from({ length: runs }, (_, run) =>
      askAll(draw(random, rows), { resamples, seed: SEED + run }),
    );
    return SETS.map(({ gates, metrics, parts }) => ({
      metric: 'all four',
      rows,
      loss,
      gates,
      rates: ratesOf(runs, (run) => (sets[run] ?? []).slice(0, metrics).flatMap((of) => of.slice(0, parts))),
    }));
  });
}

/** For each metric its gates: on all rows, then on each slice. */
function askAll(
  pair: RowPair,
  resampling: { readonly resamples: number; readonly seed: number },
): readonly (readonly AskedGate[])[] {
  const { count } = pair.candidate;
  const parts = [pair, ...Array.from({ length: SLICES }, (_, slice) => sliceOf(pair, count, slice))];
  return METRICS.map((metric) =>
    parts.map((part, at) => askGate(gateOn(metric), part, resampling, `${metric}[${at}]`)),
  );
}

/** Rows are drawn alike, so that any quarter of them is a slice. */
function sliceOf({ candidate, baseline }: RowPair, count: number, slice: number): RowPair {
  const from = Math.floor((count * slice) / SLICES);
  const to = Math.floor((count * (slice + 1)) / SLICES);
  const indexes = Uint32Array.from({ length: to - from }, (_, row) => from + row);
  return { candidate: selectRows(candidate, indexes), baseline: selectRows(baseline, indexes) };
}
