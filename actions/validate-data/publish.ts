import type { Digest } from '../lib/digest.ts';
import type { ValidationDocument } from '../lib/documents/validation.ts';
import { handOver } from '../runtime/hand-over.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Written } from './documents.ts';
import type { Inputs } from './inputs.ts';

/** What is told to the steps that follow. */
export interface Published {
  readonly written: Written;
  readonly digest: Digest;
  readonly rows: number;
  readonly counts: ValidationDocument['counts'];
  readonly drifted: readonly string[];
  /** Findings that the baseline does not have; `undefined` without one. */
  readonly newFindings: number | undefined;
}

/** Shows the report, uploads the artifact and sets the outputs. */
export async function publish(runtime: Runtime, inputs: Inputs, result: Published): Promise<void> {
  const { written } = result;
  if (inputs.summary) await runtime.summary(written.report);
  const artifactId = await handOver(runtime, { ...inputs, files: written.files });
  runtime.output('report-path', written.reportPath);
  runtime.output('profile-path', written.profilePath);
  runtime.output('html-path', written.htmlPath);
  runtime.output('sarif-path', written.sarifPath);
  runtime.output('artifact-id', artifactId);
  runtime.output('data-digest', result.digest);
  runtime.output('rows', String(result.rows));
  runtime.output('errors', String(result.counts.errors));
  runtime.output('warnings', String(result.counts.warnings));
  runtime.output('new-findings', result.newFindings === undefined ? '' : String(result.newFindings));
  runtime.output('drifted-columns', JSON.stringify(result.drifted));
}
