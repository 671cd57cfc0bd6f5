import { saveDocument } from '../runtime/documents.ts';
import { handOver } from '../runtime/hand-over.ts';
import type { Outcome, Runtime } from '../runtime/runtime.ts';
import { readInputs } from './inputs.ts';
import { judge } from './judge.ts';
import { loadBaseline, loadMetrics } from './load-metrics.ts';
import { loadPolicies } from './load-policy.ts';
import { publish, reportContext } from './publish.ts';
import { COMMENT_LIMITS, renderReport, SUMMARY_LIMITS } from './report.ts';
import { verdictLine } from './verdict-line.ts';

/** May this change go on? Judges metrics by a policy and a baseline, and says why. */
export async function main(runtime: Runtime): Promise<Outcome> {
  const inputs = readInputs(runtime.input);
  const policies = await loadPolicies(runtime, inputs);
  const candidate = await loadMetrics(runtime, inputs.metrics);
  const baseline = await loadBaseline(runtime, inputs.baseline);

  const document = judge(runtime, inputs, policies, { candidate, baseline });

  const gatePath = `${inputs.outputDir}/gate.json`;
  const reportPath = `${inputs.outputDir}/comment.md`;
  const context = reportContext(runtime);
  await saveDocument(runtime, gatePath, document);
  await runtime.files.write(reportPath, renderReport(document, context, COMMENT_LIMITS));
  if (inputs.summary) await runtime.summary(renderReport(document, context, SUMMARY_LIMITS));
  const artifactId = await handOver(runtime, { ...inputs, files: [gatePath, reportPath] });
  const { commentUrl, checkUrl } = await publish(runtime, inputs, document);

  const failed = document.gates.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
  runtime.output('failed', JSON.stringify(failed));
  runtime.output('gate-path', gatePath);
  runtime.output('report-path', reportPath);
  runtime.output('artifact-id', artifactId);
  runtime.output('baseline-commit', document.baseline?.commit ?? '');
  runtime.output('comment-url', commentUrl);
  runtime.output('check-url', checkUrl);
  return { verdict: document.verdict, failOn: inputs.failOn, message: verdictLine(document) };
}
