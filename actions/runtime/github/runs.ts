export interface WorkflowRun {
  readonly id: number;
  readonly attempt: number;
  readonly status: string;
  readonly conclusion: string | null;
  readonly headSha: string;
  readonly headBranch: string;
  readonly event: string;
  readonly path: string;
}

export interface Runs {
  /** @throws ActionError not-found */
  get(id: number): Promise<WorkflowRun>;
  /** Successful runs of a workflow file on a branch, newest first, at most `limit`. */
  list(filter: {
    readonly workflow?: string;
    readonly branch?: string;
    readonly headSha?: string;
    readonly limit: number;
  }): Promise<readonly WorkflowRun[]>;
  /** Unexpired artifacts of a run with this name. */
  artifacts(
    run: number,
    name: string,
  ): Promise<readonly { readonly id: number; readonly name: string; readonly digest: string | undefined }[]>;
}
