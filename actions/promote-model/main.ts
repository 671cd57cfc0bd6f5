import { openLedger } from '../runtime/ledger/open-ledger.ts';
import type { Main } from '../runtime/runtime.ts';
import { refuseUntrustedEvent } from '../runtime/untrusted-event.ts';
import { readInputs } from './inputs.ts';
import { promote } from './promote.ts';
import { publish } from './publish.ts';
import { register } from './register.ts';
import { status } from './status.ts';
import { verifyLedger } from './verify-ledger.ts';

const OPERATIONS = { promote, register, status, 'verify-ledger': verifyLedger } as const;
const READ_ONLY: ReadonlySet<string> = new Set(['status', 'verify-ledger']);

/** May this exact model go into this environment, and if so, step by step? */
export const main: Main = async (runtime) => {
  const inputs = readInputs(runtime.input);
  if (!READ_ONLY.has(inputs.operation)) refuseUntrustedEvent(runtime.context, inputs.allowUntrustedEvent);
  const ledger = await openLedger(runtime, {
    action: 'promote-model',
    operation: inputs.operation,
    model: inputs.modelName,
    branch: inputs.ledgerBranch,
  });
  const result = await OPERATIONS[inputs.operation](runtime, inputs, ledger);
  await publish(runtime, inputs, result);
  return { verdict: result.verdict, failOn: inputs.failOn, message: result.message };
};
