import { seededRandom } from '../../lib/stats/random.ts';
import { type AskedGate, askGate, type SimulatedGate } from './decisions-gate.ts';
import { distanceAfterLoss, type SimulatedMetric } from './decisions-law.ts';
import { type Rates, ratesOf } from './decisions-rates.ts';
import { classPairs, scoredPairs } from './decisions-rows.ts';
import { BASELINE, type Effort, GATES, gateOn, LAW, type Line, SEED } from './decisions-setup.ts';

/**
 * One metric on disjoint slices, each with so many rows of its own, so that chance is independent in each gate. With a
 * loss, exactly one slice has it and the models are equal on all others: the hardest case for a correction, which pays
 * for every slice that was asked.
 *
 * @param losses - in margins
 */
export function simulateSlices(
  metric: SimulatedMetric,
  rows: number,
  losses: readonly number[],
  { runs, equalRuns, resamples }: Effort,
): readonly Line<Rates>[] {
  const gate = gateOn(metric);
  const equal = asked(gate, rows, 0, equalRuns * Math.max(...GATES), resamples);
  /** The set of so many gates on equal models; where there are fewer sets than runs, they come again. */
  const setOf = (size: number, run: number): readonly AskedGate[] => {
    const start = size === 0 ? 0 : (run % Math.floor(equal.length / size)) * size;
    return equal.slice(start, start + size);
  };
  return losses.flatMap((loss) => {
    const lost = loss === 0 ? [] : asked(gate, rows, loss, runs, resamples);
    return GATES.map((gates) => ({
      metric,
      rows,
      loss,
      gates,
      rates:
        loss === 0
          ? ratesOf(Math.floor(equal.length / gates), (run) => setOf(gates, run))
          : ratesOf(runs, (run) => [...lost.slice(run, run + 1), ...setOf(gates - 1, run)]),
    }));
  });
}

/** One gate asked about many test sets. */
function asked(
  gate: SimulatedGate,
  rows: number,
  loss: number,
  count: number,
  resamples: number,
): readonly AskedGate[] {
  const candidate = distanceAfterLoss(gate.metric, LAW, BASELINE, loss * gate.margin);
  const pairsOf = gate.metric === 'accuracy' || gate.metric === 'f1' ? classPairs : scoredPairs;
  const draw = pairsOf(LAW, candidate, BASELINE);
  const random = seededRandom(SEED + rows + 1e6 * loss);
  return Array.from({ length: count }, (_, run) =>
    // Resampling by one seed for all test sets would make their errors alike.
    askGate(gate, draw(random, rows), { resamples, seed: SEED + run }),
  );
}
