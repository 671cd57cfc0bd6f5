/** The part of GitHub's REST API that the actions use, each as an idea of ours rather than as a route. */
export interface GitHub {
  readonly comments: import('./sticky-comment.ts').StickyComments;
  readonly checks: import('./check-run.ts').CheckRuns;
  readonly deployments: import('./deployments.ts').Deployments;
  readonly issues: import('./issues.ts').Issues;
  readonly releases: import('./releases.ts').Releases;
  readonly tags: import('./tags.ts').Tags;
  readonly artifactRecords: import('./artifact-records.ts').ArtifactRecords;
  readonly git: import('./git-data.ts').GitData;
  readonly runs: import('./runs.ts').Runs;
  readonly dispatches: import('./dispatches.ts').Dispatches;
  readonly pullFiles: import('./pull-files.ts').PullFiles;
  readonly pullLabels: import('./pull-labels.ts').PullLabels;
  readonly pullsOfRun: import('./pulls-of-run.ts').PullsOfRun;
}

/** A write that is sent once: done, refused by GitHub, or sent with the reply lost and no trace to be found. */
export type WriteResult<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string };
