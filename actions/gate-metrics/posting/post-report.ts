import type { GateDocument } from '../../lib/documents/gate.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import { type Verdict, worstVerdict } from '../../lib/verdict.ts';
import type { Outcome, Runtime } from '../../runtime/runtime.ts';
import type { Inputs } from '../inputs.ts';
import { unverifiedLine } from '../report/origin.ts';
import { type ReportContext, renderReport, SUMMARY_LIMITS } from '../report.ts';
import { recheck } from './doubts.ts';
import { untrustedDocument } from './evidence.ts';
import { type TrustedOrigin, trustedOrigin } from './origin.ts';
import { type Posting, postResult } from './post-result.ts';
import { blocks, conclusionOf, reportContext } from './publish.ts';

/**
 * Posts the result of an untrusted run from a trusted `workflow_run`. Where it goes comes from GitHub, what it says is
 * written anew from the document, and a result that is in doubt is never green.
 *
 * @throws ActionError as `trustedOrigin` and `untrustedDocument`
 */
export async function postReport(runtime: Runtime, inputs: Inputs): Promise<Outcome> {
  const origin = await trustedOrigin(runtime);
  if (origin === undefined) return nothingToReport(runtime, inputs);
  const document = await untrustedDocument(runtime, inputs, origin.run);
  const posting = await postingOf(runtime, inputs, document, origin);

  const reportPath = `${inputs.outputDir}/comment.md`;
  const report = renderReport(document, posting.context, SUMMARY_LIMITS);
  await runtime.files.write(reportPath, report);
  if (inputs.summary) await runtime.summary(report);
  const { commentUrl, checkUrl } = await postResult(runtime, inputs, posting);

  const of = (verdict: Verdict): string =>
    JSON.stringify(document.gates.filter((gate) => gate.verdict === verdict).map(({ id }) => id));
  runtime.output('failed', of('fail'));
  runtime.output('warned', of('warn'));
  runtime.output('report-path', reportPath);
  runtime.output('baseline-commit', document.baseline?.commit ?? '');
  runtime.output('comment-url', commentUrl);
  runtime.output('check-url', checkUrl);
  return { verdict: believed(posting), failOn: inputs.failOn, message: posting.title };
}

/** A run that was stopped is followed by another one, or nobody wants its result. */
function nothingToReport(runtime: Runtime, { failOn }: Inputs): Outcome {
  const message = 'Model gate undecided: the run it follows was stopped, there is nothing to report';
  runtime.log.notice(message);
  return { verdict: 'inconclusive', failOn, message };
}

/** A verdict in doubt is at best inconclusive. */
const believed = ({ document, said }: Posting): Verdict =>
  said === 'unverified' ? worstVerdict([document.verdict, 'inconclusive']) : document.verdict;

async function postingOf(
  runtime: Runtime,
  inputs: Inputs,
  document: GateDocument,
  { run, pull }: TrustedOrigin,
): Promise<Posting> {
  const { policy = DEFAULT_POLICY, doubts } = await recheck(runtime, inputs, document, pull);
  const context: ReportContext = {
    ...reportContext(runtime, { waivers: policy.waivers }),
    headSha: run.headSha,
    baseBranch: pull.baseRef,
    origin: { run: run.id, runUrl: run.url, doubts },
  };
  const blocking = blocks(document, inputs);
  const doubtful = doubts.length > 0;
  const conclusion = doubtful && !blocking ? 'neutral' : conclusionOf(document, inputs);
  // The result of a commit that is not the newest one any more stays on that commit.
  const current = pull.headSha === run.headSha;
  if (!current)
    runtime.log.notice(
      `Pull request #${pull.number} has moved on to ${pull.headSha}: the result of ${run.headSha} is posted to that commit, and not as a comment.`,
    );
  return {
    document,
    context,
    said: doubtful ? 'unverified' : document.verdict,
    title: unverifiedLine(document, context.origin ?? { run: run.id, runUrl: run.url, doubts }),
    blocks: blocking || doubtful,
    conclusion,
    // A status knows no neutral; one that waits for somebody is not green.
    status: blocking ? 'failure' : doubtful ? 'pending' : 'success',
    pullRequest: current ? pull.number : undefined,
    // This run's own token is the base repository's.
    fromFork: false,
    // Whom to tell is the base branch's to say: an untrusted document could call anybody.
    mentionOnFail: policy.report.mentionOnFail,
  };
}
