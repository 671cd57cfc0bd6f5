import type { GuardResult } from '../documents/gate.ts';
import { DOWNGRADE_CHECKS } from './downgrades.ts';
import type { Basis } from './evidence.ts';
import type { JudgedGate } from './judgement.ts';
import type { MetricsView } from './metrics-view.ts';
import type { Downgrade, Policy } from './policy.ts';

/** What guards look at. */
export interface Guarded {
  readonly policy: Policy;
  readonly candidate: MetricsView;
  /** The baseline that gates compare with unless they name another. */
  readonly baseline: { readonly view: MetricsView; readonly basis: Basis } | undefined;
  readonly gates: readonly JudgedGate[];
  /** Whether a gate compares with that baseline, and so says itself when it is not to be compared with. */
  readonly compared: boolean;
}

/**
 * Rules about the evidence as a whole. A number that rests on less than the baseline's did is not better for being
 * higher: fewer rows or repeats, or a slice or metric that is not measured any more, fail by name, without tolerance.
 * What a gate that fails says already is not said again.
 */
export function judgeGuards(guarded: Guarded): readonly GuardResult[] {
  const { policy, baseline } = guarded;
  const empty: readonly GuardResult[] =
    policy.gates.length > 0
      ? []
      : [{ id: 'policy', verdict: 'fail', reason: 'the policy holds no gate, so nothing was judged' }];
  if (baseline === undefined) return empty;
  const downgrades = policy.evidence.noDowngrade.map((kind): GuardResult => {
    const lost = DOWNGRADE_CHECKS[kind](guarded.candidate, baseline.view, blockingGates(guarded));
    return lost === undefined
      ? { id: `no-downgrade-${kind}`, verdict: 'pass', reason: HELD[kind] }
      : { id: `no-downgrade-${kind}`, verdict: 'fail', reason: `${lost}; ${ADVICE[kind]}` };
  });
  return [...empty, ...uncompared(guarded, baseline.basis), ...downgrades];
}

const HELD: Readonly<Record<Downgrade, string>> = {
  rows: 'no fewer rows than in the baseline',
  repeats: 'no fewer repeats than in the baseline',
  slices: 'no slice of the baseline has gone unsaid',
  metrics: 'no metric of the baseline has gone unsaid',
};

const ADVICE: Readonly<Record<Downgrade, string>> = {
  rows: 'evaluate on as many, or take rows from evidence.no-downgrade',
  repeats: 'repeat as often, or take repeats from evidence.no-downgrade',
  slices: 'measure them, or take slices from evidence.no-downgrade',
  metrics: 'measure them, or take metrics from evidence.no-downgrade',
};

/** Gates that fail for something that is not there. */
const blockingGates = ({ gates }: Guarded): readonly JudgedGate[] =>
  gates.filter(({ result }) => result.status === 'missing' && result.verdict === 'fail');

/** Where gates compare with the baseline they say themselves that it is about other data or too old. */
function uncompared({ compared }: Guarded, basis: Basis): readonly GuardResult[] {
  if (compared || basis.kind !== 'refused') return [];
  const id = basis.because === 'data' ? 'same-dataset' : 'max-age';
  return [{ id, verdict: 'warn', reason: `${basis.note}; no gate compares with the baseline` }];
}
