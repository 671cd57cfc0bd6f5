import { standing } from '../lib/registry/standing.ts';
import { digestOf, environmentOf } from '../lib/registry/state.ts';
import { tampered } from '../runtime/ledger/ledger-store.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { idleResult } from './idle-result.ts';
import type { Inputs } from './inputs.ts';
import { blankBody, PHASE_STATUS, type PromotionResult, rolloutBody } from './result.ts';
import { stepsSoFar } from './steps-so-far.ts';

/** `operation: status`: what serves an environment and how its newest rollout stands; changes nothing. */
export async function status(runtime: Runtime, inputs: Inputs, ledger: OpenLedger): Promise<PromotionResult> {
  const reading = await ledger.store.read();
  const { environment: name } = inputs;
  if (reading.kind === 'tampered') throw tampered(inputs.ledgerBranch, reading.problem);
  if (reading.kind === 'absent')
    return {
      verdict: 'pass',
      message: `${inputs.modelName} is not in the ledger on ${inputs.ledgerBranch}`,
      body: { ...blankBody(inputs), environment: name },
    };
  const { state } = reading.ledger;
  const { current, rollout, served } = environmentOf(state, name);
  const stands = standing(environmentOf(state, name), runtime.clock.now());
  const serves = `${current ?? 'nothing'} serves ${name}`;
  const open = stands.kind === 'none' ? undefined : idleResult(inputs, state, stands);
  return {
    verdict: 'pass',
    message: `${serves}${open !== undefined ? `; ${open.message}` : rollout === null ? '' : `; the rollout of ${rollout.version} is ${rollout.phase}`}`,
    body: {
      ...rolloutBody(inputs, reading.ledger, reading.tip),
      status: open?.body.status ?? (rollout === null ? 'noop' : PHASE_STATUS[rollout.phase]),
      version: current,
      digest: digestOf(state, current) ?? null,
      previousVersion: served[1]?.version ?? null,
      steps: rollout === null ? [] : stepsSoFar(reading.ledger, rollout.id, []),
      waitingFor: open?.body.waitingFor ?? null,
      resumeAfter: open?.body.resumeAfter ?? null,
    },
  };
}
