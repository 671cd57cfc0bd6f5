import type { BaselineAttempt, BaselineOrigin } from '../../lib/documents/gate.ts';
import { commitOf, type MetricsView } from '../../lib/policy/metrics-view.ts';
import { type Verdict, worstVerdict } from '../../lib/verdict.ts';

/** Numbers to compare with, and how they were found. */
export interface Baseline {
  readonly view: MetricsView;
  readonly origin: BaselineOrigin;
  /** 40 hexadecimal digits; empty where neither the metrics nor the way to them name one. */
  readonly commit: string;
  /** Commits between it and the commit it stands for; absent where that means nothing. */
  readonly distance?: number;
  readonly run?: number;
}

/** What a search came to. */
export interface FoundBaseline {
  readonly baseline: Baseline | undefined;
  /** Where was looked, in order, and what was there; empty where a location was given and held one. */
  readonly attempts: readonly BaselineAttempt[];
  /** A place could not be asked, or held something that could not be read, so that there may be a baseline all the same. */
  readonly incomplete: boolean;
}

/** No baseline, because none is wanted. */
export const NO_BASELINE: FoundBaseline = { baseline: undefined, attempts: [], incomplete: false };

/**
 * What gates without their baseline mean: what the user says, but never less than a warning where the baseline was
 * not found because a place could not be asked. An outage must not turn a gate green.
 */
export const verdictWithout = ({ incomplete }: FoundBaseline, onNoBaseline: Verdict): Verdict =>
  incomplete ? worstVerdict([onNoBaseline, 'warn']) : onNoBaseline;

/** Numbers as they were read, and the commit they are about where another file than a metrics document names it. */
export interface LoadedNumbers {
  readonly view: MetricsView;
  readonly commit?: string;
}

/** The baseline that numbers are; a metrics document's own word comes before that of the way to it. */
export const baselineOf = (
  { view, commit }: LoadedNumbers,
  found: Pick<Baseline, 'origin'> & Partial<Pick<Baseline, 'commit' | 'distance' | 'run'>>,
): Baseline => ({ ...found, view, commit: commitOf(view) || commit || found.commit || '' });
