import type { GateDocument, GateResult } from '../lib/documents/gate.ts';
import { ActionError, errorMessage } from '../lib/errors.ts';
import { visibleText } from '../lib/report/visible-text.ts';
import { failsStep } from '../lib/verdict.ts';
import type { GitHub, WriteResult } from '../runtime/github/github.ts';
import type { Annotation, Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';
import {
  COMMENT_LIMITS,
  gateName,
  previousState,
  type ReportContext,
  renderReport,
  verdictLine,
} from './report.ts';

/** Where people can see the result; empty where it could not or should not be posted. */
export interface Published {
  readonly commentUrl: string;
  readonly checkUrl: string;
}

/**
 * Puts the result where people work: annotations, the sticky comment, the check run. What GitHub refuses is said
 * in one warning; the verdict stands without it.
 */
export async function publish(runtime: Runtime, inputs: Inputs, document: GateDocument): Promise<Published> {
  const annotations = annotationsOf(document);
  for (const annotation of annotations) runtime.annotate(annotation);
  const failures: string[] = [];
  const urlOf = async (what: string, post: (github: GitHub) => Promise<string>): Promise<string> => {
    try {
      return await post(await runtime.github());
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      failures.push(`${what}: ${errorMessage(error)}`);
      return '';
    }
  };
  const commentUrl = wantsComment(runtime, inputs)
    ? await urlOf('the comment', (github) => comment(github, runtime, inputs, document))
    : '';
  const checkUrl = wantsCheck(runtime, inputs)
    ? await urlOf('the check run', (github) => check(github, runtime, inputs, document, annotations))
    : '';
  if (failures.length > 0)
    runtime.log.warning(`The result could not be posted, the verdict stands. ${failures.join('; ')}`);
  return { commentUrl, checkUrl };
}

/** What a report says about the run it was made in. */
export const reportContext = ({ context }: Runtime, previous: string | undefined): ReportContext => ({
  runUrl: context.runUrl,
  run: context.source.run,
  headSha: headSha(context),
  previous,
});

const headSha = ({ pullRequest, source }: Runtime['context']): string =>
  pullRequest?.headSha ?? source.commit;

const wantsComment = ({ context }: Runtime, inputs: Inputs): boolean =>
  inputs.comment !== 'never' && context.pullRequest !== undefined;

const wantsCheck = ({ context }: Runtime, inputs: Inputs): boolean =>
  inputs.checkName !== '' && context.event !== '' && headSha(context) !== '';

/** Whether the step fails, or would if it were allowed to. */
const blocks = ({ verdict }: GateDocument, { failOn }: Inputs): boolean =>
  failsStep(verdict, failOn === 'never' ? 'fail' : failOn);

async function comment(
  github: GitHub,
  runtime: Runtime,
  inputs: Inputs,
  document: GateDocument,
): Promise<string> {
  const pullRequest = runtime.context.pullRequest?.number ?? 0;
  const key = keyOf(inputs);
  const existing = await github.comments.find(pullRequest, key);
  // A comment about a failure that is mended must not stay as it is.
  if (inputs.comment === 'on-failure' && !blocks(document, inputs) && existing === undefined) return '';
  const previous = existing && previousState(existing.body);
  const body = renderReport(document, reportContext(runtime, previous), COMMENT_LIMITS);
  return urlIn(await github.comments.upsert(pullRequest, key, body));
}

const keyOf = ({ commentKey }: Inputs): string =>
  commentKey === '' ? 'gate-metrics' : `gate-metrics:${commentKey}`;

async function check(
  github: GitHub,
  runtime: Runtime,
  inputs: Inputs,
  document: GateDocument,
  annotations: readonly Annotation[],
): Promise<string> {
  const open = document.verdict === 'pass' || document.verdict === 'waived' ? 'success' : 'neutral';
  const published = await github.checks.publish({
    name: inputs.checkName,
    headSha: headSha(runtime.context),
    externalId: `${keyOf(inputs)}:${inputs.checkName}`,
    conclusion: blocks(document, inputs) ? 'failure' : open,
    title: verdictLine(document).slice(0, 255),
    summary: renderReport(document, reportContext(runtime, undefined), COMMENT_LIMITS),
    annotations,
  });
  return urlIn(published);
}

function urlIn(written: WriteResult<{ readonly url: string }>): string {
  if (written.kind === 'done') return written.value.url;
  const status = written.kind === 'refused' ? ` (${written.status})` : '';
  throw new ActionError(
    written.kind === 'refused' ? 'github-denied' : 'unknown-outcome',
    `${written.message}${status}`,
  );
}

/** One message per gate that does not hold, on its line of the policy file where it has one. */
function annotationsOf({ gates, policy }: GateDocument): readonly Annotation[] {
  const level = ({ verdict }: GateResult): Annotation['level'] => (verdict === 'fail' ? 'error' : 'warning');
  return gates
    .filter(({ verdict }) => verdict !== 'pass' && verdict !== 'waived')
    .map((gate) => ({
      level: level(gate),
      title: visibleText(`Gate ${gate.id}`).slice(0, 200),
      message: visibleText(`${gateName(gate)}: ${gate.reason}`),
      ...(gate.line !== undefined && policy.path !== '' && { file: policy.path, line: gate.line }),
    }));
}
