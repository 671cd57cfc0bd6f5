import type { WriteResult } from './github.ts';

export type DeploymentState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

export interface DeploymentRequest {
  /** 40 hexadecimal digits. */
  readonly sha: string;
  readonly environment: string;
  readonly production: boolean;
  /** Natural key, filtered on by the server: `mlops:promote:<rollout id>`. */
  readonly task: string;
  readonly description: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Deployments mirror what the ledger says; they are never its source. */
export interface Deployments {
  /** The deployment with this task, made if there is none. Sends `auto_merge: false, required_contexts: []`. */
  ensure(request: DeploymentRequest): Promise<WriteResult<{ readonly id: number }>>;
  /** Adds a status unless the newest one already says the same. */
  setStatus(
    id: number,
    status: {
      readonly state: DeploymentState;
      readonly description: string;
      readonly environmentUrl?: string;
      readonly logUrl?: string;
    },
  ): Promise<WriteResult<{ readonly id: number }>>;
  list(
    environment: string,
  ): Promise<
    readonly { readonly id: number; readonly sha: string; readonly task: string; readonly state: string }[]
  >;
}
