import { ActionError } from '../../lib/errors.ts';
import type { CommitParents } from '../../runtime/github/git-data.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Situation } from './situation.ts';

/** Commits behind the first one that a baseline may come from. */
export const MAX_ANCESTORS = 50;
/** Pages of commits that are read to find them among those of merged branches. */
const MAX_PAGES = 3;
const PAGE = 100;
const GIT_TIMEOUT_MS = 30_000;

/** Commits of a branch from a given one back, each the first parent of the one before. */
export interface CommitLine {
  readonly commits: readonly string[];
  /** How many commits the first one is away from the commit that the line is about. */
  readonly distance: 0 | 1;
}

/**
 * The commits that a baseline may come from, nearest first, along the branch: side branches that were merged into it
 * do not count.
 *
 * @returns `undefined` where nearness means nothing
 * @throws ActionError not-found, github-denied, github-unavailable
 */
export async function commitLine(runtime: Runtime, situation: Situation): Promise<CommitLine | undefined> {
  switch (situation.kind) {
    case 'change': {
      const { git } = await runtime.github();
      const base = await git.mergeBase(situation.base, situation.head);
      return { commits: await firstParents(runtime, base), distance: 0 };
    }
    case 'queued':
      return { commits: await firstParents(runtime, situation.base), distance: 0 };
    case 'pushed':
      return { commits: (await firstParents(runtime, situation.commit)).slice(1), distance: 1 };
    case 'repeated':
      return undefined;
    case 'clone':
      return { commits: await fromClone(runtime), distance: 0 };
    default:
      return situation satisfies never;
  }
}

async function firstParents(runtime: Runtime, start: string): Promise<readonly string[]> {
  const { git } = await runtime.github();
  const known = new Map<string, CommitParents>();
  const line: string[] = [];
  let next: string | undefined = start;
  for (let page = 0; page < MAX_PAGES && next !== undefined && line.length <= MAX_ANCESTORS; page++) {
    for (const commit of await git.commitsBefore(next, PAGE)) known.set(commit.sha, commit);
    for (
      let commit = known.get(next);
      commit !== undefined && line.length <= MAX_ANCESTORS;
      commit = next === undefined ? undefined : known.get(next)
    ) {
      line.push(commit.sha);
      next = commit.parents[0];
    }
  }
  return line;
}

/** What the clone is based on: where it left the remote's default branch. */
async function fromClone(runtime: Runtime): Promise<readonly string[]> {
  const git = async (...args: string[]): Promise<string | undefined> => {
    const result = await runtime.commands.run(['git', ...args], { timeoutMs: GIT_TIMEOUT_MS });
    return result.exitCode === 0 ? result.stdout.trim() : undefined;
  };
  for (const branch of ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master']) {
    const base = await git('merge-base', 'HEAD', branch);
    if (base === undefined) continue;
    const listed = await git('rev-list', '--first-parent', `--max-count=${MAX_ANCESTORS + 1}`, base);
    if (listed !== undefined) return listed.split('\n');
  }
  throw new ActionError('not-found', 'there is no clone of the repository here, or it has no main branch');
}
