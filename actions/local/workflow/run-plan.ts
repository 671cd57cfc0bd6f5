import type { ValueMap } from './expression.ts';
import type { Permissions } from './permissions.ts';
import type { RunEvent } from './run-record.ts';
import type { WorkflowFile } from './workflow-file.ts';

/** The services a job talks to, on loopback. */
interface RunServices {
  /** Base address of the REST API. */
  readonly apiUrl: string;
  /** Address of the artifact and cache service. */
  readonly resultsUrl: string;
  /** A token for the REST API that may do this and nothing else. */
  readonly issueToken: (permissions: Permissions) => string;
  /** A token for the artifact and cache service. */
  readonly runtimeToken: (run: number, job: string) => string;
}

/** What happened that starts a workflow. */
export interface Trigger {
  /** `pull_request`, `push`, `schedule`, … */
  readonly event: string;
  readonly payload: ValueMap;
  /** `refs/heads/main`, `refs/pull/1/merge`. */
  readonly ref: string;
  readonly sha: string;
  readonly actor: string;
  /** Branches of a pull request; empty otherwise. */
  readonly headRef: string;
  readonly baseRef: string;
  /** The inputs of a dispatched or called workflow. */
  readonly inputs: ValueMap;
}

/** Everything a run of a workflow is determined by. */
export interface RunPlan {
  readonly workflow: WorkflowFile;
  readonly trigger: Trigger;
  /** The commit and branch the run belongs to. */
  readonly headSha: string;
  readonly headBranch: string;
  readonly id: number;
  readonly attempt: number;
  /** `owner/name`. */
  readonly repository: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
  readonly services: RunServices;
  /** The run's own folder in the state folder. */
  readonly folder: string;
  /** The bare repository that `actions/checkout` clones. */
  readonly remote: string;
  /** A folder to work in as it is, instead of an empty one for each job. */
  readonly workspace: string | undefined;
  /** The folder of this project, where its actions lie. */
  readonly project: string;
  /** Run the actions' sources instead of their bundles. */
  readonly fromSource: boolean;
  /** Run only this job and what it needs. */
  readonly onlyJob: string | undefined;
  /** Cancels the run. */
  readonly signal: AbortSignal;
  readonly emit: (event: RunEvent) => void;
}
