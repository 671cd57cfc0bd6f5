import { standing } from '../lib/registry/standing.ts';
import { environmentOf, type RolloutState } from '../lib/registry/state.ts';
import { tampered } from '../runtime/ledger/ledger-errors.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { warnOfClock } from './clock-warning.ts';
import { idleResult } from './idle-result.ts';
import type { Inputs } from './inputs.ts';
import { blankBody, PHASE_STATUS, type PromotionResult, progressOf, servingBody } from './result.ts';
import { stepsSoFar } from './steps-so-far.ts';
import { unknownEnvironment } from './unknown-environment.ts';

/**
 * `operation: status`: what serves an environment and how its newest rollout stands; changes nothing. Where no rollout is
 * under way it takes the state's word, which is two requests however long the history is; the steps of one that is are
 * told by the events, which are then proven.
 */
export async function status(runtime: Runtime, inputs: Inputs, ledger: OpenLedger): Promise<PromotionResult> {
  const { environment: name } = inputs;
  const claimed = await ledger.store.peek();
  if (claimed === undefined)
    return {
      verdict: 'pass',
      message: `${inputs.modelName} is not in the ledger on ${inputs.ledgerBranch}`,
      body: { ...blankBody(inputs), environment: name },
    };
  const { state, tip } = claimed;
  const { current, rollout } = environmentOf(state, name);
  const stands = standing(environmentOf(state, name), runtime.clock.now());
  warnOfClock(runtime, rollout?.since);
  const serves = `${current ?? 'nothing'} serves ${name}`;
  const body = servingBody(inputs, { state }, tip);
  if (stands.kind === 'none') {
    const unknown = unknownEnvironment(state, name);
    return {
      verdict: unknown === undefined ? 'pass' : 'warn',
      message: unknown ?? `${serves}${rollout === null ? '' : `; the rollout of ${endedText(rollout)}`}`,
      body: { ...body, status: rollout === null ? 'noop' : PHASE_STATUS[rollout.phase] },
    };
  }
  const open = idleResult(inputs, state, stands);
  const { status: phase, waitingFor, resumeAfter } = open.body;
  return {
    verdict: 'pass',
    message: `${serves}; ${open.message}`,
    body: {
      ...body,
      ...progressOf(stands.rollout),
      status: phase,
      steps: await stepsOf(inputs, ledger, stands.rollout.id),
      waitingFor,
      resumeAfter,
    },
  };
}

const endedText = ({ version, phase, reason }: RolloutState): string =>
  `${version} is ${phase}${reason === '' ? '' : ` (${reason})`}`;

/** The steps of the rollout under way. @throws ActionError ledger-tampered */
async function stepsOf(inputs: Inputs, ledger: OpenLedger, rollout: string) {
  const reading = await ledger.store.read();
  if (reading.kind === 'tampered') throw tampered(inputs.ledgerBranch, reading.problem);
  return reading.kind === 'absent' ? [] : stepsSoFar(reading.ledger, rollout, []);
}
