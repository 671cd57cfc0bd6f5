import { ActionError } from '../../lib/errors.ts';
import type { WriteResult } from '../github/github.ts';

/** The refusal to go on with a ledger that somebody changed. */
export const tampered = (branch: string, problem: string): ActionError =>
  new ActionError(
    'ledger-tampered',
    `the ledger on branch ${branch} was changed by somebody else: ${problem}. Put the branch back to the last commit made by this action (git log shows it) and forbid pushes to it with a ruleset.`,
  );

/** The branch was not written, and will not be by trying again now. */
export function unwritable(
  branch: string,
  result: Extract<WriteResult<unknown>, { kind: 'refused' }>,
): ActionError {
  const { status, message } = result;
  if (status === 429 || /rate limit|asking to wait/.test(message))
    return new ActionError('github-unavailable', `branch ${branch} cannot be written now: ${message}`);
  return new ActionError(
    'github-denied',
    `branch ${branch} cannot be written (${status}: ${message}); the job needs "permissions: contents: write", and rules for the branch must let it push: exempt it from "Require a pull request" and from signed commits, and keep "Block force pushes" and "Restrict deletions"`,
  );
}

/** The branch cannot be made where a tag has its name. */
export const isTag = (branch: string): ActionError =>
  new ActionError(
    'ledger-conflict',
    `ledger-branch: ${branch} is a tag here, and a branch of the same name would be ambiguous. Name another branch, or delete the tag with "git push origin :refs/tags/${branch}".`,
  );

/** Nobody was faster, and yet the update is refused. */
export const stuck = (branch: string, message: string): ActionError =>
  new ActionError(
    'ledger-conflict',
    `branch ${branch} has not moved, and yet its update is refused (${message}). Look for rules or hooks that forbid it, then run the job again.`,
  );
