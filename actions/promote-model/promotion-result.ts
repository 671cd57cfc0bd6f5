import type { PromotionStatus } from '../lib/documents/promotion.ts';
import { evidenceReport } from '../lib/registry/evidence.ts';
import { emptyLedger, type Ledger } from '../lib/registry/ledger.ts';
import type { PromotionPlan } from '../lib/registry/plan-promotion.ts';
import { environmentOf, type RolloutState } from '../lib/registry/state.ts';
import { formatQuantity } from '../lib/report/format-number.ts';
import { minuteText } from '../lib/report/time.ts';
import type { Rollout } from '../lib/rollout/rollout.ts';
import type { Verdict } from '../lib/verdict.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { describeRollout, planWarnings } from './dry-run.ts';
import type { RolloutEnding } from './ending.ts';
import type { Inputs } from './inputs.ts';
import type { Material } from './request.ts';
import {
  approveCommand,
  blankBody,
  ledgerPosition,
  openMatters,
  PHASE_STATUS,
  type PromotionResult,
  progressOf,
  refusedResult,
} from './result.ts';
import { plannedSteps } from './rollout-file.ts';
import type { RolloutRun } from './rollout-run.ts';
import { stepsSoFar } from './steps-so-far.ts';

/** What a promotion was decided on. */
interface Ground {
  readonly runtime: Runtime;
  readonly inputs: Inputs;
  readonly ledger: OpenLedger;
  /** Absent where a rollout is only gone on with. */
  readonly material: Material | undefined;
  /** Whether callers of what serves get on with the version, in words. */
  readonly compatibility?: string;
}

async function groundBody({ inputs, ledger, material, compatibility = '' }: Ground) {
  const reading = await ledger.store.read();
  const now: Ledger = reading.kind === 'absent' ? emptyLedger(inputs.modelName) : reading.ledger;
  const environment = environmentOf(now.state, inputs.environment);
  return {
    now,
    environment,
    body: {
      ...blankBody(inputs),
      ...openMatters(now.state, inputs.environment),
      environment: inputs.environment,
      previousVersion: environment.current,
      compatibility,
      evidence: material?.evidence.map(evidenceReport) ?? [],
      ledger: ledgerPosition(inputs, now, reading.kind === 'sound' ? reading.tip : ''),
    },
  };
}

/** The result of a promotion that was refused, had nothing to do, or was only to be planned. */
export async function describePlan(
  ground: Ground,
  plan: PromotionPlan,
  rollout: Rollout,
): Promise<PromotionResult> {
  const { body } = await groundBody(ground);
  const { inputs, material } = ground;
  switch (plan.kind) {
    case 'refused': {
      const refused = refusedResult(inputs, plan.refusals);
      const { reasons, status } = refused.body;
      return { ...refused, body: { ...body, status, digest: material?.model?.digest ?? null, reasons } };
    }
    case 'finished':
      return finished(ground, plan);
    case 'go':
      return {
        verdict: 'pass',
        message: `${inputs.modelName} ${plan.version} would go to ${inputs.environment} in ${formatQuantity(rollout.steps.length, 'step')}`,
        body: {
          ...body,
          status: 'planned',
          version: plan.version,
          digest: plan.digest,
          of: rollout.steps.length,
          steps: plannedSteps(rollout.steps).map((step, index) => ({
            step: index + 1,
            ...step,
            verdict: 'open',
            reason: '',
            metrics: [],
          })),
          plan: describeRollout(inputs, rollout, plan),
          warnings: planWarnings(inputs, rollout),
        },
      };
    default:
      return plan satisfies never;
  }
}

/** How rollouts that ended before show when their run is started again: the same outcome, and nothing is done. */
const ENDED: Readonly<Record<RolloutState['phase'], Verdict>> = {
  completed: 'pass',
  'rolled-back': 'fail',
  superseded: 'fail',
  aborted: 'fail',
  running: 'inconclusive',
  paused: 'inconclusive',
  'rolling-back': 'fail',
};

async function finished(
  ground: Ground,
  plan: Extract<PromotionPlan, { kind: 'finished' }>,
): Promise<PromotionResult> {
  const { body, environment } = await groundBody(ground);
  const { rollout, version, digest } = plan;
  const phase = rollout?.phase ?? 'completed';
  const status: PromotionStatus = phase === 'completed' ? 'noop' : PHASE_STATUS[phase];
  const { environment: name } = ground.inputs;
  return {
    verdict: ENDED[phase],
    message:
      status === 'noop'
        ? `nothing to do: ${version} ${environment.current === version ? 'serves' : 'was promoted before to'} ${name}`
        : `this promotion of ${version} to ${name} ended before: ${status}${rollout?.reason ? ` (${rollout.reason})` : ''}`,
    body: {
      ...body,
      status,
      version,
      digest,
      previousVersion: rollout?.previous ?? environment.served[1]?.version ?? null,
      ...(rollout === null ? {} : progressOf(rollout)),
      weight: environment.current === version ? 100 : 0,
      deployment: environment.deployment?.id ?? null,
    },
  };
}

function verdictOf(ending: RolloutEnding): Verdict {
  switch (ending.kind) {
    case 'completed':
    case 'waiting':
    case 'aborted':
      return 'pass';
    case 'paused':
      return ending.because === 'failure' ? 'fail' : 'inconclusive';
    case 'superseded':
    case 'rolled-back':
    case 'failed':
      return 'fail';
    default:
      return ending satisfies never;
  }
}

function messageOf({ candidate, environment, previous }: RolloutRun, ending: RolloutEnding): string {
  const { version } = candidate;
  const to = previous === undefined ? '' : ` to ${previous.version}`;
  switch (ending.kind) {
    case 'completed':
      return `${version} serves ${environment}`;
    case 'waiting':
      return ending.for === 'approval'
        ? `the rollout of ${version} to ${environment} waits for approval: ${approveCommand(version)}`
        : `the rollout of ${version} to ${environment} bakes; next check after ${minuteText(ending.resumeAfter ?? '')}`;
    case 'superseded':
      return `superseded: somebody with a newer right has taken ${environment} over${ending.reason === '' ? '' : ` (${ending.reason})`}`;
    case 'paused':
      return `the rollout of ${version} to ${environment} is paused: ${ending.reason}`;
    case 'rolled-back':
      return `${version} was rolled back${to}: ${ending.reason}`;
    case 'aborted':
      return `the rollout of ${version} to ${environment} is aborted, and all traffic is back${to}: ${ending.reason}`;
    case 'failed':
      return `the rollout of ${version} failed: ${ending.reason}`;
    default:
      return ending satisfies never;
  }
}

/** The result of a rollout that was carried out. */
export async function concluded(
  ground: Ground,
  run: RolloutRun,
  ending: RolloutEnding,
): Promise<PromotionResult> {
  const { body, environment, now } = await groundBody(ground);
  const { rollout } = environment;
  const ours = rollout?.id === run.id ? rollout : null;
  return {
    verdict: verdictOf(ending),
    message: messageOf(run, ending),
    body: {
      ...body,
      status: ending.kind,
      version: run.candidate.version,
      digest: run.candidate.digest,
      previousVersion: run.previous?.version ?? null,
      rolloutId: run.id,
      rolloutVersion: run.candidate.version,
      step: ours?.step ?? 0,
      of: run.rollout.steps.length,
      weight: ours?.weight ?? 0,
      preflight: run.preflight,
      steps: stepsSoFar(now, run.id, run.reports),
      waitingFor: ending.kind === 'waiting' ? ending.for : null,
      resumeAfter: ending.kind === 'waiting' ? ending.resumeAfter : null,
      reasons: 'reason' in ending && ending.reason !== '' ? [ending.reason] : [],
      deployment: run.mirror.id ?? null,
    },
  };
}
