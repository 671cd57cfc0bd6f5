import { ActionError } from '../../lib/errors.ts';
import type { RepositoryApi } from './api.ts';
import type { WriteResult } from './github.ts';

export interface Dispatches {
  /** Starts a workflow; the id of the run it started where GitHub returns it. A lost reply stays `unknown`: GitHub
   * keeps nothing of a dispatch that could be recognised as ours. */
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

const MAX_INPUTS = 25;
const MAX_KEYS = 10;
const MAX_BYTES = 65_535;

export const createDispatches = (api: RepositoryApi): Dispatches => ({
  async workflow({ workflow, ref, inputs }) {
    const count = Object.keys(inputs).length;
    if (count > MAX_INPUTS)
      throw new ActionError(
        'invalid-input',
        `dispatch of ${workflow}: ${count} inputs, GitHub takes at most ${MAX_INPUTS}`,
      );
    return api.write(
      'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
      { workflow_id: workflow.slice(workflow.lastIndexOf('/') + 1) },
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
});
