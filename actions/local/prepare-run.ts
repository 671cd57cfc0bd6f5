import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ActionError } from '../lib/errors.ts';
import { PROJECT_FOLDER } from './project-folder.ts';
import type { EventRequest, RunEvent as GitHubEvent } from './services/github/events.ts';
import type { GitHubService } from './services/github/start-github.ts';
import { checkReferences } from './workflow/action-reference.ts';
import { dispatchInputs } from './workflow/dispatch-inputs.ts';
import type { ValueMap } from './workflow/expression.ts';
import { copyWorkflows } from './workflow/remote-workflows.ts';
import type { Trigger } from './workflow/run-plan.ts';
import { readWorkflow, type WorkflowFile } from './workflow/workflow-file.ts';

/** A workflow to run and what starts it. */
export interface RunRequest {
  /** A path in the file system, or `.github/workflows/x.yml` of the remote at the event's commit. */
  readonly file: string;
  readonly event: EventRequest;
  /** Parts of the event's payload that replace what the local GitHub would send. */
  readonly payload?: ValueMap;
  /** The owner of the repository when not given. */
  readonly actor?: string;
  /** Run only this job and what it needs. */
  readonly onlyJob?: string;
  /** Work in this folder as it is; `actions/checkout` leaves it alone. */
  readonly workspace?: string;
  readonly signal?: AbortSignal;
}

export interface PreparedRun {
  readonly workflow: WorkflowFile;
  readonly trigger: Trigger;
}

/**
 * Reads the workflow and builds the event that starts it.
 *
 * @throws ActionError not-found, invalid-file, invalid-input for what GitHub would refuse to run
 */
export async function prepareRun(
  github: GitHubService,
  state: string,
  request: RunRequest,
): Promise<PreparedRun> {
  const event = await github.event(request.event);
  const workflow = await readWorkflow(await findWorkflow(github, state, request.file, event.sha));
  refuse(workflow, request, event.name);
  checkReferences(workflow, PROJECT_FOLDER);
  if (request.event.event !== 'workflow_dispatch')
    return { workflow, trigger: toTrigger(event, request, {}) };
  const { values, texts } = dispatchInputs(workflow, request.event.inputs);
  const complete = await github.event({ ...request.event, inputs: texts });
  return { workflow, trigger: toTrigger(complete, request, values) };
}

function refuse({ path, events, jobs }: WorkflowFile, { onlyJob }: RunRequest, event: string): void {
  if (!events.has(event))
    throw new ActionError(
      'invalid-input',
      `${path}: it does not run on ${event}, only on ${[...events.keys()].join(', ')}`,
    );
  const ids = jobs.map(({ id }) => id);
  if (onlyJob !== undefined && !ids.includes(onlyJob))
    throw new ActionError('invalid-input', `${path}: there is no job "${onlyJob}", only ${ids.join(', ')}`);
}

/** The file itself, or the one of that name in the commit. @throws ActionError not-found */
async function findWorkflow(
  github: GitHubService,
  state: string,
  file: string,
  commit: string,
): Promise<string> {
  if (existsSync(file)) return resolve(file);
  const copies = await copyWorkflows(github.remote, commit, join(state, 'workflows', commit.slice(0, 12)));
  const wanted = file.replace(/^\.github\/workflows\//, '');
  const found = copies.find((copy) => copy.endsWith(`/${wanted}`) || copy.endsWith(`\\${wanted}`));
  if (found) return found;
  throw new ActionError(
    'not-found',
    `${file}: there is no such workflow file, neither here nor in commit ${commit}`,
  );
}

function toTrigger(event: GitHubEvent, request: RunRequest, inputs: ValueMap): Trigger {
  const payload: ValueMap = JSON.parse(JSON.stringify({ ...event.payload, ...request.payload }));
  const { ref, sha, headRef, baseRef } = event;
  return { event: event.name, payload, ref, sha, headRef, baseRef, actor: request.actor ?? '', inputs };
}
