import type { GitData, TreeFile } from './github/git-data.ts';
import type { Clock } from './runtime.ts';

/** What to add to a branch in one commit. */
export interface BranchChange {
  readonly files: readonly TreeFile[];
  readonly message: string;
}

export interface BranchUpdateOptions {
  readonly git: GitData;
  readonly clock: Clock;
  readonly branch: string;
  /** A number from 0 to 1 for the waits between tries. */
  readonly random: () => number;
  /** How often to build and publish. */
  readonly tries: number;
}

/** How an update ended. `lost`: others were faster every time, or the effect stayed uncertain. */
export type BranchUpdate =
  | { readonly kind: 'done'; readonly commit: string }
  /** All of it was there already. */
  | { readonly kind: 'unchanged'; readonly commit: string }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string }
  | { readonly kind: 'lost'; readonly message: string };

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 4_000;
/** Answers after which another try can only give the same. */
const FINAL_STATUS: ReadonlySet<number> = new Set([401, 403, 404, 429]);

/**
 * Adds a commit to a branch, or makes the branch, by compare-and-swap on its tip: a lost race leads to a new commit
 * on the new tip and never to a forced one.
 *
 * @param build - decides anew on every tip what to write; `undefined` when all of it is there, which also settles an
 * update whose reply was lost
 * @throws what `build` throws, and ActionError github-denied or github-unavailable where objects cannot be read or stored
 */
export async function updateBranch(
  { git, clock, branch, random, tries }: BranchUpdateOptions,
  build: (tip: string | undefined) => Promise<BranchChange | undefined>,
): Promise<BranchUpdate> {
  let last = '';
  for (let attempt = 0; attempt < tries; attempt++) {
    if (attempt > 0)
      await clock.sleep(Math.ceil(random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt)));
    const tip = await git.branchTip(branch);
    const change = await build(tip);
    if (change === undefined) return { kind: 'unchanged', commit: tip ?? '' };
    const commit = await git.commit({ parent: tip, ...change });
    const result = await git.publish(branch, commit);
    if (result.kind === 'done') return { kind: 'done', commit };
    if (result.kind === 'refused' && FINAL_STATUS.has(result.status)) return result;
    last = result.message;
  }
  return { kind: 'lost', message: `it was not written in ${tries} tries (${last})` };
}
