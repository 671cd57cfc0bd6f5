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

/** What a failed gate asks for; see the policy's `outcome`. */
export type GateOutcome = 'block' | 'rollback' | 'retrain';

/** How a baseline was found. `given`: the user named its location. */
export type BaselineOrigin =
  | 'given'
  | 'merge-base'
  | 'ancestor'
  | 'previous-run'
  | 'history'
  | 'release'
  | 'production';

/** A model's numbers that a candidate is compared with, and how they were found. */
export interface GateBaseline {
  readonly location: string;
  readonly digest: Digest;
  readonly commit: string;
  readonly created?: string;
  /** What the comparisons rest on, in words. */
  readonly basis: string;
  readonly origin: BaselineOrigin;
  /** Commits between it and the commit it stands for (the merge base, the tip of the branch); absent where that means nothing. */
  readonly distance?: number;
  /** The run whose artifact it is. */
  readonly run?: number;
}

/** One place where a baseline was looked for, and what was there, in words. */
export interface BaselineAttempt {
  readonly place: string;
  readonly found: string;
}

/** A waiver somebody granted, and what became of it. */
export interface WaiverUse {
  readonly gate: string;
  readonly source: 'file' | 'label';
  /** Who stands for it: the owner in the file, or who put the label there. */
  readonly owner: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly expires: string;
  /**
   * `used`: the gate did not hold and is excused · `unused`: the gate holds without it · `expired`, `exceeded` (the
   * loss is larger than the waiver allows), `refused` (not by somebody who may, or without a reason): it does not count.
   */
  readonly state: 'used' | 'unused' | 'expired' | 'exceeded' | 'refused';
  /** The state in words. */
  readonly message: string;
  readonly maxValueLoss?: number;
  /** Line of the waiver in its file. */
  readonly line?: number;
}

/** A rule about the evidence as a whole: nothing it rests on has quietly become less. */
export interface GuardResult {
  readonly id: string;
  readonly verdict: Verdict;
  readonly reason: string;
}

/** A primary metric over the newest commits of the history, oldest first; the last point is the candidate. */
export interface Trend {
  readonly metric: string;
  readonly points: readonly { readonly commit: string; readonly created: string; readonly value: number }[];
}

/** One gate, on all rows or on one slice, and why it stands as it does. */
export interface GateResult {
  readonly id: string;
  readonly metric: string;
  readonly slice?: string;
  /** The sensitive column of a fairness gap. */
  readonly by?: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly outcome: GateOutcome;
  /** What it was compared with: `baseline`, a baseline's name in the policy, or `best of 20 on main`; absent for limits. */
  readonly against?: string;
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
  /** The waiver that excuses it; then `verdict` is `waived`. */
  readonly waiver?: WaiverUse;
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
  /** What gates compare with unless they name another; `null` where there is none. */
  readonly baseline: GateBaseline | null;
  /** Where `auto` looked, in order; absent when a location was given. */
  readonly baselineSearch?: readonly BaselineAttempt[];
  /** Further baselines that the policy names; `null` where one could not be found. */
  readonly namedBaselines: Readonly<Record<string, GateBaseline | null>>;
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
    readonly exploratory: 'benjamini-hochberg' | 'none';
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
  readonly guards: readonly GuardResult[];
  readonly waivers: readonly WaiverUse[];
  /** The policy's own condition over its gates, and whether it holds; `null` where inconclusive gates leave it open. */
  readonly composite?: { readonly expression: string; readonly holds: boolean | null };
  /** What the failed gates ask for, each once; empty when the verdict is not fail. */
  readonly outcomes: readonly GateOutcome[];
  readonly trends: readonly Trend[];
  /** What the policy says about reports. */
  readonly report: {
    readonly primary: readonly string[];
    readonly changedRows: number;
    readonly mentionOnFail: readonly string[];
  };
  readonly flips?: Flips;
  /** The first rows that changed, most certain first: only ids, answers and slices, as the evaluation kept them. */
  readonly changedRows?: readonly {
    readonly id: string;
    readonly actual: string;
    readonly candidate: string;
    readonly baseline: string;
    readonly change: 'fixed' | 'broken';
  }[];
  /** What a reader should know beside the gates. */
  readonly notes: readonly string[];
}
