import type { PromotionStatus } from '../lib/documents/promotion.ts';
import { digestOf, environmentOf, type RolloutPhase } from '../lib/registry/state.ts';
import { tampered } from '../runtime/ledger/ledger-store.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';
import { blankBody, ledgerPosition, type PromotionResult } from './result.ts';

const STATUS: Readonly<Record<RolloutPhase, PromotionStatus>> = {
  running: 'running',
  paused: 'paused',
  'rolling-back': 'rolling-back',
  'rolled-back': 'rolled-back',
  superseded: 'superseded',
  completed: 'completed',
};

/** `operation: status`: what serves an environment and how its newest rollout stands; changes nothing. */
export async function status(
  _runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
): Promise<PromotionResult> {
  const reading = await ledger.store.read();
  const body = { ...blankBody(inputs), environment: inputs.environment };
  if (reading.kind === 'tampered') throw tampered(inputs.ledgerBranch, reading.problem);
  if (reading.kind === 'absent')
    return {
      verdict: 'pass',
      message: `${inputs.modelName} is not in the ledger on ${inputs.ledgerBranch}`,
      body,
    };
  const { state } = reading.ledger;
  const { current, rollout, served, deployment } = environmentOf(state, inputs.environment);
  const serving = current ?? 'nothing';
  return {
    verdict: 'pass',
    message: `${serving} serves ${inputs.environment}${rollout === null ? '' : `; the rollout of ${rollout.version} is ${rollout.phase}`}`,
    body: {
      ...body,
      status: rollout === null ? 'noop' : STATUS[rollout.phase],
      version: current,
      digest: digestOf(state, current) ?? null,
      previousVersion: served[1]?.version ?? null,
      rolloutId: rollout?.id ?? null,
      step: rollout?.step ?? 0,
      of: rollout?.of ?? 0,
      weight: rollout?.weight ?? 0,
      deployment: deployment?.id ?? null,
      reasons: rollout === null || rollout.reason === '' ? [] : [rollout.reason],
      ledger: ledgerPosition(inputs, reading.ledger, reading.tip),
    },
  };
}
