import type { WriteResult } from './github.ts';

export interface Dispatches {
  /** Starts a workflow; the id of the run it started where GitHub returns it. */
  workflow(request: {
    readonly workflow: string;
    readonly ref: string;
    readonly inputs: Readonly<Record<string, string>>;
  }): Promise<WriteResult<{ readonly runId: number | undefined }>>;
  /** @throws ActionError invalid-input for more than 10 keys or 64 KB, which GitHub refuses */
  repository(request: {
    readonly eventType: string;
    readonly payload: Readonly<Record<string, unknown>>;
  }): Promise<WriteResult<Record<string, never>>>;
}
