import { tellingErrors } from '../runtime/alerts/undecided.ts';
import { Attempts } from '../runtime/attempts.ts';
import { type OpenLedger, openLedger } from '../runtime/ledger/open-ledger.ts';
import type { Main, Outcome, Runtime } from '../runtime/runtime.ts';
import { refuseUntrustedEvent } from '../runtime/untrusted-event.ts';
import { abort } from './abort.ts';
import { approve } from './approve.ts';
import { warnOfIgnored } from './ignored-inputs.ts';
import { importHistory } from './import.ts';
import { type Inputs, readInputs } from './inputs.ts';
import { readTemplate, writePapers } from './papers.ts';
import { pause } from './pause.ts';
import { promote } from './promote.ts';
import { publish } from './publish.ts';
import { register } from './register.ts';
import type { PromotionResult } from './result.ts';
import { resume } from './resume.ts';
import { status } from './status.ts';
import { tell } from './tell.ts';
import { verifyLedger } from './verify-ledger.ts';

type Operation = (runtime: Runtime, inputs: Inputs, ledger: OpenLedger) => Promise<PromotionResult>;

const OPERATIONS: Readonly<Record<Inputs['operation'], Operation>> = {
  promote,
  register,
  resume,
  pause,
  approve,
  abort,
  status,
  import: importHistory,
  'verify-ledger': verifyLedger,
};
const READ_ONLY: ReadonlySet<string> = new Set(['status', 'verify-ledger']);

/** May this exact model go into this environment, and if so, step by step? */
export const main: Main = async (runtime) => {
  const inputs = readInputs(runtime.input);
  warnOfIgnored(runtime, inputs);
  const { operation, environment, modelName: model, notify, summary } = inputs;
  const wanted = !READ_ONLY.has(operation) && !inputs.dryRun && notify.on.has('failed');
  return tellingErrors(
    runtime,
    {
      what: `operation ${operation} for ${environment}`,
      model,
      environment,
      notify: wanted ? notify : undefined,
      summary,
    },
    () => carryOut(runtime, inputs),
  );
};

async function carryOut(runtime: Runtime, inputs: Inputs): Promise<Outcome> {
  if (!READ_ONLY.has(inputs.operation)) refuseUntrustedEvent(runtime.context, inputs.allowUntrustedEvent);
  // Looked over first: nothing is to fail for want of a paper after traffic was switched.
  const template = await readTemplate(runtime, inputs);
  const ledger = await openLedger(runtime, {
    action: 'promote-model',
    operation: inputs.operation,
    model: inputs.modelName,
    branch: inputs.ledgerBranch,
    remote: inputs.ledgerRemote,
  });
  const result = await OPERATIONS[inputs.operation](runtime, inputs, ledger);
  const attempts = new Attempts();
  const papers = await attempts.attempt(() => writePapers(runtime, inputs, ledger, { result, template }));
  const document = await publish(runtime, inputs, result, papers, attempts);
  if (!READ_ONLY.has(inputs.operation))
    await attempts.attempt(() => tell(runtime, inputs, ledger, document, result.message));
  attempts.end();
  return { verdict: result.verdict, failOn: inputs.failOn, message: result.message };
}
