import type { GateDocument } from '../../lib/documents/gate.ts';
import { ActionError, errorMessage, isSurvivable } from '../../lib/errors.ts';
import { visibleText } from '../../lib/report/visible-text.ts';
import type { CheckRunRequest } from '../../runtime/github/check-run.ts';
import type { StatusRequest } from '../../runtime/github/commit-status.ts';
import type { GitHub, WriteResult } from '../../runtime/github/github.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Inputs } from '../inputs.ts';
import { annotationsOf } from '../report/annotations.ts';
import { COMMENT_LIMITS, type ReportContext, type ReportLimits, renderReport } from '../report.ts';
import {
  type CommentCase,
  readState,
  type Said,
  stateLine,
  stateOf,
  wantsComment,
  wantsMention,
} from './comment-state.ts';
import { previousState } from './previous-state.ts';

/** Where people can see the result; empty where it could not or should not be posted. */
export interface Published {
  readonly commentUrl: string;
  readonly checkUrl: string;
}

/** A result and where it belongs. */
export interface Posting {
  readonly document: GateDocument;
  readonly context: ReportContext;
  readonly said: Said;
  /** The first line of the report. */
  readonly title: string;
  readonly blocks: boolean;
  readonly conclusion: CheckRunRequest['conclusion'];
  readonly status: StatusRequest['state'];
  /** The pull request to comment on; `undefined` for none. */
  readonly pullRequest: number | undefined;
  readonly fromFork: boolean;
  /** Who is mentioned when the gate begins to fail. */
  readonly mentionOnFail: readonly string[];
}

/** GitHub refuses what is too long with 422; its count is not documented, so a refusal is tried again much shorter. */
const SHORTER: ReportLimits = { openRows: 3, maxBytes: 15_000 };

const FORK =
  'A token of a fork\'s pull request can only read, whatever permissions the job asks for: post its result from a workflow_run with "mode: report", as workflows-examples/gate-fork-report.yml does.';

/**
 * Puts the result where people work: the sticky comment, the check run and the status on the commit that was judged.
 * What GitHub refuses is said in one warning; the verdict stands without it.
 */
export async function postResult(runtime: Runtime, inputs: Inputs, posting: Posting): Promise<Published> {
  const failures: string[] = [];
  const attempt = async (
    what: string,
    wanted: boolean,
    post: (github: GitHub) => Promise<string>,
  ): Promise<string> => {
    if (!wanted) return '';
    try {
      return await post(await runtime.github());
    } catch (error) {
      if (!isSurvivable(error)) throw error;
      failures.push(`${what}: ${errorMessage(error)}`);
      return '';
    }
  };
  const onCommit = posting.context.headSha !== '';
  const commentUrl = await attempt(
    'the comment',
    inputs.comment !== 'never' && posting.pullRequest !== undefined,
    (github) => postComment(github, inputs, posting),
  );
  const checkUrl = await attempt('the check run', inputs.checkName !== '' && onCommit, (github) =>
    postCheck(github, inputs, posting),
  );
  await attempt('the commit status', inputs.statusName !== undefined && onCommit, (github) =>
    postStatus(github, inputs, posting),
  );
  if (failures.length > 0) {
    const recipe = posting.fromFork ? ` ${FORK}` : '';
    runtime.log.warning(
      `The result could not be posted, the verdict stands. ${failures.join('; ')}${recipe}`,
    );
  }
  return { commentUrl, checkUrl };
}

const keyOf = ({ commentKey }: Inputs): string =>
  commentKey === '' ? 'gate-metrics' : `gate-metrics:${commentKey}`;

async function postComment(github: GitHub, inputs: Inputs, posting: Posting): Promise<string> {
  const { document, context, pullRequest = 0 } = posting;
  const existing = await github.comments.find(pullRequest, keyOf(inputs));
  const situation: CommentCase = {
    mode: inputs.comment,
    exists: existing !== undefined,
    before: existing && readState(existing.body),
    now: stateOf(document, posting.said),
    blocks: posting.blocks,
  };
  if (!wantsComment(situation)) return existing?.url ?? '';
  const own: ReportContext = {
    ...context,
    previous: existing && previousState(existing.body),
    mention: wantsMention(situation) ? posting.mentionOnFail : [],
  };
  return urlIn(
    await shorterIfRefused((limits) => {
      const body = `${renderReport(document, own, limits)}\n${stateLine(situation.now)}\n`;
      return github.comments.upsert(pullRequest, keyOf(inputs), body);
    }),
  );
}

async function postCheck(github: GitHub, inputs: Inputs, posting: Posting): Promise<string> {
  const { document, context, title, conclusion } = posting;
  return urlIn(
    await shorterIfRefused((limits) =>
      github.checks.publish({
        name: inputs.checkName,
        headSha: context.headSha,
        externalId: `${keyOf(inputs)}:${inputs.checkName}`,
        conclusion,
        title: visibleText(title).slice(0, 255),
        summary: renderReport(document, context, limits),
        annotations: annotationsOf(document),
      }),
    ),
  );
}

async function postStatus(github: GitHub, inputs: Inputs, posting: Posting): Promise<string> {
  const { context, title, status } = posting;
  const set = await github.checks.status({
    sha: context.headSha,
    state: status,
    context: inputs.statusName ?? '',
    description: visibleText(title),
    ...(context.runUrl === '' ? {} : { targetUrl: context.runUrl }),
  });
  valueIn(set);
  return '';
}

async function shorterIfRefused<T>(
  write: (limits: ReportLimits) => Promise<WriteResult<T>>,
): Promise<WriteResult<T>> {
  const written = await write(COMMENT_LIMITS);
  return written.kind === 'refused' && written.status === 422 ? write(SHORTER) : written;
}

const urlIn = (written: WriteResult<{ readonly url: string }>): string => valueIn(written).url;

function valueIn<T>(written: WriteResult<T>): T {
  if (written.kind === 'done') return written.value;
  const status = written.kind === 'refused' ? ` (${written.status})` : '';
  throw new ActionError(
    written.kind === 'refused' ? 'github-denied' : 'unknown-outcome',
    `${written.message}${status}`,
  );
}
