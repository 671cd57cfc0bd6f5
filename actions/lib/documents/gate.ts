import type { Digest } from '../digest.ts';
import type { Verdict } from '../verdict.ts';
import type { Envelope } from './envelope.ts';
import type { Direction } from './metrics.ts';

/**
 * How a gate stands, before severity weighs it. `inconclusive`: neither shown to hold nor shown to be broken ·
 * `refused`: the evidence is not about the same thing.
 */
export type GateStatus =
  | 'pass'
  | 'fail'
  | 'inconclusive'
  | 'too-few-rows'
  | 'missing'
  | 'undefined'
  | 'no-baseline'
  | 'refused';

/** Rows that one model has right and the other has not. */
export interface Flips {
  readonly fixed: number;
  readonly broken: number;
  readonly rows: number;
}

/** One gate, on all rows or on one slice, and why it stands as it does. */
export interface GateResult {
  readonly id: string;
  readonly metric: string;
  readonly slice?: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** One of many slices that were searched: corrected by false discovery rate. */
  readonly exploratory: boolean;
  readonly status: GateStatus;
  /** What the gate contributes to the verdict, after severity. */
  readonly verdict: Verdict;
  readonly direction?: Direction;
  readonly unit?: string;
  readonly candidate: number | null;
  readonly baseline: number | null;
  /** Candidate minus baseline, with an interval where the evidence gives one. */
  readonly change?: {
    readonly value: number;
    readonly low?: number;
    readonly high?: number;
    readonly level?: number;
  };
  /** The limit in words: `at least 0.85`, `at most 0.01 lower`. */
  readonly allowed: string;
  readonly method?: string;
  /** p-value for "not worse than allowed"; small when worse is proven. */
  readonly p?: number;
  readonly adjustedP?: number;
  /** p-value for "not worse at all". */
  readonly lossP?: number;
  readonly adjustedLossP?: number;
  readonly n?: number;
  /** Rows that would settle an inconclusive gate with a chance of 80 %. */
  readonly rowsNeeded?: number;
  readonly flips?: Flips;
  readonly reason: string;
  /** Line of the gate in the policy file. */
  readonly line?: number;
}

/** How two policies judge one gate differently; `null` where a policy does not have the gate. */
export interface PolicyDifference {
  readonly id: string;
  readonly base: { readonly allowed: string; readonly verdict: Verdict } | null;
  readonly head: { readonly allowed: string; readonly verdict: Verdict } | null;
}

/** `gate.json`: what was judged, by which policy, against what, and how it ended. */
export interface GateDocument extends Envelope<'gate'> {
  readonly model?: { readonly name: string; readonly digest: Digest };
  readonly candidate: { readonly location: string; readonly digest: Digest; readonly commit: string };
  readonly baseline: {
    readonly location: string;
    readonly digest: Digest;
    readonly commit: string;
    readonly created?: string;
    /** What the comparisons rest on, in words. */
    readonly basis: string;
  } | null;
  readonly policy: {
    /** Path of the policy file; empty when only inline gates were given. */
    readonly path: string;
    /** `base`, `head` or the ref it was read from; empty without a file. */
    readonly ref: string;
    readonly commit: string;
    /** sha256 of the policy file and the inline gates that were applied. */
    readonly digest: Digest;
    readonly inlineGates: number;
  };
  /** Present when the pull request edits the policy: the head's policy was evaluated too, the base's decided. */
  readonly policyChange?: {
    readonly digest: Digest;
    readonly verdict: Verdict;
    readonly differences: readonly PolicyDifference[];
  };
  readonly multiplicity: {
    readonly required: 'holm' | 'none';
    readonly requiredTests: number;
    readonly exploratory: 'benjamini-hochberg';
    readonly exploratoryTests: number;
  };
  readonly settings: {
    readonly confidence: number;
    readonly onInconclusive: 'point' | 'warn' | 'fail' | 'pass';
    readonly onNoBaseline: Verdict;
    readonly resamples: number;
    readonly seed: number;
  };
  readonly gates: readonly GateResult[];
  readonly flips?: Flips;
  /** What a reader should know beside the gates. */
  readonly notes: readonly string[];
}
