import { handOver } from '../runtime/hand-over.ts';
import type { Outcome, Runtime } from '../runtime/runtime.ts';
import { driftedColumns } from './decide.ts';
import { writeDocuments } from './documents.ts';
import { measureDrift } from './drift.ts';
import { readInputs } from './inputs.ts';
import { load } from './load.ts';
import { planChecks } from './plan-checks.ts';
import { annotations, verdictLine } from './report.ts';
import { scan } from './scan.ts';

/** Is this data what the contract says, and is it still the data we know? */
export async function main(runtime: Runtime): Promise<Outcome> {
  const inputs = readInputs(runtime.input);
  const loaded = await load(runtime, inputs);
  const found = await scan(runtime, inputs, loaded.files, loaded.contract?.object, planChecks(loaded));
  const drift = await measureDrift(runtime, inputs, loaded, found);
  const { document, ...written } = await writeDocuments(runtime, inputs, loaded, found, drift);

  for (const annotation of annotations(document)) runtime.annotate(annotation);
  if (inputs.summary) await runtime.summary(written.report);
  const artifactId = await handOver(runtime, { ...inputs, files: written.files });

  runtime.output('report-path', written.reportPath);
  runtime.output('profile-path', written.profilePath);
  runtime.output('artifact-id', artifactId);
  runtime.output('data-digest', found.digest);
  runtime.output('rows', String(found.rows));
  runtime.output('errors', String(document.counts.errors));
  runtime.output('warnings', String(document.counts.warnings));
  runtime.output('drifted-columns', JSON.stringify(driftedColumns(document.drift)));
  return { verdict: document.verdict, failOn: inputs.failOn, message: verdictLine(document) };
}
