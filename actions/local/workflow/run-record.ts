/** How a step, job or run ended. */
export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped';

/** A message that a step attached to itself or to a line of a file. */
export interface AnnotationRecord {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
  readonly endLine?: number;
  readonly column?: number;
}

export interface StepRecord {
  readonly id: string;
  readonly name: string;
  /** The action's reference as written; empty for a `run` step. */
  readonly uses: string;
  /** Before `continue-on-error`. */
  readonly outcome: Conclusion;
  /** After `continue-on-error`. */
  readonly conclusion: Conclusion;
  readonly durationMs: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly annotations: readonly AnnotationRecord[];
  /** What the step wrote to the job summary, as Markdown. */
  readonly summary: string;
  /** The steps of a composite action. */
  readonly steps: readonly StepRecord[];
}

export interface JobRecord {
  /** The job's key in the file; the jobs of a matrix share it. */
  readonly id: string;
  readonly name: string;
  readonly conclusion: Conclusion;
  /** Its failure does not fail the run (`continue-on-error`). */
  readonly tolerated: boolean;
  readonly durationMs: number;
  readonly permissions: Readonly<Record<string, string>>;
  /** The deployment environment it names; empty for none. */
  readonly environment: string;
  readonly concurrency: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Why there are no steps, or what went wrong outside of them; empty otherwise. */
  readonly message: string;
  readonly steps: readonly StepRecord[];
}

/** One artifact that a run left behind. */
export interface RunArtifact {
  readonly id: number;
  readonly name: string;
  readonly sizeBytes: number;
  readonly digest: string;
  /** Path in the state folder. */
  readonly path: string;
}

/** Everything a run left behind; `run.json` in the run's folder. */
export interface RunRecord {
  readonly id: number;
  readonly attempt: number;
  readonly workflow: { readonly name: string; readonly file: string };
  readonly title: string;
  readonly event: string;
  readonly repository: string;
  readonly ref: string;
  readonly sha: string;
  /** On a pull request the head, not the merge commit. */
  readonly headSha: string;
  readonly headBranch: string;
  readonly actor: string;
  readonly conclusion: Conclusion;
  /** ISO 8601. */
  readonly started: string;
  readonly durationMs: number;
  readonly concurrency: string;
  readonly jobs: readonly JobRecord[];
  readonly artifacts: readonly RunArtifact[];
  /** The folder that holds run.json, log.txt, summary.md and the jobs' folders. */
  readonly folder: string;
}

/** What happens while a run goes on, in order, for whoever shows it. */
export type RunEvent =
  | { readonly kind: 'run-started'; readonly title: string; readonly id: number; readonly event: string }
  | { readonly kind: 'job-started'; readonly job: string; readonly detail: string }
  | { readonly kind: 'step-started'; readonly job: string; readonly step: string; readonly depth: number }
  | { readonly kind: 'line'; readonly job: string; readonly text: string }
  | {
      readonly kind: 'step-finished';
      readonly job: string;
      readonly step: StepRecord;
      readonly depth: number;
    }
  | { readonly kind: 'job-finished'; readonly job: JobRecord }
  | { readonly kind: 'run-finished'; readonly run: RunRecord };

/** Every step of a job, with those of composite actions after the step that used them. */
export const allSteps = (steps: readonly StepRecord[]): readonly StepRecord[] =>
  steps.flatMap((step) => [step, ...allSteps(step.steps)]);
