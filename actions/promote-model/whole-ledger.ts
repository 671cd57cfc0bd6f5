import { tampered } from '../runtime/ledger/ledger-errors.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import { rewindProblem } from '../runtime/ledger/witness.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { warnOfClock } from './clock-warning.ts';
import type { Inputs } from './inputs.ts';

/**
 * Stops before anything is built on a ledger that somebody changed, which its chain shows, or wound back, which
 * deployments do; warns of a clock that is wrong. A registration is for no environment: all of them are asked.
 *
 * @throws ActionError ledger-tampered
 */
export async function requireWholeLedger(
  runtime: Runtime,
  inputs: Inputs,
  { store }: OpenLedger,
): Promise<void> {
  const { ledgerBranch, modelName: model, operation } = inputs;
  const reading = await store.read();
  if (reading.kind === 'tampered') throw tampered(ledgerBranch, reading.problem);
  if (reading.kind === 'sound') warnOfClock(runtime, reading.ledger.events.at(-1)?.ts);
  if (inputs.deployments === 'off') return;
  const environment = operation === 'register' ? undefined : inputs.environment;
  const rewound = await rewindProblem(runtime, store, reading, { model, environment });
  if (rewound === undefined) return;
  const anew = ' (to begin a new ledger on purpose, delete those deployments first)';
  throw tampered(ledgerBranch, `${rewound}${reading.kind === 'absent' ? anew : ''}`);
}
