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
  | { readonly kind: 'every-slice'; readonly column: string | undefined };

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
  readonly minRows: number;
  /** Line of the policy file, from 1; `undefined` for an inline gate. */
  readonly line: number | undefined;
}

/** A metric the catalog does not know, declared by its owner. */
export interface DeclaredMetric {
  readonly direction: Direction;
  readonly unit: string | undefined;
}

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
  };
  /** Correction over the required non-inferiority gates. */
  readonly multiplicity: 'holm' | 'none';
  readonly metrics: ReadonlyMap<string, DeclaredMetric>;
  readonly gates: readonly Gate[];
}

/** What holds where a policy says nothing, and for inline gates alone. */
export const DEFAULT_POLICY: Policy = {
  model: undefined,
  confidence: 0.95,
  onInconclusive: 'point',
  onMissing: 'fail',
  onUndefined: 'fail',
  evidence: { sameDataset: 'required', minOverlap: 0.95, maxAgeMs: undefined },
  multiplicity: 'holm',
  metrics: new Map(),
  gates: [],
};
