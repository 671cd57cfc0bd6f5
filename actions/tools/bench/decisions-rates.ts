import { wilson } from '../../lib/stats/intervals.ts';
import { type AskedGate, ENDINGS, type Ending, endingOf } from './decisions-gate.ts';
import { PEER_RULES } from './decisions-rules.ts';

/** How often sets of gates ended how. */
export interface Rates {
  readonly runs: number;
  readonly endings: Readonly<Record<Ending, number>>;
  /** In the order of `PEER_RULES`: runs in which the rule blocked at least one gate. */
  readonly peers: readonly number[];
}

/** Weighs each set of gates, by our defaults and by every other rule. */
export function ratesOf(runs: number, gatesOf: (run: number) => readonly AskedGate[]): Rates {
  const endings: Record<Ending, number> = {
    blocked: 0,
    inconclusive: 0,
    'passed on the estimate': 0,
    shown: 0,
  };
  const peers = PEER_RULES.map(() => 0);
  for (let run = 0; run < runs; run++) {
    const gates = gatesOf(run);
    endings[endingOf(gates)] += 1;
    for (const [at, rule] of PEER_RULES.entries())
      if (gates.some(({ observed }) => rule.blocks(observed))) peers[at] = (peers[at] ?? 0) + 1;
  }
  return { runs, endings, peers };
}

/** Half of the 95 % interval (Wilson's) of a share that was counted in so many runs. */
export function simulationError(count: number, runs: number): number {
  const { low, high } = wilson(count, runs, 0.95) ?? { low: 0, high: 1 };
  return (high - low) / 2;
}

/** Shares of the endings, in the order of `ENDINGS`. */
export const shares = ({ endings, runs }: Rates): readonly number[] =>
  ENDINGS.map((ending) => endings[ending] / runs);
