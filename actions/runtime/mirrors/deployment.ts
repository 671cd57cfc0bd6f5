import type { OutboxEntry } from '../../lib/registry/events.ts';
import type { DeploymentState } from '../github/deployments.ts';
import type { Runtime } from '../runtime.ts';
import { type Deliver, payloadOf } from './delivery.ts';

/** A status that a deployment is to end with. */
export interface FinalStatus {
  readonly env: string;
  readonly version: string;
  readonly state: DeploymentState;
  readonly description: string;
  readonly environmentUrl: string;
}

/** The wish that a deployment shows how its rollout ended. */
export const deploymentEntry = (
  deployment: number,
  { env, version, state, description, environmentUrl }: FinalStatus,
): OutboxEntry => ({
  key: `deployment:${deployment}:${state}`,
  kind: 'deployment',
  env,
  version,
  payload: { deployment: String(deployment), state, description, environmentUrl },
});

const STATES: Readonly<Record<string, DeploymentState>> = {
  success: 'success',
  failure: 'failure',
  error: 'error',
  inactive: 'inactive',
};

/** Sets the status of a deployment, unless it is the newest already. */
export const deploymentMirror =
  (runtime: Runtime): Deliver =>
  async (entry) => {
    const state = STATES[payloadOf(entry, 'state')];
    const id = Number(payloadOf(entry, 'deployment'));
    if (state === undefined || !Number.isSafeInteger(id))
      return { kind: 'failed', reason: `${entry.key} names no status of a deployment` };
    const environmentUrl = payloadOf(entry, 'environmentUrl');
    const { runUrl } = runtime.context;
    const { deployments } = await runtime.github();
    const result = await deployments.setStatus(id, {
      state,
      description: payloadOf(entry, 'description'),
      ...(environmentUrl === '' ? {} : { environmentUrl }),
      ...(runUrl === '' ? {} : { logUrl: runUrl }),
    });
    return result.kind === 'done'
      ? { kind: 'done', reference: `status ${result.value.id}` }
      : { kind: 'failed', reason: result.message };
  };
