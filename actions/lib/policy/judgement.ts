import type { GateResult, GateStatus } from '../documents/gate.ts';
import type { Direction } from '../documents/metrics.ts';
import type { Verdict } from '../verdict.ts';
import type { Comparison } from './compare.ts';
import type { MetricEntry } from './metrics-view.ts';
import type { Gate } from './policy.ts';

/** A gate on one set of rows, with everything its judgement looks at. */
export interface Question {
  readonly gate: Gate;
  readonly id: string;
  readonly slice: string | undefined;
  readonly entry: MetricEntry;
  /** Which way is better; `undefined` only where the rule does not ask. */
  readonly direction: Direction | undefined;
  readonly unit: string | undefined;
}

/** How a rule answers, before multiplicity and severity. */
export interface Answer {
  readonly status: GateStatus;
  readonly reason: string;
  /** Present for a non-inferiority that is not shown: what is needed to weigh it with the others. */
  readonly test?: NonInferiorityTest;
  readonly comparison?: Comparison;
  readonly rowsNeeded?: number;
  /**
   * How much is lost, in the unit of the metric: against the baseline, or beyond a limit. Absent where nothing was
   * compared, so that nobody knows.
   */
  readonly loss?: number;
}

/** What is known about a loss. */
export interface NonInferiorityTest {
  /** Whether the estimate is worse than the margin allows. */
  readonly beyond: boolean;
  /** p-value for "not worse than the margin allows"; 1 when it is shown not to be. `undefined` for plain numbers. */
  readonly p: number | undefined;
  /** p-value for "not worse at all". */
  readonly lossP: number | undefined;
}

/** A result without what severity and multiplicity add. */
export type Draft = Omit<GateResult, 'verdict'> & {
  readonly test?: NonInferiorityTest;
  readonly advisory: boolean;
};

/** A weighed gate with what waivers and conditions over gates ask about it. */
export interface JudgedGate {
  readonly gate: Gate;
  readonly result: GateResult;
  /** The verdict before severity caps it: whether the gate holds at all. */
  readonly stands: Verdict;
  readonly loss: number | undefined;
}

/** Slack for numbers that differ only by rounding: 0.85 - 0.01 is not exactly 0.84. */
export const slack = (...values: readonly number[]): number => 1e-12 * Math.max(1, ...values.map(Math.abs));
