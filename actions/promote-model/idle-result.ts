import type { Standing } from '../lib/registry/standing.ts';
import type { LedgerState } from '../lib/registry/state.ts';
import { minuteText } from '../lib/report/time.ts';
import type { Inputs } from './inputs.ts';
import {
  approveCommand,
  blankBody,
  PHASE_STATUS,
  type PromotionResult,
  rolloutBody,
  servingBody,
} from './result.ts';
import { unknownEnvironment } from './unknown-environment.ts';

/** The result of a look at a rollout about which nothing is to be done now. */
export function idleResult(
  inputs: Inputs,
  state: LedgerState | undefined,
  stands: Standing,
): PromotionResult {
  const { environment, modelName } = inputs;
  if (state === undefined)
    return {
      verdict: 'pass',
      message: `nothing to do: ${modelName} has no ledger on ${inputs.ledgerBranch}`,
      body: blankBody(inputs),
    };
  const body = rolloutBody(inputs, { state }, '');
  switch (stands.kind) {
    case 'none': {
      const unknown = unknownEnvironment(state, environment);
      return {
        verdict: unknown === undefined ? 'pass' : 'warn',
        message: `nothing to do: ${unknown ?? `no rollout is under way in ${environment}`}`,
        body: servingBody(inputs, { state }, ''),
      };
    }
    case 'paused':
      return {
        verdict: 'warn',
        message: `the rollout of ${body.version} to ${environment} is paused: ${stands.rollout.reason}; operation resume with a reason goes on, abort takes it back`,
        body: { ...body, status: 'paused' },
      };
    case 'approval':
      return {
        verdict: 'pass',
        message: `the rollout of ${body.version} to ${environment} waits for approval at step ${body.step} of ${body.of}: ${approveCommand(body.version)}`,
        body: { ...body, status: 'waiting', waitingFor: 'approval', resumeAfter: stands.rollout.deadline },
      };
    case 'baking':
      return {
        verdict: 'pass',
        message: `the rollout of ${body.version} to ${environment} bakes at ${body.weight} %; next check after ${minuteText(stands.until)}`,
        body: { ...body, status: 'waiting', waitingFor: 'bake', resumeAfter: stands.until },
      };
    case 'held':
      return {
        verdict: 'pass',
        message: `run ${stands.run} carries the rollout of ${body.version} to ${environment} out (its lease ends ${minuteText(stands.expires)})`,
        body: { ...body, status: PHASE_STATUS[stands.rollout.phase] },
      };
    case 'due':
      return {
        verdict: 'pass',
        message: `the rollout of ${body.version} to ${environment} is due; operation resume goes on with it`,
        body: { ...body, status: PHASE_STATUS[stands.rollout.phase] },
      };
    default:
      return stands satisfies never;
  }
}
