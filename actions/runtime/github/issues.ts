import type { WriteResult } from './github.ts';

export interface IssueRequest {
  /** Natural key, kept in a hidden marker in the body. */
  readonly key: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

export interface Issues {
  /** The open issue of ours with this key, else a new one; an existing one gets `update` as a comment. */
  upsert(
    request: IssueRequest,
    update: string,
  ): Promise<WriteResult<{ readonly number: number; readonly url: string; readonly created: boolean }>>;
  comment(issue: number, body: string): Promise<WriteResult<{ readonly url: string }>>;
  close(issue: number): Promise<WriteResult<{ readonly number: number }>>;
}
