import type { PromotionStatus } from '../lib/documents/promotion.ts';
import { emptyLedger, type Ledger } from '../lib/registry/ledger.ts';
import type { PromotionPlan } from '../lib/registry/plan-promotion.ts';
import { environmentOf, type RolloutState } from '../lib/registry/state.ts';
import type { Rollout } from '../lib/rollout/rollout.ts';
import type { Verdict } from '../lib/verdict.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { RolloutEnding } from './carry-out.ts';
import type { Inputs } from './inputs.ts';
import type { Material } from './request.ts';
import { blankBody, evidenceReport, ledgerPosition, type PromotionResult } from './result.ts';
import type { RolloutRun } from './rollout-run.ts';

/** What a promotion was decided on. */
interface Ground {
  readonly runtime: Runtime;
  readonly inputs: Inputs;
  readonly ledger: OpenLedger;
  readonly material: Material;
}

async function groundBody({ inputs, ledger, material }: Ground) {
  const reading = await ledger.store.read();
  const now: Ledger = reading.kind === 'absent' ? emptyLedger(inputs.modelName) : reading.ledger;
  const environment = environmentOf(now.state, inputs.environment);
  return {
    environment,
    body: {
      ...blankBody(inputs),
      environment: inputs.environment,
      previousVersion: environment.current,
      evidence: material.evidence.map(evidenceReport),
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
      const reasons = plan.refusals.map(({ reason }) => reason);
      return {
        verdict: 'fail',
        message: `refused (${plan.refusals[0]?.code ?? 'ledger-conflict'}): ${reasons.join('; ')}`,
        body: { ...body, status: 'refused', digest: material.model?.digest ?? null, reasons },
      };
    }
    case 'finished':
      return finished(ground, plan);
    case 'go':
      return {
        verdict: 'pass',
        message: `${inputs.modelName} ${plan.version} would go to ${inputs.environment} in ${rollout.steps.length} steps`,
        body: {
          ...body,
          status: 'planned',
          version: plan.version,
          digest: plan.digest,
          of: rollout.steps.length,
          steps: rollout.steps.map(({ weight, bakeMs }, index) => ({
            step: index + 1,
            weight,
            bakeMs,
            verdict: 'open',
            reason: '',
            metrics: [],
          })),
        },
      };
    default:
      return plan satisfies never;
  }
}

/** How rollouts that ended before show when their run is started again: the same outcome, and nothing is done. */
const ENDED: Readonly<
  Record<RolloutState['phase'], { readonly status: PromotionStatus; readonly verdict: Verdict }>
> = {
  completed: { status: 'noop', verdict: 'pass' },
  'rolled-back': { status: 'rolled-back', verdict: 'fail' },
  superseded: { status: 'superseded', verdict: 'fail' },
  running: { status: 'running', verdict: 'inconclusive' },
  paused: { status: 'paused', verdict: 'inconclusive' },
  'rolling-back': { status: 'rolling-back', verdict: 'fail' },
};

async function finished(
  ground: Ground,
  plan: Extract<PromotionPlan, { kind: 'finished' }>,
): Promise<PromotionResult> {
  const { body, environment } = await groundBody(ground);
  const { rollout, version, digest } = plan;
  const { status, verdict } = ENDED[rollout?.phase ?? 'completed'];
  const { environment: name } = ground.inputs;
  return {
    verdict,
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
      rolloutId: rollout?.id ?? null,
      step: rollout?.step ?? 0,
      of: rollout?.of ?? 0,
      weight: environment.current === version ? 100 : 0,
      deployment: environment.deployment?.id ?? null,
      reasons: rollout === null || rollout.reason === '' ? [] : [rollout.reason],
    },
  };
}

const VERDICTS: Readonly<Record<RolloutEnding['kind'], Verdict>> = {
  completed: 'pass',
  superseded: 'fail',
  paused: 'fail',
  'rolled-back': 'fail',
  failed: 'fail',
};

const messageOf = (run: RolloutRun, ending: RolloutEnding): string => {
  const { version } = run.candidate;
  switch (ending.kind) {
    case 'completed':
      return `${version} serves ${run.environment}`;
    case 'superseded':
      return `superseded: somebody with a newer right has taken ${run.environment} over`;
    case 'paused':
      return `the rollout of ${version} to ${run.environment} is paused: ${ending.reason}`;
    case 'rolled-back':
      return `${version} was rolled back${run.previous ? ` to ${run.previous.version}` : ''}: ${ending.reason}`;
    case 'failed':
      return `the rollout of ${version} failed: ${ending.reason}`;
    default:
      return ending satisfies never;
  }
};

/** The result of a rollout that was carried out. */
export async function concluded(
  ground: Ground,
  run: RolloutRun,
  ending: RolloutEnding,
): Promise<PromotionResult> {
  const { body, environment } = await groundBody(ground);
  const inconclusive = ending.kind === 'paused' && ending.because === 'inconclusive';
  const { rollout } = environment;
  const ours = rollout?.id === run.id ? rollout : null;
  return {
    verdict: inconclusive ? 'inconclusive' : VERDICTS[ending.kind],
    message: messageOf(run, ending),
    body: {
      ...body,
      status: ending.kind,
      version: run.candidate.version,
      digest: run.candidate.digest,
      previousVersion: run.previous?.version ?? null,
      rolloutId: run.id,
      step: ours?.step ?? 0,
      of: run.rollout.steps.length,
      weight: ours?.weight ?? 0,
      steps: run.reports,
      reasons: 'reason' in ending ? [ending.reason] : [],
      deployment: run.mirror.id ?? null,
    },
  };
}
