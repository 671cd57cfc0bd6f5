import { tellingErrors } from '../runtime/alerts/undecided.ts';
import { type OpenLedger, openLedger } from '../runtime/ledger/open-ledger.ts';
import type { Main, Runtime } from '../runtime/runtime.ts';
import { refuseUntrustedEvent } from '../runtime/untrusted-event.ts';
import { type Inputs, readInputs } from './inputs.ts';
import { publish } from './publish.ts';
import type { RollbackResult } from './result.ts';
import { rollBack } from './roll-back.ts';

/** Put the last known good model back now, and remember which one was bad. */
export const main: Main = async (runtime) => {
  const inputs = readInputs(runtime.input);
  const { environment, modelName: model, notify, summary } = inputs;
  const what = `the rollback of ${environment}`;
  const { result, ledger } = await tellingErrors(runtime, { what, model, environment, notify, summary }, () =>
    decide(runtime, inputs),
  );
  await publish(runtime, inputs, result, ledger.operation);
  return { verdict: result.verdict, failOn: inputs.failOn, message: result.message };
};

interface Decided {
  readonly result: RollbackResult;
  readonly ledger: OpenLedger;
}

async function decide(runtime: Runtime, inputs: Inputs): Promise<Decided> {
  refuseUntrustedEvent(runtime.context, inputs.allowUntrustedEvent);
  const ledger = await openLedger(runtime, {
    action: 'rollback',
    operation: 'rollback',
    model: inputs.modelName,
    branch: inputs.ledgerBranch,
    remote: inputs.ledgerRemote,
  });
  return { result: await rollBack(runtime, inputs, ledger), ledger };
}
