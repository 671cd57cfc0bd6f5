import type { RunContext } from '../../runtime/runtime.ts';

/** Which commits a baseline may come from. */
export type Situation =
  /** A change that goes into a branch: where it left the branch, and what was before that. */
  | {
      readonly kind: 'change';
      readonly branch: string;
      /** Names of the tip of the branch and of the change. */
      readonly base: string;
      readonly head: string;
    }
  /** A commit that waits in a merge queue: what it was put on. */
  | { readonly kind: 'queued'; readonly branch: string; readonly base: string }
  /** A commit on the branch itself: what was before it. */
  | { readonly kind: 'pushed'; readonly branch: string; readonly commit: string }
  /** The branch as it is: the newest run before this one. */
  | { readonly kind: 'repeated'; readonly branch: string }
  /** On somebody's own machine. */
  | { readonly kind: 'clone' };

const HEADS = 'refs/heads/';

/** What the event says about where this run's commit stands. */
export function situationOf(context: RunContext): Situation {
  const { event, pullRequest, source, defaultBranch, payload } = context;
  if (event === '') return { kind: 'clone' };
  if (pullRequest !== undefined) {
    const { baseRef, baseSha, headSha } = pullRequest;
    return { kind: 'change', branch: baseRef, base: baseSha, head: headSha };
  }
  const queued = queueOf(payload['merge_group']);
  if (queued !== undefined) return queued;
  const branch = source.ref.startsWith(HEADS) ? source.ref.slice(HEADS.length) : undefined;
  if (event !== 'push') return { kind: 'repeated', branch: branch ?? defaultBranch };
  if (branch === defaultBranch) return { kind: 'pushed', branch, commit: source.commit };
  return { kind: 'change', branch: defaultBranch, base: defaultBranch, head: source.commit };
}

function queueOf(group: unknown): Situation | undefined {
  if (typeof group !== 'object' || group === null || !('base_sha' in group) || !('base_ref' in group))
    return undefined;
  const { base_sha: base, base_ref: ref } = group;
  if (typeof base !== 'string' || typeof ref !== 'string') return undefined;
  return { kind: 'queued', branch: ref.replace(HEADS, ''), base };
}
