import type { GitData } from '../github/git-data.ts';

/** The little that a ledger needs of the place where its branch lies: GitHub's API, or any git remote. */
export type LedgerRemote = Pick<
  GitData,
  'branchTip' | 'hasTag' | 'listFiles' | 'readBlob' | 'readFile' | 'commit' | 'publish'
>;
