import type { CardTemplate } from '../lib/registry/model-card.ts';
import { tellingErrors } from '../runtime/alerts/undecided.ts';
import { Attempts } from '../runtime/attempts.ts';
import { type OpenLedger, openLedger } from '../runtime/ledger/open-ledger.ts';
import type { Main, Runtime } from '../runtime/runtime.ts';
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
  const isTold = !READ_ONLY.has(operation) && !inputs.dryRun && notify.on.has('failed');
  const undertaking = {
    what: `operation ${operation} for ${environment}`,
    model,
    environment,
    notify: isTold ? notify : undefined,
    summary,
  };
  const { result, ledger, template } = await tellingErrors(runtime, undertaking, () =>
    decide(runtime, inputs),
  );
  const attempts = new Attempts();
  const papers = await attempts.attempt(() => writePapers(runtime, inputs, ledger, { result, template }));
  const document = await publish(runtime, inputs, result, papers, attempts);
  if (!READ_ONLY.has(operation))
    await attempts.attempt(() => tell(runtime, inputs, ledger, document, result.message));
  attempts.end();
  return { verdict: result.verdict, failOn: inputs.failOn, message: result.message };
};

interface Decided {
  readonly result: PromotionResult;
  readonly ledger: OpenLedger;
  readonly template: CardTemplate | undefined;
}

async function decide(runtime: Runtime, inputs: Inputs): Promise<Decided> {
  const { operation } = inputs;
  if (!READ_ONLY.has(operation)) refuseUntrustedEvent(runtime.context, inputs.allowUntrustedEvent);
  // Looked over first: nothing is to fail for want of a paper after traffic was switched.
  const template = await readTemplate(runtime, inputs);
  const ledger = await openLedger(runtime, {
    action: 'promote-model',
    operation,
    model: inputs.modelName,
    branch: inputs.ledgerBranch,
    remote: inputs.ledgerRemote,
  });
  return { result: await OPERATIONS[operation](runtime, inputs, ledger), ledger, template };
}
