import type {
  Flips,
  GateDocument,
  GateOutcome,
  GateResult,
  GuardResult,
  WaiverUse,
} from '../documents/gate.ts';
import type { Resampling } from '../stats/paired-bootstrap.ts';
import { type Verdict, worstVerdict } from '../verdict.ts';
import { applyWaivers, type GrantedWaiver } from './apply-waivers.ts';
import { changedRows } from './changed-rows.ts';
import { type Reference, References } from './counterpart.ts';
import { type Drafted, draftOf } from './draft.ts';
import { compose } from './evaluate-composite.ts';
import { basisText } from './evidence.ts';
import { answersOf, flipsBetween } from './flips.ts';
import { judgeGuards } from './guards.ts';
import type { HistoryPoint } from './history.ts';
import type { JudgedGate } from './judgement.ts';
import type { MetricsView } from './metrics-view.ts';
import { notesOn } from './notes.ts';
import { outcomesOf } from './outcomes.ts';
import type { Policy } from './policy.ts';
import { questionsOf } from './questions.ts';
import { type Weighed, weigh } from './weigh.ts';

/** Everything a decision rests on. */
export interface DecisionRequest {
  readonly policy: Policy;
  readonly candidate: MetricsView;
  /** What gates compare with unless they name another. */
  readonly baseline: MetricsView | undefined;
  /** Further baselines by the names that the policy gives them; `undefined` for one that was not found. */
  readonly baselines: ReadonlyMap<string, MetricsView | undefined>;
  /** Judged commits, oldest first; `undefined` when no history is kept. */
  readonly history: readonly HistoryPoint[] | undefined;
  /** The branch whose commits the history holds, where that is known. */
  readonly historyBranch?: string | undefined;
  readonly waivers: readonly GrantedWaiver[];
  readonly onNoBaseline: Verdict;
  /** Milliseconds since 1970; ages and expiries are counted from here. */
  readonly now: number;
  readonly resampling: Resampling;
}

/** What was decided and why. */
export interface Decision {
  readonly verdict: Verdict;
  readonly gates: readonly GateResult[];
  readonly guards: readonly GuardResult[];
  readonly waivers: readonly WaiverUse[];
  readonly composite: GateDocument['composite'];
  readonly outcomes: readonly GateOutcome[];
  readonly requiredTests: number;
  readonly exploratoryTests: number;
  /** What comparisons with the baseline rest on, in words; empty without one. */
  readonly basis: string;
  /** The same of the baselines that the policy names. */
  readonly bases: ReadonlyMap<string, string>;
  readonly flips: Flips | undefined;
  readonly changedRows: GateDocument['changedRows'];
  readonly notes: readonly string[];
}

/**
 * Decides all gates of a policy about a candidate: asks each on its rows, weighs them together, lets waivers excuse
 * what does not hold and the policy's own condition decide, and adds the guards of the evidence as a whole.
 *
 * @throws ActionError invalid-input for a condition that names a gate which is not there
 */
export function decide(request: DecisionRequest): Decision {
  const { policy, candidate } = request;
  const references = new References(
    { ...request, history: { points: request.history, branch: request.historyBranch } },
    policy,
  );
  const asked = questionsOf(policy, candidate, (name) => references.viewOf(name));
  const drafted = asked.map((question) => draftOf(question, references, candidate, policy));
  const weighed = weigh(
    drafted.map(({ draft }) => draft),
    policy,
    request.onNoBaseline,
  );
  const baseline = references.baseline();
  const judged = judgedGates(drafted, weighed);
  const guards = judgeGuards({
    policy,
    candidate,
    baseline,
    gates: judged,
    compared: policy.gates.some((gate) => references.isComparedWith(gate)),
  });
  const waived = applyWaivers(request.waivers, judged, guards, request.now);
  const composed = compose(policy, waived.gates);
  const verdict = worstVerdict([composed.verdict, ...waived.guards.map((guard) => guard.verdict)]);
  return {
    verdict,
    gates: composed.gates.map(({ result }) => result),
    guards: waived.guards,
    waivers: waived.uses,
    composite: composed.composite,
    outcomes: outcomesOf(verdict, composed.blocking, waived.guards),
    requiredTests: weighed.requiredTests,
    exploratoryTests: weighed.exploratoryTests,
    basis: baseline ? basisText(baseline.basis) : '',
    bases: basesOf(policy, references),
    ...changesOf(policy, candidate, baseline),
    notes: notesOn(candidate, request.baseline, drafted),
  };
}

const judgedGates = (drafted: readonly Drafted[], { gates, stands }: Weighed): readonly JudgedGate[] =>
  drafted.flatMap(({ gate, loss }, index) => {
    const [result, stand] = [gates[index], stands[index]];
    return result === undefined || stand === undefined ? [] : [{ gate, result, stands: stand, loss }];
  });

const basesOf = (policy: Policy, references: References): ReadonlyMap<string, string> =>
  new Map(
    [...policy.baselines.keys()].flatMap((name) => {
      const reference = references.baseline(name);
      return reference ? [[name, basisText(reference.basis)] as const] : [];
    }),
  );

/** Rows that changed between right and wrong against the baseline. */
function changesOf(
  { report }: Policy,
  candidate: MetricsView,
  baseline: Reference | undefined,
): Pick<Decision, 'flips' | 'changedRows'> {
  const rows = baseline && answersOf(baseline.basis, candidate);
  if (baseline === undefined || rows === undefined) return { flips: undefined, changedRows: undefined };
  return {
    flips: flipsBetween(baseline.basis, candidate, undefined),
    changedRows: changedRows(rows, report.changedRows, candidate.document?.settings.positiveLabel),
  };
}
