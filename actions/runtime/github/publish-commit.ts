import type { Clock } from '../runtime.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';
import type { WriteResult } from './github.ts';

const TRIES = 6;
/** The status of a refusal that means: somebody was faster, as GitHub says it. Any other is about the update itself. */
export const MOVED = 422;

type Moved = WriteResult<{ readonly commit: string }>;

/** What publishing needs to know of the repository. */
export interface PublishContext {
  readonly api: RepositoryApi;
  readonly clock: Clock;
  readonly branchTip: (branch: string) => Promise<string | undefined>;
  readonly contains: (commit: string, ancestor: string) => Promise<boolean>;
  readonly parentsOf: (commit: string) => Promise<readonly string[]>;
}

/**
 * Compare-and-swap on a branch: a fast-forward to a commit whose one parent is the tip that was read.
 * Whatever GitHub answers, the branch decides: ours is on it (done), another commit is (refused). Only while the
 * branch has not moved is the very same update sent again, which is harmless since it names its result; replicas
 * that lag behind a push refuse it for a moment.
 */
export async function publishCommit(context: PublishContext, branch: string, commit: string): Promise<Moved> {
  const [parent] = await context.parentsOf(commit);
  for (let tries = 1; ; tries++) {
    const sent = await moveBranch(context.api, branch, commit, parent);
    const decided = await decide(context, sent, { branch, commit, parent });
    if (decided) return decided;
    if (tries === TRIES) return unmoved(branch, sent);
    await context.clock.sleep(200 * 2 ** tries);
  }
}

/** What to say of a branch that still is where it was after all tries. */
function unmoved(branch: string, sent: Moved): Moved {
  if (sent.kind === 'done') return { kind: 'unknown', message: `${branch} did not move` };
  return sent.kind === 'refused' && sent.status === MOVED ? { ...sent, status: 409 } : sent;
}

/** The outcome that the branch shows, or `undefined` while it has not moved. */
async function decide(
  { branchTip, contains }: PublishContext,
  sent: Moved,
  { branch, commit, parent }: { branch: string; commit: string; parent: string | undefined },
): Promise<Moved | undefined> {
  if (sent.kind === 'done' && sent.value.commit === commit) return sent;
  if (sent.kind === 'refused' && isFinalRefusal(sent)) return sent;
  const tip = await branchTip(branch);
  if (tip !== undefined && (await contains(tip, commit))) return { kind: 'done', value: { commit } };
  if (tip === parent) return undefined;
  return { kind: 'refused', status: MOVED, message: `${branch} has moved to ${tip ?? 'nothing'}` };
}

const DENIED: ReadonlySet<number> = new Set([401, 403, 404, 429]);

/** How GitHub, and hooks of other servers, speak of rules that forbid a push: sending it again changes nothing. */
const RULE =
  /rule violation|protected (branch|ref)|being restricted|not authorized to push|through a pull request|verified signatures|hook declined/i;

/** Whether a refusal to move a branch will be the same the next time. */
export const isFinalRefusal = (refusal: { readonly status: number; readonly message: string }): boolean =>
  DENIED.has(refusal.status) || RULE.test(refusal.message);

function moveBranch(
  api: RepositoryApi,
  branch: string,
  commit: string,
  parent: string | undefined,
): Promise<Moved> {
  const read = (ref: Answer) => ({ commit: ref.object('object').text('sha') });
  return parent === undefined
    ? api.write('POST /repos/{owner}/{repo}/git/refs', {}, { ref: `refs/heads/${branch}`, sha: commit }, read)
    : api.write(
        'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
        { ref: `heads/${branch}` },
        { sha: commit, force: false },
        read,
      );
}
