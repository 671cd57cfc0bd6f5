import type { GateStatus } from '../documents/gate.ts';
import { metricByName } from '../metrics/catalog.ts';
import { didYouMean } from '../nearest-name.ts';
import type { Resampling } from '../stats/paired-bootstrap.ts';
import { type BranchHistory, bestOf, bestOfText } from './best-of.ts';
import { type Comparer, compareNumbers, comparer, isResource } from './compare.ts';
import { type Basis, comparisonBasis } from './evidence.ts';
import { findNumber } from './find-number.ts';
import type { Question } from './judgement.ts';
import type { MetricEntry, MetricsView } from './metrics-view.ts';
import { DEFAULT_BASELINE, type Gate, type Policy } from './policy.ts';

/** A baseline, and how the candidate may be compared with it. */
export interface Reference {
  readonly view: MetricsView;
  readonly basis: Basis;
  readonly compare: Comparer;
}

/** The number a question is compared with, or why there is none, as the status of its gate. */
export type Counterpart =
  | { readonly entry: MetricEntry; readonly compare: Comparer; readonly reference: Reference | undefined }
  | { readonly status: GateStatus; readonly reason: string; readonly entry?: MetricEntry };

/** Everything a candidate may be compared with. */
export interface Comparables {
  readonly candidate: MetricsView;
  /** `undefined` where there is none. */
  readonly baseline: MetricsView | undefined;
  /** Those that the policy names; `undefined` for one that could not be found. */
  readonly baselines: ReadonlyMap<string, MetricsView | undefined>;
  readonly history: BranchHistory;
  readonly now: number;
  readonly resampling: Resampling;
}

/** What each gate is compared with. Two names of one baseline share its comparisons, which are made once. */
export class References {
  readonly #from: Comparables;
  readonly #policy: Policy;
  readonly #made = new Map<string, Reference>();

  constructor(from: Comparables, policy: Policy) {
    this.#from = from;
    this.#policy = policy;
  }

  /** The baseline of a name, `baseline` being the one that gates compare with unless they name another. */
  baseline(name: string = DEFAULT_BASELINE): Reference | undefined {
    const view = this.viewOf(name);
    if (view === undefined) return undefined;
    const key = [view.digest, view.rowsDigest, view.rows === undefined].join(' ');
    const made = this.#made.get(key) ?? this.#make(view);
    this.#made.set(key, made);
    return made;
  }

  /** Whether a gate compares with the baseline that is meant where none is named, by whatever name. */
  isComparedWith({ versus }: Gate): boolean {
    return versus?.kind === 'baseline' && this.baseline(versus.name) === this.baseline();
  }

  viewOf(name: string): MetricsView | undefined {
    return name === DEFAULT_BASELINE ? this.#from.baseline : this.#from.baselines.get(name);
  }

  #make(view: MetricsView): Reference {
    const { candidate, now, resampling } = this.#from;
    const basis = comparisonBasis(candidate, view, this.#policy.evidence, now);
    const metricOf = (name: string) => metricByName(name, candidate.document?.task);
    return { view, basis, compare: comparer(candidate, view, basis, metricOf, resampling) };
  }

  /** The other side of a question whose gate compares. */
  counterpart(question: Question): Counterpart {
    const { versus } = question.gate;
    if (versus?.kind !== 'best-of') return this.#onBaseline(question, versus?.name ?? DEFAULT_BASELINE);
    const { candidate, history, now } = this.#from;
    const best = bestOf(question, versus, history, candidate, this.#policy.evidence, now);
    if ('status' in best) return best;
    return {
      entry: best.entry,
      compare: (a, b) => compareNumbers(a, b, best.note, best.advisory),
      reference: undefined,
    };
  }

  #onBaseline(question: Question, name: string): Counterpart {
    const reference = this.baseline(name);
    if (reference === undefined) return { status: 'no-baseline', reason: this.#whyNone(name) };
    const { basis, compare, view } = reference;
    const entry = findNumber(view, question.gate, question.slice);
    const which = name === DEFAULT_BASELINE ? 'the baseline' : `the baseline ${name}`;
    const refused =
      basis.kind === 'refused' && !(basis.because === 'data' && isResource(question.entry, metricByName));
    if (refused) return { status: 'refused', reason: basis.note, ...(entry && { entry }) };
    if (entry === undefined)
      return { status: 'no-baseline', reason: `${which} does not hold ${nameOf(question)}` };
    if (entry.value === null)
      return {
        status: 'no-baseline',
        reason: `${which} has no value: ${entry.problem ?? 'it is not defined'}`,
      };
    return { entry, compare, reference };
  }

  #whyNone(name: string): string {
    if (name === DEFAULT_BASELINE) return 'there is no baseline to compare with';
    const { baselines } = this.#policy;
    const location = baselines.get(name);
    return location === undefined
      ? `the policy names no baseline ${name}${didYouMean(name, baselines.keys())}`
      : `the baseline ${name} (${location}) was not found`;
  }
}

/** What a gate compares with, in words for a report; `undefined` for a limit. */
export function againstText({ versus }: Gate): string | undefined {
  if (versus === undefined) return undefined;
  return versus.kind === 'best-of' ? bestOfText(versus) : versus.name;
}

const nameOf = ({ gate: { metric, target }, slice }: Question): string => {
  if (target.kind === 'groups') return `${metric} between the groups of ${target.by}`;
  return slice === undefined ? metric : `${metric} on the slice ${slice}`;
};
