import type { Digest } from '../lib/digest.ts';
import type { Subject } from '../lib/documents/envelope.ts';
import type { GateBaseline, GateDocument, PolicyDifference, Trend } from '../lib/documents/gate.ts';
import { trendOf } from '../lib/history/trend.ts';
import type { GrantedWaiver } from '../lib/policy/apply-waivers.ts';
import { type Decision, decide } from '../lib/policy/decide.ts';
import { numbersNamed } from '../lib/policy/find-number.ts';
import type { HistoryPoint } from '../lib/policy/history.ts';
import { commitOf, createdOf, type MetricsView } from '../lib/policy/metrics-view.ts';
import type { Policy } from '../lib/policy/policy.ts';
import type { Resampling } from '../lib/stats/paired-bootstrap.ts';
import { type Verdict, worstVerdict } from '../lib/verdict.ts';
import { envelope } from '../runtime/documents.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type Baseline, type FoundBaseline, verdictWithout } from './baseline/found-baseline.ts';
import type { Inputs } from './inputs.ts';
import type { AppliedPolicy, Policies } from './policy/load-policy.ts';

/** The reference's defaults, fixed so that the same evidence gives the same verdict everywhere. */
const RESAMPLING: Resampling = { resamples: 2000, seed: 12345 };

/** What the judgement is about and rests on. */
export interface Evidence {
  readonly candidate: MetricsView;
  readonly baseline: FoundBaseline;
  /** The baselines that the policy names. */
  readonly named: ReadonlyMap<string, FoundBaseline>;
  /** Judged commits of the default branch, oldest first; `undefined` when no history is kept or it cannot be read. */
  readonly history: readonly HistoryPoint[] | undefined;
  readonly waivers: readonly GrantedWaiver[];
}

/** Judges the candidate by the deciding policy, and by the proposed one for comparison, as a gate document. */
export function judge(
  runtime: Runtime,
  inputs: Pick<Inputs, 'onNoBaseline'>,
  policies: Policies,
  evidence: Evidence,
): GateDocument {
  const onNoBaseline = verdictWithoutBaseline(evidence, inputs.onNoBaseline);
  const { deciding, proposed } = policies;
  const decision = decideBy(runtime, deciding, evidence, onNoBaseline);
  const edited = proposed && decideBy(runtime, proposed, evidence, onNoBaseline);
  const { candidate, baseline } = evidence;
  const { model } = candidate.document ?? {};
  return {
    ...envelope(runtime, 'gate', subjectsOf(deciding, evidence), decision.verdict),
    ...(model && { model: { name: deciding.policy.model ?? model.name, digest: model.digest } }),
    candidate: { location: candidate.location, digest: candidate.digest, commit: commitOf(candidate) },
    baseline: baseline.baseline ? baselineOf(baseline.baseline, decision.basis) : null,
    ...(baseline.attempts.length > 0 && { baselineSearch: baseline.attempts }),
    namedBaselines: namedBaselines(evidence, decision),
    policy: described(deciding),
    ...(edited && proposed && { policyChange: policyChange(proposed.digest, decision, edited) }),
    multiplicity: {
      ...deciding.policy.multiplicity,
      requiredTests: decision.requiredTests,
      exploratoryTests: decision.exploratoryTests,
    },
    settings: {
      confidence: deciding.policy.confidence,
      onInconclusive: deciding.policy.onInconclusive,
      onNoBaseline,
      ...RESAMPLING,
    },
    gates: decision.gates,
    guards: decision.guards,
    waivers: decision.waivers,
    ...(decision.composite && { composite: decision.composite }),
    outcomes: decision.outcomes,
    trends: trendsOf(runtime, deciding.policy, evidence),
    report: deciding.policy.report,
    ...(decision.flips && { flips: decision.flips }),
    ...(decision.changedRows && { changedRows: decision.changedRows }),
    notes: [...policies.notes, ...decision.notes],
  };
}

/** What gates without their baseline mean: never less than a warning where a place could not be asked for one. */
const verdictWithoutBaseline = ({ baseline, named }: Evidence, onNoBaseline: Verdict): Verdict =>
  worstVerdict([baseline, ...named.values()].map((found) => verdictWithout(found, onNoBaseline)));

function decideBy(
  runtime: Runtime,
  { policy }: AppliedPolicy,
  { candidate, baseline, named, history, waivers }: Evidence,
  onNoBaseline: Verdict,
): Decision {
  return decide({
    policy,
    candidate,
    baseline: baseline.baseline?.view,
    baselines: new Map([...named].map(([name, found]) => [name, found.baseline?.view])),
    history,
    historyBranch: runtime.context.defaultBranch || undefined,
    waivers,
    onNoBaseline,
    now: runtime.clock.now(),
    resampling: RESAMPLING,
  });
}

const described = ({ path, ref, commit, digest, inlineGates }: AppliedPolicy): GateDocument['policy'] => ({
  path,
  ref,
  commit,
  digest,
  inlineGates,
});

function baselineOf({ view, commit, origin, distance, run }: Baseline, basis: string): GateBaseline {
  const created = createdOf(view);
  return {
    location: view.location,
    digest: view.digest,
    commit,
    ...(created !== undefined && { created }),
    basis,
    origin,
    ...(distance !== undefined && { distance }),
    ...(run !== undefined && { run }),
  };
}

const namedBaselines = ({ named }: Evidence, { bases }: Decision): GateDocument['namedBaselines'] =>
  Object.fromEntries(
    [...named].map(([name, { baseline }]) => [
      name,
      baseline ? baselineOf(baseline, bases.get(name) ?? '') : null,
    ]),
  );

/** Everything that was judged, by content; model and data as the candidate's metrics document names them. */
function subjectsOf(policy: AppliedPolicy, { candidate, baseline, named }: Evidence): readonly Subject[] {
  const { document } = candidate;
  const judged = (document?.subjects ?? []).filter(({ role }) => role === 'model' || role === 'data');
  const rows = candidate.rowsDigest;
  const baselines = [baseline, ...named.values()].flatMap((found) => found.baseline?.view ?? []);
  const known = new Map<Digest, Subject>(
    baselines.map(({ location, digest }) => [digest, { role: 'baseline', name: location, digest }]),
  );
  return [
    ...judged,
    { role: 'metrics', name: candidate.location, digest: candidate.digest },
    ...(rows
      ? [{ role: 'rows' as const, name: document?.files.rows ?? candidate.location, digest: rows }]
      : []),
    { role: 'policy', name: policy.path === '' ? 'inline gates' : policy.path, digest: policy.digest },
    ...known.values(),
  ];
}

/** Trends that are drawn where a policy names no primary metrics. */
const UNNAMED_TRENDS = 3;

/** The primary metrics over the history, or those of the first gates; the candidate comes last. */
function trendsOf(runtime: Runtime, policy: Policy, { candidate, history }: Evidence): readonly Trend[] {
  const asked = policy.gates.filter(({ target }) => target.kind === 'all').map(({ metric }) => metric);
  const { primary } = policy.report;
  const wanted = primary.length > 0 ? primary : [...new Set(asked)].slice(0, UNNAMED_TRENDS);
  const commit = commitOf(candidate) || runtime.context.source.commit;
  const created = createdOf(candidate) ?? runtime.clock.iso();
  return wanted.flatMap((metric) => {
    const [entry] = numbersNamed(candidate, metric, undefined);
    if (entry === undefined || entry.value === null) return [];
    const { name, value } = entry;
    return trendOf(history ?? [], name, { commit, created, value }) ?? [];
  });
}

function policyChange(
  digest: Digest,
  base: Decision,
  head: Decision,
): NonNullable<GateDocument['policyChange']> {
  return { digest, verdict: head.verdict, differences: differences(base, head) };
}

/** The gates that two policies judge differently. */
function differences(base: Decision, head: Decision): readonly PolicyDifference[] {
  const sides = [base, head].map(({ gates }) => new Map(gates.map((gate) => [gate.id, gate])));
  const ids = new Set(sides.flatMap((side) => [...side.keys()]));
  const judged = (id: string, side: number): PolicyDifference['base'] => {
    const gate = sides[side]?.get(id);
    return gate ? { allowed: gate.allowed, verdict: gate.verdict } : null;
  };
  return [...ids]
    .map((id) => ({ id, base: judged(id, 0), head: judged(id, 1) }))
    .filter(({ base: a, head: b }) => a?.allowed !== b?.allowed || a?.verdict !== b?.verdict);
}
