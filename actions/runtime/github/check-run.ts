import type { Annotation } from '../runtime.ts';
import type { WriteResult } from './github.ts';

export interface CheckRunRequest {
  readonly name: string;
  readonly headSha: string;
  /** Natural key: the same id on the same commit updates the run instead of adding one. */
  readonly externalId: string;
  readonly conclusion: 'success' | 'failure' | 'neutral';
  readonly title: string;
  readonly summary: string;
  readonly annotations: readonly Annotation[];
}

export interface CheckRuns {
  /** Creates or updates a completed check run; annotations go in batches of 50, the conclusion with the last one. */
  publish(request: CheckRunRequest): Promise<WriteResult<{ readonly id: number; readonly url: string }>>;
  /** Sets a commit status; description is cut at 140 characters. */
  status(request: {
    readonly sha: string;
    readonly state: 'success' | 'failure' | 'error' | 'pending';
    readonly context: string;
    readonly description: string;
    readonly targetUrl?: string;
  }): Promise<WriteResult<{ readonly id: number }>>;
}
