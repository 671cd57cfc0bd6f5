import type { Subject } from '../lib/documents/envelope.ts';
import type { RollbackDocument } from '../lib/documents/rollback.ts';
import { rollbackAlert } from '../lib/registry/alert.ts';
import { eventId, type Operation } from '../lib/registry/operation.ts';
import { sendAlert } from '../runtime/alerts/send-alert.ts';
import { Attempts } from '../runtime/attempts.ts';
import { envelope, saveDocument } from '../runtime/documents.ts';
import { handOver } from '../runtime/hand-over.ts';
import { ledgerUrl } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';
import { rollbackReport } from './report.ts';
import type { RollbackResult } from './result.ts';

const subjectsOf = ({ body }: RollbackResult): readonly Subject[] => [
  ...(body.to === null ? [] : [{ role: 'model', name: body.model, digest: body.to.digest } as const]),
  ...body.evidence.map(({ location, digest }) => ({ role: 'evidence', name: location, digest }) as const),
];

/** Alerts people of what was done, or could not be done; that there was nothing to do is no news. */
async function tell(
  runtime: Runtime,
  inputs: Inputs,
  document: RollbackDocument,
  message: string,
  operation: Operation,
): Promise<RollbackDocument['alert']> {
  const { status, from, to, environment } = document;
  if (status === 'noop' || status === 'planned') return 'off';
  const id = eventId(operation, {
    type: 'rollback.completed',
    version: from?.version ?? '',
    env: environment,
    data: { from: from?.version ?? '', to: to?.version ?? null },
    step: `alert ${status}`,
  });
  const links = {
    Run: runtime.context.runUrl,
    Ledger: ledgerUrl(runtime, inputs.ledgerBranch, inputs.modelName),
  };
  return (await sendAlert(runtime, inputs.notify, rollbackAlert(document, { id, message, links }))).kind;
}

/** Alerts people, sets the outputs, and writes `rollback.json` and the report, which it uploads: each whatever becomes of the others. */
export async function publish(
  runtime: Runtime,
  inputs: Inputs,
  result: RollbackResult,
  operation: Operation,
): Promise<void> {
  const { body, verdict, message } = result;
  const draft: RollbackDocument = {
    ...envelope(runtime, 'rollback', subjectsOf(result), verdict),
    ...body,
  };
  const attempts = new Attempts();
  const told = await attempts.attempt(() => tell(runtime, inputs, draft, message, operation));
  const document = { ...draft, alert: told ?? 'failed' };
  const path = `${inputs.outputDir}/rollback.json`;
  const reportPath = `${inputs.outputDir}/report.md`;
  const report = rollbackReport(document, message, {
    ledger: ledgerUrl(runtime, inputs.ledgerBranch, inputs.modelName),
  });
  await attempts.attempt(() => setOutputs(runtime, result));
  if (inputs.summary) await attempts.attempt(() => runtime.summary(report));
  await attempts.attempt(async () => {
    await saveDocument(runtime, path, document);
    await runtime.files.write(reportPath, report);
    const artifactId = await handOver(runtime, { ...inputs, files: [path, reportPath] });
    runtime.output('report-path', path);
    runtime.output('artifact-id', artifactId);
  });
  attempts.end();
}

/** All that later steps decide by and that needs no file. */
function setOutputs({ output }: Runtime, { body }: RollbackResult): void {
  output('rolled-back', String(body.status === 'rolled-back'));
  output('noop', String(body.status === 'noop'));
  output('from-version', body.from?.version ?? '');
  output('to-version', body.to?.version ?? '');
  output('to-digest', body.to?.digest ?? '');
  output('candidates', JSON.stringify(body.candidates));
  output('seconds-to-safe', body.secondsToSafe === null ? '' : body.secondsToSafe.toFixed(1));
  output('incident-url', body.incident?.url ?? '');
  output('retrain-run-id', String(body.retrain.runId ?? ''));
  output('retrain-skipped', body.retrain.skipped);
  output('deployment-id', String(body.deployment ?? ''));
  output('ledger-commit', body.ledger.state === 'sound' ? body.ledger.commit : '');
}
