import type { Contexts, Scope, Status, ValueMap } from './expression.ts';
import type { JobFolders } from './github-context.ts';
import { hashFiles } from './hash-files.ts';
import type { Masks } from './masks.ts';
import type { RunPlan } from './run-plan.ts';
import type { Conclusion, StepRecord } from './run-record.ts';

/** What later steps see of an earlier one. */
interface StepResult {
  readonly outputs: Readonly<Record<string, string>>;
  readonly outcome: Conclusion;
  readonly conclusion: Conclusion;
}

/** A job while it runs: what is common to all its steps, also to those of composite actions. */
export interface RunningJob {
  readonly plan: RunPlan;
  readonly id: string;
  readonly name: string;
  readonly folders: JobFolders;
  readonly masks: Masks;
  /** The contexts that do not change while the job runs. */
  readonly contexts: Contexts;
  /** Variables of the machine and the runner; they win over everything. */
  readonly defaults: Readonly<Record<string, string>>;
  /** `env` of the workflow and the job, and what steps wrote to `GITHUB_ENV`. */
  readonly env: Map<string, string>;
  /** Folders that steps added to `GITHUB_PATH`, the latest first. */
  readonly path: string[];
  readonly runDefaults: { readonly shell: string; readonly workingDirectory: string };
  /** Steps that actions asked for at the end of the job, in the order of their main steps. */
  readonly post: (() => Promise<StepRecord>)[];
  /** Aborted when the job is cancelled or out of time. */
  readonly signal: AbortSignal;
  /** Where lines of the log go. */
  readonly print: (line: string) => void;
}

/** The steps of a job, or those of one composite action within it. */
export interface Frame {
  readonly job: RunningJob;
  readonly steps: Map<string, StepResult>;
  status: Status;
  /** How deep in composite actions; 0 for the job's own steps. */
  readonly depth: number;
  /** `inputs` of a composite action; those of the workflow for the job's own steps. */
  readonly inputs: ValueMap;
  /** `env` of the steps that used the composite actions around this frame. */
  readonly env: Readonly<Record<string, string>>;
  /** The repository of the composite action, which `$/` means. */
  readonly root: string | undefined;
  /** The composite action's folder. */
  readonly actionPath: string | undefined;
}

/** Everything an expression in a step can see, given the step's own variables. */
export function stepScope(frame: Frame, stepEnv: Readonly<Record<string, string>> = {}): Scope {
  const { job } = frame;
  const steps = Object.fromEntries([...frame.steps].map(([id, result]) => [id, { ...result }]));
  const github = frame.actionPath === undefined ? {} : { action_path: frame.actionPath };
  const base = job.contexts.github;
  return {
    contexts: {
      ...job.contexts,
      github: typeof base === 'object' && base !== null ? { ...base, ...github } : github,
      env: { ...Object.fromEntries(job.env), ...frame.env, ...stepEnv },
      steps,
      inputs: frame.inputs,
      job: { status: frame.status },
    },
    status: frame.status,
    hashFiles: (patterns) => hashFiles(job.folders.workspace, patterns),
  };
}
