import type { GateResult, GateStatus } from '../documents/gate.ts';
import { benjaminiHochberg, holm } from '../stats/multiple-testing.ts';
import { type Verdict, worstVerdict } from '../verdict.ts';
import type { Draft } from './judgement.ts';
import type { Policy } from './policy.ts';
import { pText } from './words.ts';

/** The gates with their verdicts, and how many tests shared each correction. */
export interface Weighed {
  readonly gates: readonly GateResult[];
  /** Verdicts before severity caps them, gate by gate: whether each holds at all. */
  readonly stands: readonly Verdict[];
  readonly requiredTests: number;
  readonly exploratoryTests: number;
}

/** p-values of a gate, as they are and after the correction over its family. */
interface Adjusted {
  readonly p: number;
  readonly lossP: number;
}

/**
 * Turns drafts into results: corrects p-values over the gates that were asked together, decides what is not shown
 * either way as the policy says, and lets severity cap what each gate contributes.
 */
export function weigh(drafts: readonly Draft[], policy: Policy, onNoBaseline: Verdict): Weighed {
  const tested = drafts.filter((draft) => draft.test?.p !== undefined);
  const required = tested.filter((draft) => !draft.exploratory && draft.severity === 'error');
  const exploratory = tested.filter((draft) => draft.exploratory);
  const adjusted = new Map<Draft, Adjusted>([
    ...adjust(required, policy.multiplicity.required === 'holm' ? holm : uncorrected),
    ...adjust(exploratory, policy.multiplicity.exploratory === 'none' ? uncorrected : benjaminiHochberg),
  ]);
  const settled = drafts.map((draft) => settle(draft, adjusted.get(draft), policy, onNoBaseline));
  return {
    gates: settled.map(({ gate }) => gate),
    stands: settled.map(({ stands }) => stands),
    requiredTests: required.length,
    exploratoryTests: exploratory.length,
  };
}

const uncorrected = (p: readonly number[]): readonly number[] => p;

function adjust(
  family: readonly Draft[],
  correct: (p: readonly number[]) => readonly number[],
): readonly (readonly [Draft, Adjusted])[] {
  const p = correct(family.map((draft) => draft.test?.p ?? 1));
  const lossP = correct(family.map((draft) => draft.test?.lossP ?? 1));
  return family.map((draft, index) => [draft, { p: p[index] ?? 1, lossP: lossP[index] ?? 1 }]);
}

function settle(
  draft: Draft,
  adjusted: Adjusted | undefined,
  policy: Policy,
  onNoBaseline: Verdict,
): { readonly gate: GateResult; readonly stands: Verdict } {
  const { test, advisory, ...result } = draft;
  const decided = test && draft.status === 'inconclusive' ? decide(draft, adjusted, policy) : undefined;
  const { status, reason, verdict } = decided ?? {
    status: draft.status,
    reason: draft.reason,
    verdict: verdictOf(draft.status, policy, onNoBaseline),
  };
  const stands = advisory ? mildestVerdict(verdict, 'warn') : verdict;
  const gate = {
    ...result,
    status,
    reason,
    verdict: mildestVerdict(stands, CAPS[draft.severity]),
    ...(test?.p !== undefined && { p: test.p }),
    ...(test?.lossP !== undefined && { lossP: test.lossP }),
    ...(adjusted && { adjustedP: adjusted.p, adjustedLossP: adjusted.lossP }),
  };
  return { gate, stands };
}

const CAPS: Readonly<Record<GateResult['severity'], Verdict>> = {
  error: 'fail',
  warning: 'warn',
  info: 'pass',
};

/** The less severe of two verdicts: one that is capped by the other. */
export const mildestVerdict = (a: Verdict, b: Verdict): Verdict => (worstVerdict([a, b]) === a ? b : a);

function verdictOf(status: GateStatus, policy: Policy, onNoBaseline: Verdict): Verdict {
  const unproven = policy.onInconclusive === 'point' ? 'inconclusive' : policy.onInconclusive;
  const verdicts: Readonly<Record<GateStatus, Verdict>> = {
    pass: 'pass',
    fail: 'fail',
    refused: 'fail',
    inconclusive: unproven,
    'too-few-rows': unproven,
    missing: policy.onMissing,
    undefined: policy.onUndefined,
    'no-baseline': onNoBaseline,
  };
  return verdicts[status];
}

type Decided = Pick<GateResult, 'status' | 'reason' | 'verdict'>;

/** Decides a non-inferiority that is not shown: proven worse, or by the policy's rule for what nobody knows. */
function decide({ test, reason }: Draft, adjusted: Adjusted | undefined, policy: Policy): Decided {
  const alpha = 1 - policy.confidence;
  const p = adjusted?.p ?? test?.p;
  const lossP = adjusted?.lossP ?? test?.lossP;
  if (p !== undefined && p < alpha)
    return {
      status: 'fail',
      verdict: 'fail',
      reason: `${reason}; worse than allowed, certain (${pText(p)})`,
    };
  if (policy.onInconclusive !== 'point')
    return {
      status: 'inconclusive',
      verdict: policy.onInconclusive,
      reason: `${reason}; neither shown to be within the margin nor beyond it, on-inconclusive says ${policy.onInconclusive}`,
    };
  if (!test?.beyond)
    return {
      status: 'inconclusive',
      verdict: 'pass',
      reason: `${reason}; not shown to be within the margin, decided on the estimate: ok`,
    };
  if (lossP === undefined)
    return {
      status: 'fail',
      verdict: 'fail',
      reason: `${reason}; worse than allowed, decided on the plain numbers`,
    };
  return lossP < alpha
    ? {
        status: 'fail',
        verdict: 'fail',
        reason: `${reason}; worse than allowed on the estimate, and that it is worse is certain (${pText(lossP)})`,
      }
    : {
        status: 'inconclusive',
        verdict: 'inconclusive',
        reason: `${reason}; worse than allowed on the estimate, but the loss may be chance (${pText(lossP)})`,
      };
}

/** The verdict over all gates, where the policy has no condition of its own. */
export const overallVerdict = (gates: readonly GateResult[]): Verdict =>
  worstVerdict(gates.map(({ verdict }) => verdict));
