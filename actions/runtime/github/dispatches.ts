import { ActionError } from '../../lib/errors.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';
import type { WriteResult } from './github.ts';

/** A run that a dispatch started. */
export interface StartedRun {
  readonly id: number;
  /** What its workflow's `run-name` came to; the workflow's name, or the type of the event, without one. */
  readonly title: string;
}

export interface Dispatches {
  /**
   * Starts a workflow; the id of the run it started where GitHub returns it. A lost reply stays `unknown`: GitHub keeps
   * nothing of a dispatch but the runs that it started.
   */
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
  /**
   * The newest runs that an event started, at most 300: those of a workflow file, or of all where none is named.
   *
   * @param since - ISO 8601; runs that were created before are left out
   * @throws ActionError github-denied without actions: read; not-found where there is no such workflow
   */
  started(filter: {
    readonly event: 'workflow_dispatch' | 'repository_dispatch';
    readonly workflow?: string;
    readonly since: string;
  }): Promise<readonly StartedRun[]>;
}

const MAX_INPUTS = 25;
const MAX_KEYS = 10;
const MAX_BYTES = 65_535;
const RUNS_LOOKED_AT = 300;
const ACTIONS = '/repos/{owner}/{repo}/actions';

const fileName = (workflow: string): string => workflow.slice(workflow.lastIndexOf('/') + 1);

const readStarted = (answer: Answer): StartedRun => ({
  id: answer.integer('id'),
  title: answer.optionalText('display_title') ?? '',
});

export const createDispatches = (api: RepositoryApi): Dispatches => ({
  async workflow({ workflow, ref, inputs }) {
    const count = Object.keys(inputs).length;
    if (count > MAX_INPUTS)
      throw new ActionError(
        'invalid-input',
        `dispatch of ${workflow}: ${count} inputs, GitHub takes at most ${MAX_INPUTS}`,
      );
    return api.write(
      `POST ${ACTIONS}/workflows/{workflow_id}/dispatches`,
      { workflow_id: fileName(workflow) },
      { ref, inputs, return_run_details: true },
      (answer) => ({ runId: answer.optionalInteger('workflow_run_id') }),
    );
  },

  async repository({ eventType, payload }) {
    const keys = Object.keys(payload).length;
    const bytes = new TextEncoder().encode(JSON.stringify(payload)).length;
    if (keys > MAX_KEYS || bytes > MAX_BYTES)
      throw new ActionError(
        'invalid-input',
        `dispatch of ${eventType}: ${keys} keys and ${bytes} bytes, GitHub takes at most ${MAX_KEYS} keys and ${MAX_BYTES} bytes. Send a reference to the document instead.`,
      );
    return api.write(
      'POST /repos/{owner}/{repo}/dispatches',
      {},
      { event_type: eventType, client_payload: payload },
      () => ({}),
    );
  },

  started({ event, workflow, since }) {
    const filter = { event, created: `>=${since}` };
    const options = { key: 'workflow_runs', atMost: RUNS_LOOKED_AT };
    return workflow === undefined
      ? api.list(`GET ${ACTIONS}/runs`, filter, readStarted, options)
      : api.list(
          `GET ${ACTIONS}/workflows/{workflow_id}/runs`,
          { ...filter, workflow_id: fileName(workflow) },
          readStarted,
          options,
        );
  },
});
