import type { GateDocument } from '../lib/documents/gate.ts';
import type { MetricsView } from '../lib/policy/metrics-view.ts';
import type { Policy } from '../lib/policy/policy.ts';
import { saveDocument } from '../runtime/documents.ts';
import { handOver } from '../runtime/hand-over.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';
import { reportContext } from './posting/publish.ts';
import { COMMENT_LIMITS, renderReport, SUMMARY_LIMITS } from './report.ts';
import { writeBadge } from './write-badge.ts';

/** Where the results lie. */
export interface Written {
  readonly gatePath: string;
  readonly reportPath: string;
  /** Empty when nothing was uploaded. */
  readonly artifactId: string;
}

/** Writes gate.json, the report and the badge into the output folder, and hands them over as one artifact. */
export async function writeDocuments(
  runtime: Runtime,
  inputs: Inputs,
  document: GateDocument,
  { waivers, candidate }: { readonly waivers: Policy['waivers']; readonly candidate: MetricsView },
): Promise<Written> {
  const gatePath = `${inputs.outputDir}/gate.json`;
  const reportPath = `${inputs.outputDir}/comment.md`;
  const context = reportContext(runtime, { waivers });
  await saveDocument(runtime, gatePath, document);
  await runtime.files.write(reportPath, renderReport(document, context, COMMENT_LIMITS));
  if (inputs.summary) await runtime.summary(renderReport(document, context, SUMMARY_LIMITS));
  const badges = await writeBadge(runtime, inputs, document, candidate);
  const files = [gatePath, reportPath, ...badges];
  return { gatePath, reportPath, artifactId: await handOver(runtime, { ...inputs, files }) };
}
