import type { Subject } from '../lib/documents/envelope.ts';
import type { PromotionDocument } from '../lib/documents/promotion.ts';
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

/** Writes `promotion.json` and the report, uploads them with the papers, and sets the outputs. */
export async function publish(
  runtime: Runtime,
  inputs: Inputs,
  result: PromotionResult,
  papers: Papers,
): Promise<PromotionDocument> {
  const { body, verdict, message } = result;
  const document: PromotionDocument = {
    ...envelope(runtime, 'promotion', subjectsOf(result), verdict),
    ...body,
  };
  const path = `${inputs.outputDir}/promotion.json`;
  const reportPath = `${inputs.outputDir}/report.md`;
  const report = promotionReport(document, message, {
    ledger: ledgerUrl(runtime, inputs.ledgerBranch, inputs.modelName),
  });
  await saveDocument(runtime, path, document);
  await runtime.files.write(reportPath, report);
  if (inputs.summary) await runtime.summary(report);
  const artifactId = await handOver(runtime, { ...inputs, files: [path, reportPath, ...papers.files] });
  const { output } = runtime;
  output('status', body.status);
  output('version', body.version ?? '');
  output('digest', body.digest ?? '');
  output('oms-root', papers.omsRoot);
  output('uri', papers.uri);
  output('previous-version', body.previousVersion ?? '');
  output('rollout-id', body.rolloutId ?? '');
  output('step', `${body.step}/${body.of}`);
  output('weight', String(body.weight));
  output('resume-after', body.resumeAfter ?? '');
  output('deployment-id', String(body.deployment ?? ''));
  output('ledger-commit', body.ledger.commit);
  output('ledger-head', body.ledger.head);
  output('checksums-path', papers.checksumsPath);
  output('model-card-path', papers.modelCardPath);
  output('release-notes-path', papers.releaseNotesPath);
  output('report-path', path);
  output('artifact-id', artifactId);
  return document;
}
