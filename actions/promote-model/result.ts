import type { Envelope } from '../lib/documents/envelope.ts';
import type { PromotionDocument, PromotionStatus } from '../lib/documents/promotion.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import type { Refusal } from '../lib/registry/refusal.ts';
import {
  digestOf,
  environmentOf,
  type LedgerState,
  type RolloutPhase,
  type RolloutState,
} from '../lib/registry/state.ts';
import type { Verdict } from '../lib/verdict.ts';
import type { Inputs } from './inputs.ts';

/** Everything `promotion.json` says beside its head, and the verdict with its sentence. */
export interface PromotionResult {
  readonly verdict: Verdict;
  readonly message: string;
  readonly body: Omit<PromotionDocument, keyof Envelope>;
}

/** A result about which nothing is known yet but what was asked for. */
export const blankBody = (inputs: Inputs): PromotionResult['body'] => ({
  operation: inputs.operation,
  status: 'noop',
  model: inputs.modelName,
  version: null,
  digest: null,
  linked: [],
  environment: null,
  previousVersion: null,
  compatibility: '',
  rolloutId: null,
  rolloutVersion: null,
  step: 0,
  of: 0,
  weight: 0,
  preflight: [],
  steps: [],
  waitingFor: null,
  resumeAfter: null,
  plan: [],
  warnings: [],
  incidents: [],
  outbox: [],
  evidence: [],
  reasons: [],
  deployment: null,
  ledger: { branch: inputs.ledgerBranch, commit: '', seq: 0, head: '' },
});

/** Where the ledger stands. */
export const ledgerPosition = (inputs: Inputs, { state }: Pick<Ledger, 'state'>, commit: string) => ({
  branch: inputs.ledgerBranch,
  commit,
  seq: state.head.seq,
  head: state.head.hash,
});

/** What is open about an environment beside its rollout. */
export const openMatters = (state: LedgerState, environment: string) => ({
  incidents: environmentOf(state, environment).incidents.map(({ issue, url }) => ({ issue, url })),
  outbox: Object.values(state.outbox).map(({ entry, tries, reason }) => ({ key: entry.key, tries, reason })),
});

/** How the phases of a rollout are called to the outside. */
export const PHASE_STATUS: Readonly<Record<RolloutPhase, PromotionStatus>> = {
  running: 'running',
  paused: 'paused',
  'rolling-back': 'rolling-back',
  'rolled-back': 'rolled-back',
  superseded: 'superseded',
  aborted: 'aborted',
  completed: 'completed',
};

/** How far a rollout is. */
export const progressOf = ({ id, version, step, of, weight, reason }: RolloutState) => ({
  rolloutId: id,
  rolloutVersion: version,
  step,
  of,
  weight,
  reasons: reason === '' ? [] : [reason],
});

/** What serves the environment, whatever is rolled out there. */
export function servingBody(
  inputs: Inputs,
  { state }: Pick<Ledger, 'state'>,
  commit: string,
): PromotionResult['body'] {
  const { deployment, current, served } = environmentOf(state, inputs.environment);
  return {
    ...blankBody(inputs),
    environment: inputs.environment,
    version: current,
    digest: digestOf(state, current) ?? null,
    previousVersion: served[1]?.version ?? null,
    weight: current === null ? 0 : 100,
    ...openMatters(state, inputs.environment),
    deployment: deployment?.id ?? null,
    ledger: ledgerPosition(inputs, { state }, commit),
  };
}

/** The environment's newest rollout as the ledger has it; what serves where there was none. */
export function rolloutBody(
  inputs: Inputs,
  ledger: Pick<Ledger, 'state'>,
  commit: string,
): PromotionResult['body'] {
  const { rollout } = environmentOf(ledger.state, inputs.environment);
  const serving = servingBody(inputs, ledger, commit);
  if (rollout === null) return serving;
  const { version, digest, previous: previousVersion } = rollout;
  return { ...serving, version, digest, previousVersion, ...progressOf(rollout) };
}

/** What lets a rollout past an approval, as a person types it. */
export const approveCommand = (version: string | null): string =>
  `gh workflow run approve.yml -f version=${version}`;

/** The result of a wish that a rule speaks against. */
export function refusedResult(inputs: Inputs, refusals: readonly Refusal[]): PromotionResult {
  const reasons = refusals.map(({ reason }) => reason);
  return {
    verdict: 'fail',
    message: `refused (${refusals[0]?.code ?? 'ledger-conflict'}): ${reasons.join('; ')}`,
    body: { ...blankBody(inputs), environment: inputs.environment, status: 'refused', reasons },
  };
}
