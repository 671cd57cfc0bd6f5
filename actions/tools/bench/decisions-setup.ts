import { normalQuantile } from '../../lib/stats/distributions.ts';
import type { SimulatedGate } from './decisions-gate.ts';
import { type BinormalLaw, type SimulatedMetric, TRUE_VALUES } from './decisions-law.ts';

/** 30 % positive rows; of the rows that two equally good models judge, 5.5 % are right for one of them alone. */
export const LAW: BinormalLaw = { prevalence: 0.3, correlation: 0.95 };
/** The distance of the baseline: an area of 0.90. */
export const BASELINE = Math.SQRT2 * normalQuantile(0.9);

/** The loss that a gate on each metric allows. */
export const MARGINS: Readonly<Record<SimulatedMetric, number>> = {
  accuracy: 0.01,
  f1: 0.01,
  roc_auc: 0.005,
  log_loss: 0.01,
};

export const METRICS: readonly SimulatedMetric[] = ['accuracy', 'f1', 'roc_auc', 'log_loss'];
export const SIZES: readonly number[] = [200, 2000, 20_000];
export const GATES: readonly number[] = [1, 5, 20];
/** True losses, in margins. */
export const LOSSES: readonly number[] = [0, 1, 2, 3];

export const SEED = 20260201;

export const gateOn = (metric: SimulatedMetric): SimulatedGate => ({
  metric,
  margin: MARGINS[metric],
  truth: TRUE_VALUES[metric](LAW, BASELINE),
});

/** How much is simulated. */
export interface Effort {
  /** Sets of gates for each number of gates and each loss. */
  readonly runs: number;
  /** The same where models are equal: with very many rows nothing happens there. */
  readonly equalRuns: number;
  readonly resamples: number;
}

/** One line of a table. */
export interface Line<R> {
  readonly metric: string;
  readonly rows: number;
  /** In margins. */
  readonly loss: number;
  readonly gates: number;
  readonly rates: R;
}
