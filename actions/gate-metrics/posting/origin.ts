import { ActionError } from '../../lib/errors.ts';
import { formatQuantity } from '../../lib/report/format-number.ts';
import type { OpenPull, OriginRun } from '../../runtime/github/pulls-of-run.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/** The run that is reported on and the pull request it was about, both as GitHub tells of them. */
export interface TrustedOrigin {
  readonly run: OriginRun;
  readonly pull: OpenPull;
}

/** Conclusions of a run that got as far as a verdict: a gate that fails fails its run. */
const DECIDED: readonly (string | undefined)[] = ['success', 'failure'];
/** Conclusions of a run that somebody or something stopped: there is nothing to report. */
const STOPPED: readonly (string | undefined)[] = ['cancelled', 'skipped'];

/**
 * Who is reported on, from the event and GitHub's API alone: a document of an untrusted run may name any pull request.
 *
 * @returns `undefined` when the run was cancelled or skipped
 * @throws ActionError invalid-input for another event, untrusted-event for a run that was not of a pull request,
 * evidence-refused for one that ended in another way or whose pull request is not open, and what the API may throw
 */
export async function trustedOrigin(runtime: Runtime): Promise<TrustedOrigin | undefined> {
  const { pullsOfRun } = await runtime.github();
  const run = await pullsOfRun.origin(triggeringRun(runtime));
  if (run.event !== 'pull_request')
    throw new ActionError(
      'untrusted-event',
      `run ${run.id} was started by ${run.event}: mode: report posts results of runs on pull_request alone; let the workflow ask for github.event.workflow_run.event == 'pull_request'`,
    );
  if (STOPPED.includes(run.conclusion)) return undefined;
  if (!DECIDED.includes(run.conclusion))
    throw new ActionError(
      'evidence-refused',
      `run ${run.id} ended as ${run.conclusion ?? 'not at all yet'}: expected success or failure, so it decided nothing; run it again (${run.url})`,
    );
  return { run, pull: onlyPull(run, await pullsOfRun.openFrom(run)) };
}

/** The run that this one follows. */
function triggeringRun({ context }: Runtime): number {
  if (context.event !== 'workflow_run')
    throw new ActionError(
      'invalid-input',
      `mode: report works in a workflow that runs on workflow_run, this one runs on ${context.event || 'no event of GitHub'}; see workflows-examples/gate-fork-report.yml`,
    );
  const run = context.payload['workflow_run'];
  const id = typeof run === 'object' && run !== null && 'id' in run ? run.id : undefined;
  if (typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return id;
  throw new ActionError('invalid-input', 'the event workflow_run does not say which run it follows');
}

/** The pull request at the run's commit; where its head has moved on since, the one from the same branch. */
function onlyPull(run: OriginRun, pulls: readonly OpenPull[]): OpenPull {
  const atCommit = pulls.filter(({ headSha }) => headSha === run.headSha);
  const [found, ...more] = atCommit.length > 0 ? atCommit : pulls;
  const from = `${run.headRepository || 'a repository that is gone'}, branch ${run.headBranch}`;
  if (found === undefined)
    throw new ActionError(
      'evidence-refused',
      `there is no open pull request from ${from}, which run ${run.id} was about: it was closed or merged, nothing was posted`,
    );
  if (more.length > 0)
    throw new ActionError(
      'evidence-refused',
      `${formatQuantity(more.length + 1, 'open pull request')} come from ${from} (${[found, ...more].map(({ number }) => `#${number}`).join(', ')}); which of them run ${run.id} was about cannot be told, nothing was posted`,
    );
  return found;
}
