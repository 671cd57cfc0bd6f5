import type { Digest } from '../digest.ts';
import type { Verdict } from '../verdict.ts';

/** One judged commit of a branch, as the history keeps it. */
export interface HistoryPoint {
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly run: number;
  readonly verdict: Verdict;
  /** The test data's digest, where it was known: points about other data are not compared with. */
  readonly datasetDigest?: Digest;
  readonly metrics: readonly HistoryValue[];
}

/** A metric's value at one commit, with the ends of its interval where it had one. */
export interface HistoryValue {
  readonly name: string;
  /** Canonical text of the slice, `region=North`; absent for all rows. */
  readonly slice?: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}
