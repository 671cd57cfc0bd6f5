import { tellingErrors } from '../runtime/alerts/undecided.ts';
import { openLedger } from '../runtime/ledger/open-ledger.ts';
import type { Main, Outcome, Runtime } from '../runtime/runtime.ts';
import { refuseUntrustedEvent } from '../runtime/untrusted-event.ts';
import { type Inputs, readInputs } from './inputs.ts';
import { publish } from './publish.ts';
import { rollBack } from './roll-back.ts';

/** Put the last known good model back now, and remember which one was bad. */
export const main: Main = async (runtime) => {
  const inputs = readInputs(runtime.input);
  const { environment, modelName: model, notify, summary } = inputs;
  return tellingErrors(
    runtime,
    { what: `the rollback of ${environment}`, model, environment, notify, summary },
    () => carryOut(runtime, inputs),
  );
};

async function carryOut(runtime: Runtime, inputs: Inputs): Promise<Outcome> {
  refuseUntrustedEvent(runtime.context, inputs.allowUntrustedEvent);
  const ledger = await openLedger(runtime, {
    action: 'rollback',
    operation: 'rollback',
    model: inputs.modelName,
    branch: inputs.ledgerBranch,
    remote: inputs.ledgerRemote,
  });
  const result = await rollBack(runtime, inputs, ledger);
  await publish(runtime, inputs, result, ledger.operation);
  return { verdict: result.verdict, failOn: inputs.failOn, message: result.message };
}
