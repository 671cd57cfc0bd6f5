import type { GateOutcome } from '../documents/gate.ts';
import type { Direction } from '../documents/metrics.ts';
import type { Quantity } from './quantity.ts';

/** How much a gate that does not hold counts: it blocks, it warns, or it is only shown. */
export type Severity = 'error' | 'warning' | 'info';

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** Which number an absolute limit looks at: the value itself or an end of its confidence interval. */
export type Use = 'value' | 'ci-lower' | 'ci-upper';

/**
 * What an unproven non-inferiority means. `point`: the estimate decides, but a loss that may be chance never
 * blocks; the others are the verdict itself.
 */
export type OnInconclusive = 'point' | 'warn' | 'fail' | 'pass';

/** What a metric that is absent or has no value means. */
export type OnAbsent = 'fail' | 'warn' | 'pass';

/** Which rows of a metrics document a gate looks at. */
export type Target =
  | { readonly kind: 'all' }
  | { readonly kind: 'slice'; readonly slice: string }
  /** Every slice, or every slice on one column, each as a row of its own. */
  | { readonly kind: 'every-slice'; readonly column: string | undefined }
  /** A gap between the groups of a sensitive column, such as `equalized_odds_difference` by `gender`. */
  | { readonly kind: 'groups'; readonly by: string };

/** What a gate compares the candidate with. */
export type Versus =
  /** The baseline of the input `baseline`, or one the policy names. */
  | { readonly kind: 'baseline'; readonly name: string }
  /** The best value among the newest commits of the history, against many small losses that were each accepted. */
  | { readonly kind: 'best-of'; readonly last: number; readonly branch: string | undefined };

/** The name of the baseline that the input `baseline` gives. */
export const DEFAULT_BASELINE = 'baseline';

/**
 * What a failed gate asks for, so that monitoring can tell a bad model from an old one: the change is blocked, the
 * model in production is taken back, or a new one is trained.
 */
export const GATE_OUTCOMES: readonly GateOutcome[] = ['block', 'rollback', 'retrain'];

/** An end of an absolute limit; `exclusive` for `<` and `>`. */
export interface Bound {
  readonly quantity: Quantity;
  readonly exclusive: boolean;
}

/** How two tolerances join: a change is too large when it exceeds `all` of them, or `any`. */
export type Combine = 'all' | 'any';

/** What a gate asks for. Changes are candidate minus baseline. */
export type Rule =
  | {
      readonly kind: 'limit';
      readonly min: Bound | undefined;
      readonly max: Bound | undefined;
      readonly use: Use;
    }
  /** Inline form: the candidate stays on one side of the baseline, shifted by an offset that may be negative. */
  | {
      readonly kind: 'versus';
      readonly side: 'at-least' | 'at-most';
      readonly offset: Quantity;
      readonly exclusive: boolean;
    }
  | {
      readonly kind: 'max-regression';
      readonly absolute: Quantity | undefined;
      /** Fraction of the baseline's absolute value. */
      readonly relative: number | undefined;
      readonly combine: Combine;
    }
  | { readonly kind: 'max-improvement'; readonly absolute: Quantity }
  | { readonly kind: 'non-inferior'; readonly margin: Quantity };

/** One line of the policy. */
export interface Gate {
  readonly id: string;
  readonly metric: string;
  readonly target: Target;
  readonly rule: Rule;
  readonly severity: Severity;
  readonly outcome: GateOutcome;
  /** One of many that are searched: corrected by false discovery rate, and advisory unless its severity says so. */
  readonly exploratory: boolean;
  /** `undefined` for a limit, which compares with nothing. */
  readonly versus: Versus | undefined;
  readonly minRows: number;
  /** Smallest number of rows of the positive class, for metrics that rest on them; 0 asks for none. */
  readonly minPositives: number;
  /** Line of the policy file, from 1; `undefined` for an inline gate. */
  readonly line: number | undefined;
}

/** A metric the catalog does not know, declared by its owner. */
export interface DeclaredMetric {
  readonly direction: Direction;
  readonly unit: string | undefined;
}

/** What must not quietly become less than it was in the baseline. */
export const DOWNGRADES = ['rows', 'repeats', 'slices', 'metrics'] as const;

export type Downgrade = (typeof DOWNGRADES)[number];

/** A label of the pull request that waives gates, and who may put it there. */
export interface WaiverLabel {
  readonly label: string;
  /** Ids of gates. */
  readonly gates: readonly string[];
  /** Roles on the repository, `maintain`, `admin`, …, or logins as `@name`; one of them is enough. */
  readonly appliedBy: readonly string[];
  /** Whether a comment line `/waive <gate> because <reason>` is needed. */
  readonly reasonRequired: boolean;
  readonly expiresAfterMs: number;
  /** Largest loss the label may excuse, in the unit of the metric. */
  readonly maxValueLoss: number | undefined;
}

/** One entry of the committed file of waivers. */
export interface FileWaiver {
  readonly gate: string;
  readonly reason: string;
  readonly owner: string;
  /** Milliseconds since 1970; the waiver counts until the end of the day it names, in UTC. */
  readonly expires: number;
  /** Largest loss that is excused, in the unit of the metric. */
  readonly maxValueLoss: number | undefined;
  readonly line: number | undefined;
}

/** A condition over gates: which of them must hold for the whole to pass. */
export type Composite =
  | { readonly kind: 'gate'; readonly id: string }
  /** All, or any, gates of a severity; of all severities when `undefined`. */
  | {
      readonly kind: 'every' | 'some';
      readonly severity: Severity | undefined;
    }
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Composite[] }
  | { readonly kind: 'not'; readonly term: Composite };

/** Everything a team decided about its gates. */
export interface Policy {
  readonly model: string | undefined;
  /** Nominal coverage of the intervals gates decide on, for example 0.95. */
  readonly confidence: number;
  readonly onInconclusive: OnInconclusive;
  readonly onMissing: OnAbsent;
  readonly onUndefined: OnAbsent;
  readonly evidence: {
    readonly sameDataset: 'required' | 'preferred' | 'off';
    /** Smallest share of common rows on which a paired comparison rests, 0 to 1. */
    readonly minOverlap: number;
    /** Oldest baseline that counts, in milliseconds. */
    readonly maxAgeMs: number | undefined;
    readonly noDowngrade: readonly Downgrade[];
  };
  readonly multiplicity: {
    /** Correction over the required non-inferiority gates. */
    readonly required: 'holm' | 'none';
    /** Correction over the exploratory ones. */
    readonly exploratory: 'benjamini-hochberg' | 'none';
  };
  /** Locations of further baselines by name; `auto` is the search of the input `baseline`. */
  readonly baselines: ReadonlyMap<string, string>;
  readonly metrics: ReadonlyMap<string, DeclaredMetric>;
  readonly gates: readonly Gate[];
  /** Decides in place of "every gate of severity error"; with the text it was written as. */
  readonly composite: { readonly text: string; readonly condition: Composite } | undefined;
  readonly waivers: {
    /** Path of the committed waivers, from the root of the repository. */
    readonly file: string | undefined;
    readonly labels: readonly WaiverLabel[];
  };
  readonly report: {
    /** Metrics that are shown first and whose trend is drawn; the first gates' where empty. */
    readonly primary: readonly string[];
    /** Rows that changed which a report lists. */
    readonly changedRows: number;
    /** People and teams to mention when the verdict is fail: `@org/team`. */
    readonly mentionOnFail: readonly string[];
  };
}

/** What holds where a policy says nothing, and for inline gates alone. */
export const DEFAULT_POLICY: Policy = {
  model: undefined,
  confidence: 0.95,
  onInconclusive: 'point',
  onMissing: 'fail',
  onUndefined: 'fail',
  evidence: { sameDataset: 'required', minOverlap: 0.95, maxAgeMs: undefined, noDowngrade: [...DOWNGRADES] },
  multiplicity: { required: 'holm', exploratory: 'benjamini-hochberg' },
  baselines: new Map(),
  metrics: new Map(),
  gates: [],
  composite: undefined,
  waivers: { file: undefined, labels: [] },
  report: { primary: [], changedRows: 10, mentionOnFail: [] },
};
