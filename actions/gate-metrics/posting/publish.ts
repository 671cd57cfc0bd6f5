import type { GateDocument } from '../../lib/documents/gate.ts';
import { DEFAULT_POLICY, type Policy } from '../../lib/policy/policy.ts';
import { failsStep } from '../../lib/verdict.ts';
import type { CheckRunRequest } from '../../runtime/github/check-run.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Inputs } from '../inputs.ts';
import { annotationsOf } from '../report/annotations.ts';
import { verdictLine } from '../report/verdict-line.ts';
import type { ReportContext } from '../report.ts';
import { type Published, postResult } from './post-result.ts';

/** What is known beside the document when its report is written. */
export interface ReportFacts {
  /** What the deciding policy offers to those who want to waive a gate; nothing if absent. */
  readonly waivers?: Policy['waivers'];
  /** The artifact that was uploaded; empty for none. */
  readonly artifactId?: string;
}

/** What a report says about the run it was made in. */
export const reportContext = (
  { context }: Runtime,
  { waivers = DEFAULT_POLICY.waivers, artifactId = '' }: ReportFacts = {},
): ReportContext => ({
  runUrl: context.runUrl,
  run: context.source.run,
  headSha: context.pullRequest?.headSha ?? context.source.commit,
  baseBranch: context.pullRequest?.baseRef ?? context.defaultBranch,
  artifactUrl: artifactId === '' || context.runUrl === '' ? '' : `${context.runUrl}/artifacts/${artifactId}`,
  waivers,
  previous: undefined,
  mention: [],
  origin: undefined,
});

/** Puts a run's own result where people work; see `postResult`. The verdict stands whatever comes of it. */
export async function publish(
  runtime: Runtime,
  inputs: Inputs,
  document: GateDocument,
  facts: ReportFacts = {},
): Promise<Published> {
  for (const annotation of annotationsOf(document)) runtime.annotate(annotation);
  // A run outside GitHub has a commit to show and nowhere to post to.
  if (runtime.context.event === '') return { commentUrl: '', checkUrl: '' };
  const { pullRequest } = runtime.context;
  const conclusion = conclusionOf(document, inputs);
  return postResult(runtime, inputs, {
    document,
    context: reportContext(runtime, facts),
    said: document.verdict,
    title: verdictLine(document),
    blocks: blocks(document, inputs),
    conclusion,
    // A status knows no neutral; its description says what the matter is.
    status: conclusion === 'failure' ? 'failure' : 'success',
    pullRequest: pullRequest?.number,
    fromFork: pullRequest?.fromFork ?? false,
    mentionOnFail: document.report.mentionOnFail,
  });
}

/** Whether the step fails, or would if it were allowed to. */
export const blocks = ({ verdict }: GateDocument, { failOn }: Inputs): boolean =>
  failsStep(verdict, failOn === 'never' ? 'fail' : failOn);

/** Neutral where only advisory gates do not hold, or a gate could not be judged for want of a baseline. */
export function conclusionOf(document: GateDocument, inputs: Inputs): CheckRunRequest['conclusion'] {
  if (blocks(document, inputs)) return 'failure';
  const settled = document.verdict === 'pass' || document.verdict === 'waived';
  return settled && document.gates.every(({ status }) => status !== 'no-baseline') ? 'success' : 'neutral';
}
