import type { Subject } from '../lib/documents/envelope.ts';
import type { PromotionDocument } from '../lib/documents/promotion.ts';
import type { Attempts } from '../runtime/attempts.ts';
import { envelope, saveDocument } from '../runtime/documents.ts';
import { handOver } from '../runtime/hand-over.ts';
import { ledgerUrl } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';
import type { Papers } from './papers.ts';
import { promotionReport } from './report.ts';
import type { PromotionResult } from './result.ts';

const subjectsOf = ({ body }: PromotionResult): readonly Subject[] => [
  ...(body.digest === null ? [] : [{ role: 'model', name: body.model, digest: body.digest } as const]),
  ...body.evidence.map(({ location, digest }) => ({ role: 'evidence', name: location, digest }) as const),
];

/**
 * Sets the outputs, and writes `promotion.json` and the report, which it uploads with the papers.
 *
 * @param papers - `undefined` when they could not be written
 */
export async function publish(
  runtime: Runtime,
  inputs: Inputs,
  result: PromotionResult,
  papers: Papers | undefined,
  attempts: Attempts,
): Promise<PromotionDocument> {
  const { verdict, message } = result;
  const document: PromotionDocument = {
    ...envelope(runtime, 'promotion', subjectsOf(result), verdict),
    ...result.body,
  };
  const path = `${inputs.outputDir}/promotion.json`;
  const reportPath = `${inputs.outputDir}/report.md`;
  const report = promotionReport(document, message, {
    ledger: ledgerUrl(runtime, inputs.ledgerBranch, inputs.modelName),
  });
  await attempts.attempt(() => setOutputs(runtime, result, papers));
  if (inputs.summary) await attempts.attempt(() => runtime.summary(report));
  await attempts.attempt(async () => {
    await saveDocument(runtime, path, document);
    await runtime.files.write(reportPath, report);
    const files = [path, reportPath, ...(papers?.files ?? [])];
    const artifactId = await handOver(runtime, { ...inputs, files });
    runtime.output('report-path', path);
    runtime.output('artifact-id', artifactId);
  });
  return document;
}

/** All that later steps decide by and that needs no file. */
function setOutputs({ output }: Runtime, { body }: PromotionResult, papers: Papers | undefined): void {
  output('status', body.status);
  output('version', body.version ?? '');
  output('digest', body.digest ?? '');
  output('oms-root', papers?.omsRoot ?? '');
  output('uri', papers?.uri ?? '');
  output('previous-version', body.previousVersion ?? '');
  output('rollout-id', body.rolloutId ?? '');
  output('step', `${body.step}/${body.of}`);
  output('weight', String(body.weight));
  output('resume-after', body.resumeAfter ?? '');
  output('deployment-id', String(body.deployment ?? ''));
  output('ledger-commit', body.ledger.commit);
  output('ledger-head', body.ledger.head);
  output('checksums-path', papers?.checksumsPath ?? '');
  output('model-card-path', papers?.modelCardPath ?? '');
  output('release-notes-path', papers?.releaseNotesPath ?? '');
}
