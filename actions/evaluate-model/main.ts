import { handOver } from '../runtime/hand-over.ts';
import type { Outcome, Runtime } from '../runtime/runtime.ts';
import { FILES, writeDocuments } from './documents.ts';
import { evaluate } from './evaluate.ts';
import { readInputs } from './inputs.ts';
import { load } from './load.ts';
import { annotateInvalidRows, verdictLine } from './report.ts';

/** How good is this model, how sure are we, and for whom? */
export async function main(runtime: Runtime): Promise<Outcome> {
  const inputs = readInputs(runtime.input);
  // What an earlier run left must not pass for the result of one that fails.
  for (const file of Object.values(FILES)) await runtime.files.remove(`${inputs.outputDir}/${file}`);
  const loaded = await load(runtime, inputs);
  const evaluation = evaluate(loaded, inputs);
  const written = await writeDocuments(runtime, inputs, evaluation, loaded.scored);

  for (const annotation of annotateInvalidRows(evaluation, inputs)) runtime.annotate(annotation);
  for (const note of evaluation.notes) runtime.log.warning(note);
  if (inputs.summary) await runtime.summary(written.report);
  const artifactId = await handOver(runtime, { ...inputs, files: written.files });

  const [primary] = evaluation.metrics;
  runtime.output('metrics-path', written.metricsPath);
  runtime.output('report-path', written.reportPath);
  runtime.output('html-path', written.htmlPath);
  runtime.output('artifact-id', artifactId);
  runtime.output('data-digest', written.document.dataset.digest);
  runtime.output('model-digest', loaded.scored.model?.digest ?? '');
  runtime.output('task', evaluation.task.task);
  runtime.output('rows', String(evaluation.assembled.rows.count));
  runtime.output('primary', primary ? `${primary.name}=${primary.value ?? ''}` : '');
  return { verdict: evaluation.verdict, failOn: inputs.failOn, message: verdictLine(evaluation) };
}
