import { formatQuantity } from '../lib/report/format-number.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import { rewindProblem } from '../runtime/ledger/witness.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { warnOfClock } from './clock-warning.ts';
import type { Inputs } from './inputs.ts';
import { blankBody, ledgerPosition, type PromotionResult } from './result.ts';

/** `operation: verify-ledger`: checks every link of the chain, every seal, the state, and deployments as witnesses. */
export async function verifyLedger(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
): Promise<PromotionResult> {
  const reading = await ledger.store.whole();
  const rewound = await rewindProblem(runtime, ledger.store, reading, {
    model: inputs.modelName,
    environment: undefined,
  });
  const reasons = [reading.kind === 'tampered' ? reading.problem : undefined, rewound].filter(
    (problem) => problem !== undefined,
  );
  const body = { ...blankBody(inputs), reasons };
  if (reasons[0] !== undefined)
    return {
      verdict: 'fail',
      message: `the ledger is not whole: ${reasons[0]}`,
      body: { ...body, status: 'failed' },
    };
  if (reading.kind !== 'sound')
    return { verdict: 'pass', message: `there is no ledger of ${inputs.modelName} yet`, body };
  warnOfClock(runtime, reading.ledger.events.at(-1)?.ts);
  return {
    verdict: 'pass',
    message: `the ledger is whole: ${formatQuantity(reading.ledger.events.length, 'event')}`,
    body: { ...body, ledger: ledgerPosition(inputs, reading.ledger, reading.tip) },
  };
}
