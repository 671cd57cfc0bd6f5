import type { WriteResult } from './github.ts';

/** One comment per key on a pull request, edited in place. */
export interface StickyComments {
  /** The comment of ours with this key, found by hidden marker and author on all pages. */
  find(
    pullRequest: number,
    key: string,
  ): Promise<{ readonly id: number; readonly url: string; readonly body: string } | undefined>;
  /** Creates or edits it; cut at 65,536 characters at a section edge. Twins of ours made by a race are deleted. */
  upsert(
    pullRequest: number,
    key: string,
    body: string,
  ): Promise<WriteResult<{ readonly id: number; readonly url: string }>>;
}
