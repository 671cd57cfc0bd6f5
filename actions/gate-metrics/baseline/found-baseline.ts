import type { Digest } from '../../lib/digest.ts';
import type { BaselineAttempt, BaselineOrigin } from '../../lib/documents/gate.ts';
import type { MetricsView } from '../../lib/policy/metrics-view.ts';
import type { Verdict } from '../../lib/verdict.ts';
import { worstVerdict } from '../../lib/verdict.ts';

/** Numbers to compare with, and how they were found. */
export interface Baseline {
  readonly view: MetricsView;
  readonly origin: BaselineOrigin;
  /** 40 hexadecimal digits; empty where neither the metrics nor the way to them name one. */
  readonly commit: string;
  /** ISO 8601, UTC; where it is known. */
  readonly created?: string;
  /** The test data's digest, where it is known. */
  readonly datasetDigest?: Digest;
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

/** Numbers as they were read, with what the file says of them where that is no metrics document. */
export interface LoadedNumbers {
  readonly view: MetricsView;
  readonly commit?: string;
  readonly created?: string;
  readonly datasetDigest?: Digest;
}

/** The baseline that numbers are; a metrics document's own word comes before that of the way to it. */
export function baselineOf(
  numbers: LoadedNumbers,
  found: Pick<Baseline, 'origin'> & Partial<Pick<Baseline, 'commit' | 'distance' | 'run'>>,
): Baseline {
  const { document } = numbers.view;
  const created = document?.created ?? numbers.created;
  const datasetDigest = document?.dataset.digest ?? numbers.datasetDigest;
  return {
    ...found,
    view: numbers.view,
    commit: document?.source.commit || numbers.commit || found.commit || '',
    ...(created !== undefined && { created }),
    ...(datasetDigest !== undefined && { datasetDigest }),
  };
}
