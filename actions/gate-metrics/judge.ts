import type { Subject } from '../lib/documents/envelope.ts';
import type { GateDocument, PolicyDifference } from '../lib/documents/gate.ts';
import type { Decision } from '../lib/policy/decide.ts';
import { decide } from '../lib/policy/decide.ts';
import { commitOf, type MetricsView } from '../lib/policy/metrics-view.ts';
import type { Resampling } from '../lib/stats/paired-bootstrap.ts';
import { envelope } from '../runtime/documents.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';
import type { AppliedPolicy, Policies } from './load-policy.ts';

/** The reference's defaults, fixed so that the same evidence gives the same verdict everywhere. */
const RESAMPLING: Resampling = { resamples: 2000, seed: 12345 };

/** What the judgement is about. */
export interface Evidence {
  readonly candidate: MetricsView;
  readonly baseline: MetricsView | undefined;
}

/** Judges the candidate by the deciding policy, and by the proposed one for comparison, as a gate document. */
export function judge(
  runtime: Runtime,
  inputs: Inputs,
  policies: Policies,
  evidence: Evidence,
): GateDocument {
  const decideBy = ({ policy }: AppliedPolicy): Decision =>
    decide({
      policy,
      ...evidence,
      onNoBaseline: inputs.onNoBaseline,
      now: runtime.clock.now(),
      resampling: RESAMPLING,
    });
  const { deciding, proposed } = policies;
  const decision = decideBy(deciding);
  const edited = proposed && decideBy(proposed);
  const { candidate, baseline } = evidence;
  const { model } = candidate.document ?? {};
  return {
    ...envelope(runtime, 'gate', subjectsOf(deciding, evidence), decision.verdict),
    ...(model && { model: { name: deciding.policy.model ?? model.name, digest: model.digest } }),
    candidate: { location: candidate.location, digest: candidate.digest, commit: commitOf(candidate) },
    baseline: baseline ? baselineOf(baseline, decision.basis) : null,
    policy: described(deciding),
    ...(edited &&
      proposed && {
        policyChange: {
          digest: proposed.digest,
          verdict: edited.verdict,
          differences: differences(decision, edited),
        },
      }),
    multiplicity: {
      required: deciding.policy.multiplicity.required,
      requiredTests: decision.requiredTests,
      exploratory: deciding.policy.multiplicity.exploratory,
      exploratoryTests: decision.exploratoryTests,
    },
    settings: {
      confidence: deciding.policy.confidence,
      onInconclusive: deciding.policy.onInconclusive,
      onNoBaseline: inputs.onNoBaseline,
      ...RESAMPLING,
    },
    namedBaselines: {},
    gates: decision.gates,
    guards: [],
    waivers: [],
    outcomes: [],
    trends: [],
    report: deciding.policy.report,
    ...(decision.flips && { flips: decision.flips }),
    notes: [...policies.notes, ...decision.notes],
  };
}

const described = ({ path, ref, commit, digest, inlineGates }: AppliedPolicy): GateDocument['policy'] => ({
  path,
  ref,
  commit,
  digest,
  inlineGates,
});

function baselineOf(baseline: MetricsView, basis: string): GateDocument['baseline'] {
  const created = baseline.document?.created;
  return {
    location: baseline.location,
    digest: baseline.digest,
    commit: commitOf(baseline),
    ...(created !== undefined && { created }),
    basis,
    origin: 'given',
  };
}

/** Everything that was judged, by content; model and data as the candidate's metrics document names them. */
function subjectsOf(policy: AppliedPolicy, { candidate, baseline }: Evidence): readonly Subject[] {
  const { document } = candidate;
  const named = (document?.subjects ?? []).filter(({ role }) => role === 'model' || role === 'data');
  const rows = candidate.rowsDigest;
  return [
    ...named,
    { role: 'metrics', name: candidate.location, digest: candidate.digest },
    ...(rows
      ? [{ role: 'rows' as const, name: document?.files.rows ?? candidate.location, digest: rows }]
      : []),
    { role: 'policy', name: policy.path === '' ? 'inline gates' : policy.path, digest: policy.digest },
    ...(baseline ? [{ role: 'baseline' as const, name: baseline.location, digest: baseline.digest }] : []),
  ];
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
